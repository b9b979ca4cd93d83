import type { Progress } from '../../../bench/support/progress.ts'
import { provideTestServer } from '../../support/test-server.ts'
import { runProof } from '../common/run-proof.ts'
import { type AgreementOptions, help, readOptions } from './options.ts'
import { compareCases, smallestDisagreement } from './session.ts'
import { describeDisagreement } from './shrink.ts'
import { openStage, type Stage } from './stage.ts'
import { linesSummary, newTally, summaryOf } from './tally.ts'

const INTERRUPTED = 130
const STEP_MILLISECONDS = 5_000

async function prove(options: AgreementOptions, progress: Progress, signal: AbortSignal): Promise<number> {
  await using resources = new AsyncDisposableStack()
  const server = resources.use(await provideTestServer(process.env.DATABASE_URL))
  process.env.SLOTWRIGHT_TEST_SERVER = server.url
  process.env.SLOTWRIGHT_TEST_TEMPLATE = server.template
  const stages: Stage[] = []
  for (let place = 0; place < options.workers; place++) stages.push(resources.use(await openStage()))
  const tally = newTally()
  const tick = setInterval(() => progress.step(`${summaryOf(tally)}, of ${options.cases}`), STEP_MILLISECONDS)
  using _timer = { [Symbol.dispose]: () => clearInterval(tick) }
  await compareCases(stages, options, tally, { signal })
  const smallest = await smallestDisagreement(stages[0] as Stage, tally)
  if (smallest) progress.line(describeDisagreement(smallest, options.seed))
  progress.line(linesSummary(tally))
  progress.line(`Seed ${options.seed}: ${summaryOf(tally)}`)
  if (signal.aborted) return INTERRUPTED
  return tally.disagreements.length === 0 ? 0 : 1
}

await runProof({ help, read: readOptions, work: prove })
