import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type AvailabilityQuery,
  findNextSlots,
  searchAvailability,
  searchFreeTime,
} from '../../src/application/availability.ts'
import type { ServiceId } from '../../src/domain/ids.ts'
import { formatInstant, type Instant, plusMinutes } from '../../src/domain/instant.ts'
import type { Interval } from '../../src/domain/interval.ts'
import {
  accepted,
  actorOf,
  addAccount,
  addOffer,
  at,
  newId,
  rejectionOf,
  setHours,
} from '../support/fixtures.ts'
import { ADMIN, bookSlot, commandOf, dayOf, OFFICE_HOURS, openOffice } from './stage.ts'

const TUESDAY_TEN = at('2030-01-08T10:00:00Z')

const tuesday = (
  serviceIds: readonly ServiceId[],
  change: Partial<AvailabilityQuery> = {},
): AvailabilityQuery => ({
  serviceIds,
  from: { day: dayOf('2030-01-08') },
  to: { day: dayOf('2030-01-09') },
  timeZone: null,
  excludeBookingId: null,
  ...change,
})

const hoursOf = (found: readonly Interval[]) =>
  found.map(({ start, end }) => `${formatInstant(start).slice(11, 16)}-${formatInstant(end).slice(11, 16)}`)

describe('Searching several services', () => {
  it('answers in the order in which they were asked for, each in its provider’s days', async () => {
    const office = await openOffice()
    const far = await addAccount(office.accounts, 'provider')
    await setHours(office.schedules, far.user.id, { ...OFFICE_HOURS, timeZone: 'Pacific/Auckland' })
    const other = await addOffer(office, far)
    const ids = [other.service.id, office.serviceId]
    const { data } = accepted(await searchAvailability(office)(null, tuesday(ids)))
    assert.deepEqual(
      data.map(({ offer }) => offer.service.id),
      ids,
    )
    assert.deepEqual(
      data.map(({ timeZone, found }) => [timeZone, found.length, formatInstant(found[0]?.start as Instant)]),
      [
        ['Pacific/Auckland', 8, '2030-01-07T20:00:00Z'],
        ['UTC', 8, '2030-01-08T09:00:00Z'],
      ],
    )
  })

  it('lets one provider’s services be in each other’s way', async () => {
    const office = await openOffice()
    const other = await addOffer(office, office.providerAccount)
    accepted(await bookSlot(office)(office.customer, commandOf(other.service.id, TUESDAY_TEN)))
    const ids = [office.serviceId, other.service.id]
    const { data } = accepted(await searchAvailability(office)(null, tuesday(ids)))
    for (const { found } of data) assert.equal(found[1]?.reason, 'booked')
  })

  it('refuses when one of them does not exist, and when they are more than anyone reads', async () => {
    const office = await openOffice({ durationMinutes: 5, slotIntervalMinutes: 5 }, { weeklyHours: ALWAYS })
    const missing = newId() as ServiceId
    const unknown = tuesday([office.serviceId, missing])
    assert.deepEqual(rejectionOf(await searchAvailability(office)(null, unknown)), {
      code: 'service-not-found',
      missing: [missing],
    })
    const many = await Promise.all(
      Array.from({ length: 14 }, () =>
        addOffer(office, office.providerAccount, { durationMinutes: 5, slotIntervalMinutes: 5 }),
      ),
    )
    const query = tuesday(
      many.map(({ service }) => service.id),
      { to: { day: dayOf('2030-03-10') } },
    )
    assert.deepEqual(rejectionOf(await searchAvailability(office)(null, query)), {
      code: 'search-too-large',
      mostSlots: 200_000,
    })
  })
})

const ALWAYS = Object.fromEntries(
  ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [
    day,
    [{ start: 0, end: 1440 }],
  ]),
) as never

describe('Moving a booking', () => {
  it('shows its own slot as free to those who may see it, and does not exist for others', async () => {
    const office = await openOffice()
    const booking = accepted(
      await bookSlot(office)(office.customer, commandOf(office.serviceId, TUESDAY_TEN)),
    )
    const query = tuesday([office.serviceId], { excludeBookingId: booking.id })
    for (const actor of [office.customer, office.provider, ADMIN]) {
      const { data } = accepted(await searchAvailability(office)(actor, query))
      assert.equal(data[0]?.found[1]?.reason, null)
    }
    const stranger = actorOf(await addAccount(office.accounts, 'customer'))
    for (const actor of [stranger, null]) {
      assert.deepEqual(rejectionOf(await searchAvailability(office)(actor, query)), {
        code: 'booking-not-found',
      })
    }
  })
})

describe('Free time', () => {
  it('is the continuous time around what is taken, with room for the service’s own buffers', async () => {
    const office = await openOffice({ bufferBeforeMinutes: 15, bufferAfterMinutes: 15 })
    accepted(
      await bookSlot(office)(office.customer, commandOf(office.serviceId, plusMinutes(TUESDAY_TEN, 120))),
    )
    const { data } = accepted(await searchFreeTime(office)(null, tuesday([office.serviceId])))
    assert.deepEqual(hoursOf(data[0]?.found ?? []), ['09:00-11:30', '13:30-17:00'])
  })
})

describe('The next free slots', () => {
  it('are found behind a calendar that is full for months', async () => {
    const office = await openOffice({ durationMinutes: 480, slotIntervalMinutes: 480 })
    const start = office.clock()
    const reach = { from: { instant: start }, to: { instant: plusMinutes(start, 60 * 24 * 60) } }
    for (let window = 0; window < 2; window++) {
      const query = tuesday([office.serviceId], {
        from: { instant: plusMinutes(start, window * 60 * 24 * 60) },
        to: { instant: plusMinutes(start, (window + 1) * 60 * 24 * 60) },
      })
      const { data } = accepted(await searchAvailability(office)(null, query))
      for (const slot of data[0]?.found ?? []) {
        if (slot.reason) continue
        accepted(await bookSlot(office)(office.customer, commandOf(office.serviceId, slot.start)))
      }
    }
    const { data } = accepted(await findNextSlots(office)(office.serviceId, null, 2))
    assert.equal(data[0]?.found.length, 2)
    assert.ok((data[0]?.found[0]?.start ?? 0) >= reach.to.instant + 60 * 24 * 60 * 60_000)
  })

  it('begin at the instant asked for, are at most as many as asked for, and none after the horizon', async () => {
    const office = await openOffice({ maxHorizonDays: 8 })
    const next = async (after: string, limit: number) =>
      accepted(await findNextSlots(office)(office.serviceId, at(after), limit)).data[0]?.found ?? []
    assert.deepEqual(hoursOf(await next('2030-01-08T10:00:00Z', 2)), ['10:00-11:00', '11:00-12:00'])
    assert.deepEqual(hoursOf(await next('2031-01-08T10:00:00Z', 2)), [])
    const unknown = await findNextSlots(office)(newId() as ServiceId, null, 1)
    assert.deepEqual(rejectionOf(unknown), { code: 'service-not-found' })
  })
})
