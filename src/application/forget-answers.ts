import { inBatches } from './in-batches.ts'
import type { Answers } from './ports/answers.ts'

export type ForgetAnswers = () => Promise<number>

/** How many answers are taken away at once. */
const FORGOTTEN_AT_ONCE = 1_000

/** Takes away the answers whose keys are no longer good; tells how many. */
export const forgetAnswers =
  ({ answers }: { readonly answers: Answers }): ForgetAnswers =>
  () =>
    inBatches(FORGOTTEN_AT_ONCE, answers.forgetOld)
