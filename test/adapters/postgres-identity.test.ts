import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accountChangesContract } from '../contracts/account-changes.contract.ts'
import { auditContract } from '../contracts/audit.contract.ts'
import { erasuresContract } from '../contracts/erasures.contract.ts'
import { allPages } from '../contracts/harness.ts'
import { passwordResetsContract } from '../contracts/password-resets.contract.ts'
import { sessionsContract } from '../contracts/sessions.contract.ts'
import { standingsContract } from '../contracts/standings.contract.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

const openPostgresHarness = () => bench.open()

accountChangesContract('PostgreSQL', openPostgresHarness)
sessionsContract('PostgreSQL', openPostgresHarness)
standingsContract('PostgreSQL', openPostgresHarness)
passwordResetsContract('PostgreSQL', openPostgresHarness)
erasuresContract('PostgreSQL', openPostgresHarness)
auditContract('PostgreSQL', openPostgresHarness)

test('a page of the audit that looks far back for little says where to go on', async () => {
  await using harness = await bench.open()
  const text = `
    insert into events (id, type, occurred_at, subject_type, subject_id, subject_version, data)
    select
      gen_random_uuid(), case when place = 1 then 'user.erased' else 'booking.created' end, now(), 'booking',
      gen_random_uuid(), 1, '{}'
    from generate_series(1, 45000) as place
  `
  await harness.database.query(text)
  const filter = { actorId: null, subjectId: null, type: 'user.erased', from: null, to: null }
  const pages = await allPages((page) => harness.audit.list(filter, page), 10)
  assert.deepEqual(
    pages.map((page) => page.length),
    [0, 0, 1],
  )
})
