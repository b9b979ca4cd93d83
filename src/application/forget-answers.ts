import type { Answers } from './ports/answers.ts'

export type ForgetAnswers = () => Promise<number>

/** How many answers are taken away at once. */
const FORGOTTEN_AT_ONCE = 1_000

/** Takes away the answers whose keys are no longer good; tells how many. */
export const forgetAnswers =
  ({ answers }: { readonly answers: Answers }): ForgetAnswers =>
  async () => {
    let forgotten = 0
    for (;;) {
      const done = await answers.forgetOld(FORGOTTEN_AT_ONCE)
      forgotten += done
      if (done < FORGOTTEN_AT_ONCE) return forgotten
    }
  }
