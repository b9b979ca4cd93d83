import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSchema } from '../../src/infrastructure/schema-dump/reading.ts'
import { readExpectedSchema } from '../../src/infrastructure/verify/expected.ts'
import { type Fix, fixDatabase, type Verification, verifyDatabase } from '../../src/infrastructure/verify.ts'
import type { TestDatabase } from '../support/database.ts'
import { constraintFaults, type Fault, otherFaults } from './planted-faults.ts'
import { refusedFaults, rowFaults } from './unmendable-faults.ts'
import { fingerprint, isSuperuser, NEEDS_SUPERUSER, openVerifiedShop, runScript } from './verified-shop.ts'

const verify = ({ url }: TestDatabase): Promise<Verification> => verifyDatabase({ databaseUrl: url })
const fix = ({ url }: TestDatabase): Promise<Fix> => fixDatabase({ databaseUrl: url })

const keysOf = ({ findings }: Verification): string[] =>
  findings.map(({ code, object }) => `${code} ${object}`).sort()

/** Plants the faults, and expects each to be found and told, and nothing else. */
async function plant(database: TestDatabase, faults: readonly Fault[]): Promise<void> {
  for (const fault of faults) await runScript(database, fault.plant)
  const expected = Object.assign({}, ...faults.map(({ finds }) => finds)) as Fault['finds']
  const found = await verify(database)
  assert.deepEqual(keysOf(found), Object.keys(expected).sort())
  for (const { code, object, says, advice } of found.findings) {
    assert.match(says, expected[`${code} ${object}`] ?? /^$/)
    assert.match(advice, /\S/)
  }
}

test('a healthy database has no finding and no note', async () => {
  await using database = await openVerifiedShop()
  const { findings, notes, migrations, tables } = await verify(database)
  assert.deepEqual([findings, notes], [[], []])
  assert(migrations > 10 && tables > 20)
})

const mendable = { constraints: constraintFaults, 'columns, indexes, triggers and functions': otherFaults }

for (const [kind, faults] of Object.entries(mendable)) {
  test(`finds ${faults.length} faults of ${kind}, mends them all, and loses no row`, async (t) => {
    await using database = await openVerifiedShop()
    if (!(await isSuperuser(database))) return t.skip(NEEDS_SUPERUSER)
    await plant(database, faults)
    const rows = await fingerprint(database)
    const { before, outcomes, after } = await fix(database)
    assert.deepEqual(
      outcomes.filter(({ refusal }) => refusal !== null),
      [],
    )
    assert.equal(outcomes.length, before.findings.length)
    assert.deepEqual([after.findings, after.notes], [[], []])
    assert.deepEqual(await readSchema(database.query), await readExpectedSchema(), 'not as it was made')
    assert.deepEqual(await fingerprint(database), rows, 'rows have changed')
  })
}

test('goes on after the highest number when an identity comes back, and keeps its promise again', async () => {
  await using database = await openVerifiedShop()
  await runScript(database, 'alter table bookings alter column number drop identity')
  assert.deepEqual((await fix(database)).after.findings, [])
  const copy = `insert into bookings (
      id, status, service_id, service_version, provider_id, customer_id, starts_at, ends_at, buffer_before_minutes,
      buffer_after_minutes, price, currency, cancellable_until, metadata, created_at, updated_at
    )
    select
      gen_random_uuid(), 'completed', service_id, service_version, provider_id, customer_id, starts_at, ends_at,
      buffer_before_minutes, buffer_after_minutes, price, currency, cancellable_until, metadata, created_at, updated_at
    from bookings limit 1
    returning number::integer`
  assert.deepEqual(await database.query(copy), [{ number: 4 }])
})

test('brings a dropped extension back, with the constraints that went with it', async () => {
  await using database = await openVerifiedShop()
  await runScript(database, 'drop extension btree_gist cascade')
  const { before, after } = await fix(database)
  assert.deepEqual(keysOf(before).slice(0, 2), [
    'exclusion-constraint-missing constraint claims_no_overlap on public.claims',
    'exclusion-constraint-missing constraint override_hours_no_overlap on public.override_hours',
  ])
  assert(keysOf(before).includes('extension-missing extension btree_gist'))
  assert.deepEqual(after.findings, [])
})

test('tells of rows that have lost what they belong to, and touches none', async (t) => {
  await using database = await openVerifiedShop()
  if (!(await isSuperuser(database))) return t.skip(NEEDS_SUPERUSER)
  await plant(database, rowFaults)
  const rows = await fingerprint(database)
  const { outcomes, before, after } = await fix(database)
  assert.deepEqual([outcomes, keysOf(after)], [[], keysOf(before)])
  assert.deepEqual(await fingerprint(database), rows)
})

test('leaves what rows stand against or a person has to judge, and says why', async (t) => {
  await using database = await openVerifiedShop()
  if (!(await isSuperuser(database))) return t.skip(NEEDS_SUPERUSER)
  await plant(database, refusedFaults)
  const rows = await fingerprint(database)
  const { outcomes, before, after } = await fix(database)
  const said = outcomes.map(({ refusal }) => refusal).join('\n')
  for (const { refusal } of refusedFaults) assert.match(said, refusal ?? /./)
  assert.deepEqual(keysOf(after), keysOf(before))
  assert.deepEqual(await fingerprint(database), rows)
})

test('mends what it can beside what it cannot', async () => {
  await using database = await openVerifiedShop()
  const [mendableFault, refused] = [otherFaults[0], refusedFaults[1]]
  assert(mendableFault && refused)
  await plant(database, [mendableFault, refused])
  const { after } = await fix(database)
  assert.deepEqual(keysOf(after), Object.keys(refused.finds).sort())
})
