import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import type { Cursor } from '../../src/domain/logged-event.ts'
import { accepted, NOW } from '../support/fixtures.ts'
import { follower, happen, openHub, settled, watchedLog } from './event-stage.ts'
import { ADMIN, openOffice } from './stage.ts'

const LONGEST_WAIT_MILLISECONDS = 250

async function open(before?: () => Promise<unknown>) {
  const office = await openOffice()
  const log = watchedLog(office.log, before)
  const happened: EventId[] = []
  const parties = { providerId: office.provider.userId, customerId: office.customer.userId }
  return {
    ...office,
    ...openHub({ log, bell: office.bell }),
    log,
    happened,
    happen: (count = 1) => {
      for (let made = 0; made < count; made++) happened.push(happen(office, parties))
    },
  }
}

/** The ids of all that is in the log behind a place. */
const idsAfter = async ({ log }: Awaited<ReturnType<typeof open>>, place: Cursor) =>
  accepted(await log.read(place, 100_000)).events.map(({ id }) => id)

describe('Whoever follows the hub', () => {
  it('hears at a ring what has happened since, in the order of the log, and nothing from before', async () => {
    const stage = await open()
    stage.happen(3)
    const one = follower()
    await stage.hub.join(one)
    await settled()
    assert.deepEqual(one.ids(), [])
    stage.happen(2)
    stage.bell.ring()
    await settled()
    stage.happen()
    stage.bell.ring()
    await settled()
    assert.deepEqual(one.ids(), stage.happened.slice(3))
    await stage.hub[Symbol.asyncDispose]()
  })

  it('hears a quarter of a second later at most what nobody has rung for', async () => {
    const stage = await open()
    const one = follower()
    await stage.hub.join(one)
    for (let round = 0; round < 20; round++) {
      await stage.tick()
      stage.happen()
      await stage.tick()
      assert.deepEqual(one.ids(), stage.happened)
    }
    for (let turn = 0; turn < 20; turn++) await stage.tick()
    assert.equal(Math.max(...stage.pauses), LONGEST_WAIT_MILLISECONDS)
    assert.equal(stage.pauses.at(-1), LONGEST_WAIT_MILLISECONDS)
    await stage.hub[Symbol.asyncDispose]()
  })

  it('hears soon what was hidden when it was rung for: the hub looks again, and less and less often', async () => {
    const stage = await open()
    await stage.hub.join(follower())
    for (let turn = 0; turn < 20; turn++) await stage.tick()
    const quiet = stage.pauses.length
    stage.bell.ring()
    await settled()
    for (let turn = 0; turn < 20; turn++) await stage.tick()
    const since = stage.pauses.slice(quiet)
    assert(since[0] !== undefined && since[0] <= 5, `${since}`)
    assert.deepEqual(
      since,
      since.toSorted((a, b) => a - b),
    )
    await stage.hub[Symbol.asyncDispose]()
  })

  it('hears without another ring what is rung for while the hub reads', async () => {
    let ring = () => {}
    const stage = await open(async () => ring())
    const one = follower()
    await stage.hub.join(one)
    await settled()
    ring = () => {
      ring = () => {}
      // Too late for this reading, and before the hub waits for a ring.
      queueMicrotask(() => {
        stage.happen()
        stage.bell.ring()
      })
    }
    await stage.tick()
    await stage.tick()
    assert.deepEqual(one.ids(), stage.happened)
    assert((stage.pauses.at(-2) ?? 0) <= 5, `${stage.pauses}`)
    await stage.hub[Symbol.asyncDispose]()
  })

  it('hears a long stretch to its end without waiting in between', async () => {
    const stage = await open()
    const one = follower()
    await stage.hub.join(one)
    await settled()
    stage.happen(3_500)
    const pauses = stage.pauses.length
    stage.bell.ring()
    await settled()
    assert.deepEqual(one.ids(), stage.happened)
    assert(stage.pauses.length <= pauses + 2)
    await stage.hub[Symbol.asyncDispose]()
  })

  it('is told which place it joined at: what is behind it is what it hears, without a gap and nothing twice', async () => {
    const stage = await open(settled)
    const joined: { place: Cursor; heard: ReturnType<typeof follower> }[] = []
    for (let round = 0; round < 30; round++) {
      stage.happen(1 + (round % 3))
      stage.bell.ring()
      const one = follower()
      const joining = stage.hub.join(one)
      stage.happen()
      if (round % 2) stage.bell.ring()
      joined.push({ place: (await joining).place, heard: one })
      for (let turn = 0; turn < (round * 7) % 90; turn++)
        await new Promise((resolve) => setImmediate(resolve))
    }
    stage.bell.ring()
    for (let turn = 0; turn < 10; turn++) await settled()
    for (const { place, heard } of joined) assert.deepEqual(heard.ids(), await idsAfter(stage, place))
    await stage.hub[Symbol.asyncDispose]()
  })
})

