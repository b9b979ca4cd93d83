import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openPostgres } from '../../src/adapters/postgres/database.ts'
import { postgresOccupancy } from '../../src/adapters/postgres/occupancy.ts'
import { forgetOldChanges } from '../../src/adapters/postgres/old-changes.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { TEN } from '../contracts/shop.ts'
import { accepted, cancellationOf } from '../support/fixtures.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'
import { connect, openSearchedShop } from './searched-shop.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

/**
 * Fulfils when every running transaction has seen every change: those of the other databases of the server count as
 * well, and another file of tests may hold one open.
 */
async function everyoneHasSeenThem(): Promise<void> {
  const text = `
    select bool_and(xid < pg_snapshot_xmin(pg_current_snapshot())) as seen
    from availability_changes
  `
  while (!(await bench.database.query<{ seen: boolean }>(text))[0]?.seen) await delay(20)
}

describe('The log of changes', () => {
  it('may be trimmed without hiding a change from whoever has not read for long', async () => {
    await using shop = await openSearchedShop(bench)
    const postgres = await openPostgres(bench.database.url, { pipelineConnections: 1 })
    await using _ = postgres
    assert.equal(await shop.count(), 0)
    accepted(await shop.book(TEN))
    accepted(await shop.book(TEN, shop.other))
    await shop.query(`update availability_changes set changed_at = now() - interval '1 hour'`)
    await everyoneHasSeenThem()
    await forgetOldChanges(postgres, 30)
    const rows = await shop.query<{ kind: string; provider_number: number }>(
      'select kind, provider_number from availability_changes',
    )
    assert.deepEqual(rows, [{ kind: 'claims', provider_number: shop.other.providerNumber }])
    assert.equal(await shop.count(), 1)
    const { claims } = await shop.look()
    await forgetOldChanges(postgres, 30)
    assert.equal((await shop.look()).claims, claims)
  })

  it('keeps what is young, and what a running transaction may not have seen', async () => {
    await using shop = await openSearchedShop(bench)
    const postgres = await openPostgres(bench.database.url, { pipelineConnections: 1 })
    await using _ = postgres
    const rows = async () =>
      (await shop.query<{ n: number }>('select count(*)::integer as n from availability_changes'))[0]?.n ?? 0
    const young = await rows()
    await forgetOldChanges(postgres, 30)
    assert.equal(await rows(), young)
    await everyoneHasSeenThem()
    await using long = await connect(bench)
    await long.query('begin')
    await long.query('select pg_current_xact_id()')
    accepted(await shop.book(TEN))
    accepted(await shop.book(plusMinutes(TEN, 60)))
    await shop.query(`update availability_changes set changed_at = now() - interval '1 hour'`)
    await forgetOldChanges(postgres, 30)
    assert.equal(await rows(), 3)
    const { claims } = await shop.look()
    assert.equal((await shop.look()).claims, claims)
    await long.query('rollback')
  })

  it('is not believed across sessions: a lost connection forgets everything', async () => {
    await using shop = await openSearchedShop(bench)
    const postgres = await openPostgres(bench.database.url, { pipelineConnections: 1 })
    await using _ = postgres
    const { occupancy } = postgresOccupancy(postgres)
    const before = await shop.look(shop.offer, occupancy)
    assert.equal((await shop.look(shop.offer, occupancy)).claims, before.claims)
    const [session] = await postgres.feedPipeline.execute(
      { name: 'session', text: 'select pg_backend_pid()' },
      [],
    )
    await shop.query('select pg_terminate_backend($1::integer, 5000)', [session?.[0]])
    // Written as a crashed server might have it: by an xid that the last reading took for finished.
    await shop.query(`alter table claims disable trigger claims_noted`)
    accepted(await shop.book(TEN))
    await shop.query(`alter table claims enable trigger claims_noted`)
    const after = await shop.look(shop.offer, occupancy).catch(() => shop.look(shop.offer, occupancy))
    assert.equal(after.claims.length, 1)
  })

  it('tells of a cancellation by which a claim goes', async () => {
    await using shop = await openSearchedShop(bench)
    const booking = accepted(await shop.book(TEN))
    assert.equal(await shop.count(), 1)
    accepted(await shop.otherNode.ledger.change(cancellationOf(booking), null))
    assert.equal(await shop.count(), 0)
  })
})
