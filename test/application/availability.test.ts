import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type Availability,
  type AvailabilityAnswer,
  type AvailabilityQuery,
  searchAvailability,
} from '../../src/application/availability.ts'
import type { ServiceId } from '../../src/domain/ids.ts'
import { formatInstant, plusMinutes } from '../../src/domain/instant.ts'
import { ok, type Result } from '../../src/domain/result.ts'
import type { SlotReason } from '../../src/domain/slots.ts'
import { byWeekday } from '../../src/domain/weekly-hours.ts'
import { accepted, addOffer, at, hours, newId, rejectionOf } from '../support/fixtures.ts'
import { bookSlot, cancelBooking, commandOf, dayOf, openOffice } from './stage.ts'

const TUESDAY_TEN = at('2030-01-08T10:00:00Z')

type Office = Awaited<ReturnType<typeof openOffice>>

const queryOf = (
  serviceId: ServiceId,
  from: string,
  to: string,
  timeZone: string | null = null,
): AvailabilityQuery => ({
  serviceIds: [serviceId],
  from: { day: dayOf(from) },
  to: { day: dayOf(to) },
  timeZone,
  excludeBookingId: null,
})

/** The one part of an answer about one service, with the moment of which it is true. */
function only<Found>(outcome: Result<AvailabilityAnswer<Found>, unknown>) {
  const { asOf, data } = accepted(outcome)
  assert.equal(data.length, 1)
  const [{ offer, timeZone, found: slots }] = data as [Availability<Found>]
  return ok({ asOf, offer, timeZone, slots })
}

const search = async (office: Office, from: string, to: string, timeZone?: string) => {
  const outcome = await searchAvailability(office)(null, queryOf(office.serviceId, from, to, timeZone))
  return outcome.ok ? only(outcome) : outcome
}

describe('Searching availability', () => {
  it('shows every slot of the range with its reason', async () => {
    const office = await openOffice()
    accepted(await bookSlot(office)(office.customer, commandOf(office.serviceId, TUESDAY_TEN)))
    const found = accepted(await search(office, '2030-01-08', '2030-01-09'))
    assert.deepEqual(
      found.slots.map(({ start, reason }) => [formatInstant(start).slice(11, 16), reason]),
      [
        ['09:00', null],
        ['10:00', 'booked'],
        ['11:00', null],
        ['12:00', null],
        ['13:00', null],
        ['14:00', null],
        ['15:00', null],
        ['16:00', null],
      ],
    )
    assert.deepEqual([found.asOf, found.timeZone], [office.clock(), 'UTC'])
    assert.equal(found.offer.service.id, office.serviceId)
  })

  it('takes dates for local midnights of the asked zone, else of the provider’s', async () => {
    const office = await openOffice({}, { timeZone: 'America/New_York' })
    const provider = accepted(await search(office, '2030-01-08', '2030-01-09'))
    assert.deepEqual([provider.timeZone, provider.slots.length], ['America/New_York', 8])
    const tokyo = accepted(await search(office, '2030-01-08', '2030-01-09', 'Asia/Tokyo'))
    assert.deepEqual([tokyo.timeZone, tokyo.slots.length], ['Asia/Tokyo', 8])
    const [first, last] = [tokyo.slots.at(0), tokyo.slots.at(-1)].map(
      (slot) => slot && formatInstant(slot.start),
    )
    assert.deepEqual([first, last], ['2030-01-07T15:00:00Z', '2030-01-08T14:00:00Z'])
  })

  it('reads claims beyond the range where buffers reach into it', async () => {
    const office = await openOffice({ bufferAfterMinutes: 30 })
    accepted(await bookSlot(office)(office.customer, commandOf(office.serviceId, TUESDAY_TEN)))
    const slots = accepted(
      only(
        await searchAvailability(office)(null, {
          serviceIds: [office.serviceId],
          from: { instant: plusMinutes(TUESDAY_TEN, 60) },
          to: { instant: plusMinutes(TUESDAY_TEN, 61) },
          timeZone: null,
          excludeBookingId: null,
        }),
      ),
    ).slots
    assert.deepEqual(
      slots.map(({ reason }) => reason),
      ['buffer'],
    )
  })

  it('says service-not-found of a service that does not exist', async () => {
    const office = await openOffice()
    const query = queryOf(newId() as ServiceId, '2030-01-08', '2030-01-09')
    assert.deepEqual(rejectionOf(await searchAvailability(office)(null, query)), {
      code: 'service-not-found',
      missing: query.serviceIds,
    })
  })

  it('refuses a zone that does not exist, a range that ends before it begins and one that is too long', async () => {
    const office = await openOffice()
    const codes = async (from: string, to: string, timeZone?: string) => {
      const refused = rejectionOf(await search(office, from, to, timeZone))
      assert(refused.code === 'invalid-input')
      return refused.violations.map(({ path, code }) => [...path, code].join(' '))
    }
    assert.deepEqual(await codes('2030-01-08', '2030-01-09', 'Mars/Olympus'), ['timeZone unknown-time-zone'])
    assert.deepEqual(await codes('2030-01-09', '2030-01-09'), ['to range-reversed'])
    assert.deepEqual(await codes('2030-01-09', '2030-01-08'), ['to range-reversed'])
    assert.deepEqual(await codes('2030-01-08', '2030-03-12'), ['to range-too-long'])
    accepted(await search(office, '2030-01-08', '2030-03-11'))
  })
})

