import { glob } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { readArguments, runCommand } from '../../src/infrastructure/commands/command.ts'
import { provideTestServer } from './test-server.ts'

const help = `Runs the tests on a real PostgreSQL.

  npm test [-- [options] [file, folder or glob ...]]

  --name <pattern>   only tests whose name matches the regular expression; may be repeated
  --slowest <n>      how many of the slowest files are named at the end (0)
  --help             this text

Without a file, folder or glob it runs test/**/*.test.ts but for test/proofs, which npm run proofs runs. DATABASE_URL names the server to create the databases of
the tests on, with a role that has CREATEDB; without it an embedded PostgreSQL runs in a temporary folder.`

/** For a slow machine with two cores, where a start of PostgreSQL alone may take half a minute. */
const TEST_SECONDS = 300
const SILENCE_SECONDS = TEST_SECONDS + 60

/** What takes longest is a command of its own. */
const PROOFS = join('test', 'proofs', '/')

const findFiles = async (patterns: readonly string[]): Promise<string[]> => {
  const files = new Set<string>()
  for (const pattern of patterns) {
    const found = await Array.fromAsync(glob([pattern, join(pattern, '**/*.test.ts')]))
    const tests = found.filter((file) => file.endsWith('.test.ts'))
    if (tests.length === 0) throw new Error(`No test file matches ${pattern}`)
    for (const file of tests) files.add(file)
  }
  return [...files].sort()
}

const describeSkips = (reasons: ReadonlyMap<string, number>): string => {
  if (reasons.size === 0) return 'Nothing was skipped.'
  const parts = [...reasons].map(([reason, count]) => `${reason} (${count})`)
  return `Skipped: ${parts.join(', ')}.`
}

/** The files that took longest, which is where to look when the suite is too slow. */
const describeSlowest = (durations: ReadonlyMap<string, number>, most: number): string =>
  [...durations]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(
      ([file, milliseconds]) => `${(milliseconds / 1000).toFixed(1).padStart(7)} s  ${relative('.', file)}\n`,
    )
    .join('')

const countSkips = (stream: ReturnType<typeof run>): ReadonlyMap<string, number> => {
  const reasons = new Map<string, number>()
  const note = ({ skip, todo }: { skip?: string | boolean; todo?: string | boolean }): void => {
    const mark = skip ?? todo
    if (mark === undefined || mark === false) return
    const given = typeof mark === 'string' && mark !== '' ? mark : 'no reason given'
    const reason = skip === undefined ? `to do: ${given}` : given
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  stream.on('test:pass', note).on('test:fail', note)
  return reasons
}

/** A file that holds something open after its last test would never end: calls `onSilence` with those not ended. */
const watchForSilence = (
  stream: ReturnType<typeof run>,
  files: readonly string[],
  onSilence: (open: string[]) => void,
): void => {
  const open = new Set(files.map((file) => resolve(file)))
  const timer = setTimeout(
    () => onSilence([...open].map((file) => relative('.', file))),
    SILENCE_SECONDS * 1000,
  )
  stream.on('test:complete', ({ name }) => open.delete(resolve(name)))
  stream.on('data', () => timer.refresh()).on('close', () => clearTimeout(timer))
}

interface Outcome {
  readonly isSuccess: boolean
  /** What was skipped, in one line. */
  readonly line: string
  /** Milliseconds by file. */
  readonly durations: ReadonlyMap<string, number>
}

const runFiles = async (
  files: string[],
  environment: NodeJS.ProcessEnv,
  names: string[],
  interruption: AbortController,
): Promise<Outcome> => {
  const stream = run({
    files,
    env: environment,
    signal: interruption.signal,
    timeout: TEST_SECONDS * 1000,
    // One more than there are cores: a sixth of a test is waiting.
    concurrency: availableParallelism() + 1,
    ...(names.length > 0 && { testNamePatterns: names.map((name) => new RegExp(name)) }),
  })
  const reasons = countSkips(stream)
  watchForSilence(stream, files, (open) => {
    console.error(`No test has reported for ${SILENCE_SECONDS} s. Still running: ${open.join(', ')}`)
    interruption.abort()
  })
  const durations = new Map<string, number>()
  let executed = 0
  let isSuccess = false
  stream.on('test:summary', ({ file, counts, success, duration_ms: milliseconds }) => {
    // A file without a test passes as if it were one, but has no summary of its own.
    if (file === undefined) isSuccess = success
    else {
      executed += counts.tests - counts.skipped
      durations.set(file, milliseconds)
    }
  })
  await pipeline(stream.compose(spec), process.stdout, { end: false })
  const line = executed === 0 ? `No test was run. ${describeSkips(reasons)}` : describeSkips(reasons)
  return { isSuccess: isSuccess && executed > 0, line, durations }
}

await runCommand(async () => {
  const options = {
    name: { type: 'string', multiple: true },
    slowest: { type: 'string', default: '0' },
    help: { type: 'boolean' },
  } as const
  const { values, positionals } = readArguments('npm test', { allowPositionals: true, options })
  if (values.help) {
    console.log(help)
    return
  }
  if (!/^\d{1,3}$/.test(values.slowest)) throw new Error('--slowest must be a whole number from 0 to 999')
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => interruption.abort())
  const files =
    positionals.length > 0
      ? await findFiles(positionals)
      : (await findFiles(['test'])).filter((file) => !file.startsWith(PROOFS))
  const { DATABASE_URL: givenUrl, ...environment } = process.env
  await using server = await provideTestServer(givenUrl)
  environment.TZ = 'Pacific/Chatham'
  // Hundreds of processes load the same source: a third of what a start costs is to compile it.
  environment.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/slotwright-tests')
  environment.SLOTWRIGHT_TEST_SERVER = server.url
  environment.SLOTWRIGHT_TEST_TEMPLATE = server.template
  const outcome = await runFiles(files, environment, values.name ?? [], interruption)
  process.stdout.write(describeSlowest(outcome.durations, Number(values.slowest)))
  console.log(outcome.line)
  process.exitCode = outcome.isSuccess && !interruption.signal.aborted ? 0 : 1
})