describe('The hub', () => {
  it('reads once for all, however many follow', async () => {
    const readsFor = async (count: number) => {
      const stage = await open()
      const all = Array.from({ length: count }, () => follower())
      await Promise.all(all.map((one) => stage.hub.join(one)))
      for (let round = 0; round < 10; round++) {
        stage.happen()
        stage.bell.ring()
        await settled()
      }
      for (const one of all) assert.deepEqual(one.ids(), stage.happened)
      await stage.hub[Symbol.asyncDispose]()
      return stage.log.reads
    }
    assert.equal(await readsFor(200), await readsFor(1))
  })

  it('tells each what is for them, and not what is for others', async () => {
    const stage = await open()
    const [customer, stranger] = [follower(stage.customer), follower({ ...ADMIN, roles: ['customer'] })]
    await stage.hub.join(customer)
    await stage.hub.join(stranger)
    await settled()
    stage.happen()
    stage.bell.ring()
    await settled()
    assert.deepEqual([customer.ids(), stranger.ids()], [stage.happened, []])
    await stage.hub[Symbol.asyncDispose]()
  })

  it('tells nothing more to whoever has left, and all of it to the others', async () => {
    const stage = await open()
    const [gone, here] = [follower(), follower()]
    const { leave } = await stage.hub.join(gone)
    await stage.hub.join(here)
    await settled()
    stage.happen()
    stage.bell.ring()
    await settled()
    leave()
    leave()
    stage.happen()
    stage.bell.ring()
    await settled()
    assert.deepEqual([gone.ids(), here.ids()], [stage.happened.slice(0, 1), stage.happened])
    await stage.hub[Symbol.asyncDispose]()
  })

  it('does not read while nobody follows, and begins anew at the end for whoever comes then', async () => {
    const stage = await open()
    const { leave } = await stage.hub.join(follower())
    await settled()
    leave()
    await stage.tick()
    const { reads } = stage.log
    stage.happen(2)
    stage.bell.ring()
    await stage.tick()
    assert.equal(stage.log.reads, reads)
    const late = follower()
    await stage.hub.join(late)
    await settled()
    stage.happen()
    stage.bell.ring()
    await settled()
    assert.deepEqual(late.ids(), stage.happened.slice(2))
    await stage.hub[Symbol.asyncDispose]()
  })

  it('tells of a reading that failed, tries again after its wait, and leaves nothing out', async () => {
    let isBroken = false
    const stage = await open(async () => {
      if (isBroken) throw new Error('The database is away')
    })
    const one = follower()
    await stage.hub.join(one)
    await settled()
    isBroken = true
    stage.happen()
    stage.bell.ring()
    await settled()
    await stage.tick()
    stage.happen()
    assert(stage.failures.length >= 2, `${stage.failures.length}`)
    assert.match(String(stage.failures[0]), /database is away/)
    assert.deepEqual(one.ids(), [])
    isBroken = false
    await stage.tick()
    assert.deepEqual(one.ids(), stage.happened)
    await stage.hub[Symbol.asyncDispose]()
  })

  it('goes on at the end when what it had not read yet was removed', async () => {
    const stage = await open()
    const one = follower()
    await stage.hub.join(one)
    await settled()
    stage.happen(3)
    assert.equal(await stage.log.trim({ before: plusMinutes(NOW, 1), now: plusMinutes(NOW, 1) }, 100), 3)
    await stage.tick()
    stage.happen()
    await stage.tick()
    assert.deepEqual(one.ids(), stage.happened.slice(3))
    assert.deepEqual(stage.failures, [])
    await stage.hub[Symbol.asyncDispose]()
  })

  it('is closed when its last reading has ended, and reads nothing more', async () => {
    const stage = await open(settled)
    const one = follower()
    await stage.hub.join(one)
    stage.happen()
    stage.bell.ring()
    await stage.hub[Symbol.asyncDispose]()
    const { reads } = stage.log
    stage.happen()
    stage.bell.ring()
    await stage.tick()
    assert.equal(stage.log.reads, reads)
    assert(one.heard.length <= 1)
  })
})
