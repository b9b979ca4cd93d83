import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createEmptyDatabase } from '../support/database.ts'

const command = fileURLToPath(new URL('../../src/infrastructure/commands/migrate.ts', import.meta.url))

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const run = (databaseUrl: string | undefined, ...args: string[]): Promise<Outcome> => {
  const { DATABASE_URL: _, ...environment } = process.env
  const env = databaseUrl === undefined ? environment : { ...environment, DATABASE_URL: databaseUrl }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

test('npm run migrate lists, applies, and then has nothing to do', async () => {
  await using database = await createEmptyDatabase()
  const planned = await run(database.url, '--dry-run')
  assert.match(planned.stdout, /^Would apply 0001_accounts\nWould apply 0002_services\n/)
  assert.deepEqual(await database.query('select from pg_tables where tablename = $1', ['profiles']), [])
  const applied = await run(database.url)
  assert.match(
    applied.stdout,
    /^Applying 0001_accounts\nApplying 0002_services\n[\s\S]*Done: \d+ migrations are applied\.\n$/,
  )
  for (const options of [[], ['--dry-run']]) {
    const idle = await run(database.url, ...options)
    assert.match(idle.stdout, /^Nothing to migrate: \d+ migrations are applied\.\n$/)
    assert.deepEqual([idle.code, idle.stderr], [0, ''])
  }
  assert.deepEqual([planned.code, planned.stderr, applied.code, applied.stderr], [0, '', 0, ''])
})

test('npm run migrate explains itself when asked', async () => {
  const { code, stdout, stderr } = await run(undefined, '--help')
  assert.deepEqual([code, stderr], [0, ''])
  for (const word of ['DATABASE_URL', '--dry-run', 'exit code']) assert.ok(stdout.includes(word), word)
})

const mistakes = {
  'an unknown option': [undefined, ['--down'], /^Unknown option '--down'\. See/],
  'an argument': [undefined, ['down'], /^Unexpected argument 'down'\. See/],
  'no DATABASE_URL': [undefined, [], /^DATABASE_URL is not set[\s\S]*DATABASE_URL=postgres:\/\//],
  'another kind of database': [
    'mysql://me:hushhush@host/x',
    [],
    /^DATABASE_URL must be a URL such as postgres:/,
  ],
  'an address that is none': [
    'postgres://me:hushhush@host:99999/x',
    [],
    /^DATABASE_URL must be a URL such as/,
  ],
  'a server that is not there': [
    'postgres://me:hushhush@127.0.0.1:1/x',
    [],
    /^Cannot connect to PostgreSQL at 127\.0\.0\.1:1: connect ECONNREFUSED/,
  ],
} as const

for (const [mistake, [url, args, refusal]] of Object.entries(mistakes)) {
  test(`npm run migrate refuses ${mistake}, without a stack or a password`, async () => {
    const { code, stdout, stderr } = await run(url, ...args)
    assert.match(stderr, refusal)
    assert.doesNotMatch(stderr, /hushhush|\n\s+at /)
    assert.deepEqual([code, stdout], [1, ''])
  })
}
