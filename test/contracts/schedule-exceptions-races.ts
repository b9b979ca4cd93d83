import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type EpochDay, parseDate, plusDays } from '../../src/domain/calendar.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { accepted, bookingEntry, occasion, rejectionOf } from '../support/fixtures.ts'
import { CLOSED, DAY, FAIR, JULY, off, openProvider } from './exceptions.ts'
import { type OpenHarness, times } from './harness.ts'
import { openShop, TEN } from './shop.ts'

/** What many changes at once leave behind. */
export function racingExceptions(open: OpenHarness): void {
  it('writes all of twenty concurrent changes of every kind, without a gap between their versions', async () => {
    await using provider = await openProvider(open)
    const { schedules, id } = provider
    const change = (index: number) =>
      index % 2 === 0
        ? schedules.putOverride(id, plusDays(DAY, index), FAIR, null, occasion())
        : schedules.addTimeOff(id, JULY(), occasion(), null)
    const written = (await Promise.all(times(20).map(change))).map((result) =>
      accepted<{ version: number }, unknown>(result),
    )
    const versions = written.map(({ version }) => version).sort((left, right) => left - right)
    assert.deepEqual(
      versions,
      times(20).map((index) => index + 2),
    )
    const schedule = await schedules.find(id)
    assert.deepEqual([schedule?.version, schedule?.overrides.size, schedule?.timeOff.length], [21, 10, 10])
  })

  it('writes exactly one of twenty overrides that expect the same version', async () => {
    await using provider = await openProvider(open)
    const { schedules, id } = provider
    const results = await Promise.all(
      times(20).map((index) =>
        schedules.putOverride(id, DAY, { ...FAIR, reason: `${index}` }, 1, occasion()),
      ),
    )
    const written = results.filter(({ ok }) => ok)
    assert.equal(written.length, 1)
    assert.deepEqual(await schedules.find(id), written[0]?.ok && written[0].value)
  })

  it('takes time off back once, whoever else tries at the same moment', async () => {
    await using provider = await openProvider(open)
    const { schedules, id } = provider
    const july = JULY()
    accepted(await schedules.addTimeOff(id, july, occasion(), null))
    const results = await Promise.all(times(20).map(() => schedules.removeTimeOff(id, july.id, occasion())))
    assert.equal(results.filter(({ ok }) => ok).length, 1)
    assert.equal((await schedules.find(id))?.version, 3)
  })

  it('stays within its limits when many come at once, however much is over', async () => {
    await using provider = await openProvider(open)
    const { schedules, probe, id } = provider
    const over = off('2030-01-06T00:00:00Z', '2030-01-07T08:00:00Z')
    await Promise.all(
      times(995).flatMap((index) => [
        probe.addOverride(id, plusDays(DAY, index), CLOSED),
        probe.addTimeOff(id, JULY()),
      ]),
    )
    await probe.addOverride(id, parseDate('2030-01-06') as EpochDay, CLOSED)
    await probe.addTimeOff(id, over)
    const puts = await Promise.all(
      times(10).map((index) =>
        schedules.putOverride(id, plusDays(DAY, 2_000 + index), CLOSED, null, occasion()),
      ),
    )
    const additions = await Promise.all(
      times(10).map(() => schedules.addTimeOff(id, JULY(), occasion(), null)),
    )
    for (const [results, code] of [
      [puts, 'too-many-overrides'],
      [additions, 'too-much-time-off'],
    ] as const) {
      const refused = results.filter(({ ok }) => !ok)
      assert.equal(refused.length, 5)
      for (const no of refused) {
        assert.deepEqual(rejectionOf<unknown, object>(no), { code, limit: 1_000 })
      }
    }
    accepted(await schedules.putOverride(id, DAY, FAIR, null, occasion()))
    const { overrides, timeOff, version } = accepted(await schedules.addTimeOff(id, over, occasion(), null))
    assert.deepEqual([overrides.size, timeOff.length, version], [1_001, 1_002, 13])
  })
}

/** What a change means for bookings. */
export function bookingsBesideExceptions(open: OpenHarness): void {
  it('leaves every booking as it is', async () => {
    await using shop = await openShop(open)
    const { schedules, archive, probe, offer } = shop
    const { providerId } = offer.service
    const booking = accepted(await shop.book(TEN))
    const counts = await probe.counts()
    const day = parseDate('2030-01-08') as EpochDay
    accepted(await schedules.putOverride(providerId, day, CLOSED, null, occasion()))
    accepted(
      await schedules.addTimeOff(
        providerId,
        off('2030-01-01T00:00:00Z', '2030-02-01T00:00:00Z'),
        occasion(),
        null,
      ),
    )
    assert.deepEqual(await archive.find(booking.id), booking)
    assert.deepEqual(await probe.counts(), counts)
  })

  it('is what a booking has to be judged by: after each change one judged before it is refused', async () => {
    await using shop = await openShop(open)
    const { schedules, ledger, offers, customer } = shop
    const { id: serviceId, providerId } = shop.offer.service
    const july = JULY()
    const changes = [
      () => schedules.putOverride(providerId, DAY, FAIR, null, occasion()),
      () => schedules.removeOverride(providerId, DAY, null, occasion()),
      () => schedules.addTimeOff(providerId, july, occasion(), null),
      () => schedules.removeTimeOff(providerId, july.id, occasion()),
    ]
    for (const [index, change] of changes.entries()) {
      const [judged] = await offers.current([serviceId])
      assert(judged)
      const start = plusMinutes(TEN, index * 60)
      accepted<unknown, unknown>(await change())
      const stale = await ledger.book(bookingEntry(judged, customer.user.id, start), null)
      assert.deepEqual(rejectionOf(stale), { code: 'offer-changed' })
      const [current] = await offers.current([serviceId])
      assert(current)
      accepted(await ledger.book(bookingEntry(current, customer.user.id, start), null))
    }
  })
}
