import { availableParallelism } from 'node:os'
import { createProgress } from '../../../bench/support/progress.ts'
import { readArguments, runCommand } from '../../../src/infrastructure/commands/command.ts'
import { provideTestServer } from '../../support/test-server.ts'
import { allCases, shuffled } from './cases.ts'
import { openStage } from './stage.ts'
import { newTally, summaryOf, tour } from './tour.ts'

const help = `Plays two sessions of the booking engine step by step and compares with one caller at a time.

  npm run interleavings -- [options]

  --cases <n>     how many cases are tried (all)
  --skip <n>      how many at the beginning of that order are left out, as another run had them (none)
  --seed <n>      in which order (1)
  --workers <n>   how many are played at a time, each on a database of its own (one for each core)
  --help          this text

DATABASE_URL names the server to create the databases on; without it an embedded PostgreSQL runs in a temporary folder.
The exit code is 1 when a case disagreed, 130 when it was interrupted.`

const INTERRUPTED = 130
const STEP_MILLISECONDS = 5_000

function wholeNumber(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new Error(`--${name} must be a whole number from 1 on. See npm run interleavings -- --help`)
}

await runCommand(async () => {
  const text = { type: 'string' } as const
  const options = { cases: text, skip: text, seed: text, workers: text, help: { type: 'boolean' } } as const
  const { values } = readArguments('npm run interleavings', { options })
  if (values.help) {
    console.log(help)
    return
  }
  const workers = wholeNumber('workers', values.workers, availableParallelism())
  const all = shuffled(allCases(), wholeNumber('seed', values.seed, 1))
  const skipped = wholeNumber('skip', values.skip, 0)
  const chosen = all.slice(skipped, skipped + wholeNumber('cases', values.cases, all.length))
  if (chosen.length === 0) throw new Error(`--skip must be less than ${all.length}: there are no more cases`)
  const interruption = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interruption.abort())
  await using server = await provideTestServer(process.env.DATABASE_URL)
  process.env.SLOTWRIGHT_TEST_SERVER = server.url
  process.env.SLOTWRIGHT_TEST_TEMPLATE = server.template
  const progress = createProgress()
  const tally = newTally()
  const tick = setInterval(() => progress.step(`${summaryOf(tally)}, of ${chosen.length}`), STEP_MILLISECONDS)
  using _timer = { [Symbol.dispose]: () => clearInterval(tick) }
  const cases = chosen.values()
  await Promise.all(
    Array.from({ length: workers }, async () => {
      await using stage = await openStage()
      await tour(stage, cases, tally, interruption.signal)
    }),
  )
  for (const disagreement of tally.disagreements) progress.line(disagreement)
  progress.line(summaryOf(tally))
  if (interruption.signal.aborted) process.exitCode = INTERRUPTED
  else if (tally.disagreements.length > 0) process.exitCode = 1
})