const CODE_OF: Readonly<Record<SlotReason, string>> = {
  override: 'outside-hours',
  'service-hours': 'outside-hours',
  break: 'in-break',
  'time-off': 'time-off',
  booked: 'slot-taken',
  held: 'slot-taken',
  buffer: 'slot-taken',
  notice: 'notice-too-short',
  horizon: 'beyond-horizon',
  'daily-limit': 'daily-limit-reached',
}

/** A week in which everything that can happen to a slot happens, in a zone that turns its clocks. */
async function openCrowded() {
  const weeklyHours = {
    tuesday: [hours('09:00-18:00')],
    sunday: [hours('00:00-06:00')],
    monday: [hours('08:00-20:00')],
  }
  const office = await openOffice(
    {
      durationMinutes: 45,
      slotIntervalMinutes: 15,
      bufferBeforeMinutes: 10,
      bufferAfterMinutes: 20,
      minNoticeMinutes: 60,
      maxHorizonDays: 9,
      dailyLimit: 1,
      weeklyHours: byWeekday({ ...weeklyHours, monday: [hours('09:00-20:00')] }),
    },
    {
      timeZone: 'America/New_York',
      weeklyHours,
      breaks: { tuesday: [{ ...hours('12:00-13:00'), label: null }] },
    },
  )
  office.setClock(at('2030-03-09T06:30:00Z'))
  office.changeSchedule(office.provider.userId, {
    overrides: new Map([[dayOf('2030-03-17'), { hours: [hours('01:00-03:00')], reason: null }]]),
    timeOff: [{ start: at('2030-03-12T20:00:00Z'), end: at('2030-03-13T00:00:00Z') }],
  })
  const other = await addOffer(office, office.providerAccount, {
    durationMinutes: 15,
    slotIntervalMinutes: 15,
  })
  const book = (serviceId: ServiceId, text: string) =>
    bookSlot(office)(office.customer, commandOf(serviceId, at(text)))
  accepted(await book(other.service.id, '2030-03-12T14:00:00Z'))
  accepted(await book(office.serviceId, '2030-03-11T15:00:00Z'))
  return office
}

describe('What a search shows', () => {
  it('can be booked, and what it shows as taken or closed is refused for that reason', async () => {
    const office = await openCrowded()
    const { slots } = accepted(await search(office, '2030-03-09', '2030-03-20'))
    const reasons = new Set<SlotReason | null>()
    for (const { start, end, reason } of slots) {
      reasons.add(reason)
      const outcome = await bookSlot(office)(office.customer, commandOf(office.serviceId, start))
      if (reason !== null) {
        assert.equal(rejectionOf(outcome).code, CODE_OF[reason], formatInstant(start))
        continue
      }
      const booking = accepted(outcome)
      assert.deepEqual([booking.start, booking.end], [start, end])
      accepted(await cancelBooking(office)(office.provider, booking.id, null, null))
    }
    for (const reason of [
      null,
      'booked',
      'buffer',
      'break',
      'time-off',
      'override',
      'horizon',
      'daily-limit',
    ] as const) {
      assert(reasons.has(reason), `the week has a slot with ${reason}`)
    }
  })

  it('is all that can be booked', async () => {
    const office = await openCrowded()
    const { slots } = accepted(await search(office, '2030-03-09', '2030-03-13'))
    const shown = new Set(slots.map(({ start }) => start))
    for (
      let start = at('2030-03-09T05:00:00Z');
      start < at('2030-03-13T04:00:00Z');
      start = plusMinutes(start, 5)
    ) {
      if (shown.has(start)) continue
      const { code } = rejectionOf(
        await bookSlot(office)(office.customer, commandOf(office.serviceId, start)),
      )
      assert(['in-the-past', 'outside-hours', 'off-grid'].includes(code), `${formatInstant(start)} ${code}`)
    }
  })
})
