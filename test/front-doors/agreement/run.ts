import { createProgress } from '../../../bench/support/progress.ts'
import { readArguments, runCommand } from '../../../src/infrastructure/commands/command.ts'
import { openMemoryGym } from './memory-gym.ts'

const help = `Compares the door of the gym with /v1 on random schedules: what a day and the week show, and what can be booked.

  npm run gym-agreement -- [options]

  --cases <n>   how many schedules (10000)
  --seed <n>    which ones (1)
  --from <n>    the number of the first case (0); with --cases 1 it shows one case again
  --help        this text

Nothing but memory is used. The exit code is 1 when a case disagreed.`

function wholeNumber(name: string, text: string, most: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text)
  throw new Error(`--${name} must be a whole number up to ${most}. See npm run gym-agreement -- --help`)
}

async function compareAll(cases: number, seed: number, from: number): Promise<void> {
  const progress = createProgress()
  await using gym = await openMemoryGym()
  const met = new Map<string, number>()
  let disagreed = 0
  for (let number = from; number < from + cases; number++) {
    const comparison = await gym.compare(seed, number)
    for (const one of comparison.met) met.set(one, (met.get(one) ?? 0) + 1)
    if (comparison.disagreements.length > 0) disagreed++
    for (const disagreement of comparison.disagreements) {
      progress.line(`Case ${number} (--seed ${seed} --from ${number} --cases 1): ${disagreement}`)
    }
    if ((number + 1) % 500 === 0)
      progress.line(`${number + 1 - from} of ${cases} cases, ${disagreed} disagreed`)
  }
  progress.line(
    `Met: ${[...met]
      .sort(([, a], [, b]) => b - a)
      .map((one) => one.join(' '))
      .join(', ')}`,
  )
  progress.line(`${cases} schedules, ${disagreed} disagreed.`)
  if (disagreed > 0) process.exitCode = 1
}

await runCommand(async () => {
  const text = { type: 'string' } as const
  const { values } = readArguments('npm run gym-agreement', {
    options: { cases: text, seed: text, from: text, help: { type: 'boolean' } },
  })
  if (values.help) return console.log(help)
  const cases = wholeNumber('cases', values.cases ?? '10000', 10_000_000)
  const seed = wholeNumber('seed', values.seed ?? '1', 999_999_999)
  await compareAll(cases, seed, wholeNumber('from', values.from ?? '0', 999_999_999))
})
