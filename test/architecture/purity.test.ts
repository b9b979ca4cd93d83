import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readsNoEnvironment, speaksNoHttp, speaksNoSql, takesNoTimeAndNoChance } from './purity.ts'
import { type Rule, readSource } from './source.ts'
import { typeErrors } from './type-check.ts'

const inner = await readSource('src/domain', 'src/application')

/** Asserts that a rule catches each planted line, and lets each innocent one pass. */
const prove = (rule: Rule, planted: readonly string[], innocent: readonly string[]): void => {
  for (const text of planted) {
    assert.ok(
      rule({ path: 'planted.ts', text: `\n${text}` })[0]?.startsWith('planted.ts:2 '),
      `caught: ${text}`,
    )
  }
  for (const text of innocent) assert.deepEqual(rule({ path: 'innocent.ts', text }), [], text)
}

const obey = (rule: Rule): void => {
  assert.ok(inner.length > 30, `only ${inner.length} files in domain and application`)
  assert.deepEqual(inner.flatMap(rule), [])
}

test('the domain compiles without Node, a browser or any package', async () => {
  const { files, errors } = typeErrors('tsconfig.domain.json')
  const domain = await readSource('src/domain')
  assert.deepEqual(
    [...files].sort(),
    domain.map(({ path }) => path),
  )
  assert.deepEqual(errors, [])
})

test('what a domain must not touch does not compile in it', () => {
  const impure = {
    process: 'export const planted = process.pid',
    globalThis: 'export const planted = globalThis.process',
    Buffer: `export const planted = Buffer.from('')`,
    fetch: `export const planted = fetch('http://localhost')`,
    setTimeout: 'export const planted = setTimeout(() => undefined, 1)',
    console: 'console.log(1)\nexport {}',
    crypto: 'export const planted = crypto.randomUUID()',
    performance: 'export const planted = performance.now()',
    URL: `export const planted = new URL('http://localhost')`,
    node: `import { readFile } from 'node:fs/promises'\nexport const planted = readFile`,
  }
  const files = Object.entries(impure).map(([name, text]) => [`src/domain/planted-${name}.ts`, text] as const)
  const { errors } = typeErrors('tsconfig.domain.json', Object.fromEntries(files))
  for (const [path] of files) {
    assert.ok(
      errors.some((error) => error.startsWith(`${path} `)),
      path,
    )
  }
})

test('domain and application read no clock and throw no die', () => {
  obey(takesNoTimeAndNoChance)
  prove(
    takesNoTimeAndNoChance,
    [
      'const a = Date.now()',
      `const a = Date['now']()`,
      'const a = new Date()',
      'const a = new Date',
      'const a = Date()',
      'const { now } = Date',
      'const clock = Date',
      'const a = Math.random()',
      'const { random } = Math',
      'const a = Temporal.Now.instant()',
      'const { Now } = Temporal',
      'const a = performance.now()',
      'const a = crypto.randomUUID()',
      `import { randomUUID } from 'node:crypto'`,
      'const a = globalThis.crypto.randomUUID()',
      'const a = process.hrtime.bigint()',
    ],
    [
      'const a = new Date(1).toISOString()',
      'const a = Date.UTC(2000, 0)',
      'const a = Math.max(1, 2)',
      'const a = Temporal.Instant.from(text)',
      'const a = (date: Date, now: Temporal.Instant) => 1',
      '// Date.now() is not for us\nconst a = "Math.random()"',
      'const a = { performance: 1, now }',
    ],
  )
})

test('domain and application speak no SQL', () => {
  obey(speaksNoSql)
  prove(
    speaksNoSql,
    [
      `const a = 'select id from bookings'`,
      'const a = `select id $'.concat('{columns}\n from bookings`'),
      `const a = 'insert into bookings (id) values (1)'`,
      `const a = 'UPDATE bookings SET id = 1'`,
      `const a = 'delete from bookings'`,
      'const a = sql`commit`',
      'const a = sql.unsafe`commit`',
    ],
    [`const a = 'Select a slot'`, 'const select = 1, from = 2', '// select id from bookings'],
  )
})

test('domain and application speak no HTTP', () => {
  obey(speaksNoHttp)
  prove(
    speaksNoHttp,
    [
      'const status = 409',
      'const a = { statusCode: 1 }',
      'const a = request.headers',
      `const a = 'application/problem+json'`,
      `const a = 'Retry-After'`,
      `const a = 'POST /v1/bookings'`,
      `const a = 'Bearer token'`,
    ],
    [`const status = 'cancelled'`, 'const minutes = 480', '// answers 409'],
  )
})

test('the environment is read in one file of the source', async () => {
  const source = await readSource('src')
  const readers = source.filter((file) => readsNoEnvironment(file).length > 0).map(({ path }) => path)
  assert.deepEqual(readers, ['src/infrastructure/config.ts'])
  prove(
    readsNoEnvironment,
    [
      'const a = process.env.PORT',
      `const a = process['env']`,
      'const { env } = process',
      `import { env } from 'node:process'`,
      `import process from 'process'`,
    ],
    ['const a = process.pid', 'const a = { process: 1 }', '// process.env', 'const a = options.env'],
  )
})
