import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BookSlotRejection } from '../../src/application/book-slot.ts'
import { eventData } from '../../src/domain/event-data.ts'
import type { ServiceId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import type { Schedule, WorkingWeekDraft } from '../../src/domain/schedule.ts'
import type { Service } from '../../src/domain/service.ts'
import { byWeekday } from '../../src/domain/weekly-hours.ts'
import { accepted, actorOf, addAccount, at, hours, NOW, newId, rejectionOf } from '../support/fixtures.ts'
import { bookSlot, commandOf, dayOf, OFFICE_HOURS, openOffice } from './stage.ts'

const TUESDAY_TEN = at('2030-01-08T10:00:00Z')

function saying(): void {
  it('writes what was asked for under the terms of the service', async () => {
    const office = await openOffice({
      bufferBeforeMinutes: 5,
      bufferAfterMinutes: 10,
      cancellationWindowMinutes: 120,
      reminderMinutes: [10, 60, 100_000],
    })
    const command = { ...commandOf(office.serviceId, TUESDAY_TEN), notes: 'hello', metadata: { seat: [1] } }
    const booking = accepted(await bookSlot(office)(office.customer, command))
    assert.deepEqual(booking, {
      id: booking.id,
      number: 1,
      version: 1,
      status: 'confirmed',
      serviceId: office.serviceId,
      serviceVersion: 1,
      providerId: office.provider.userId,
      customerId: office.customer.userId,
      start: TUESDAY_TEN,
      end: plusMinutes(TUESDAY_TEN, 60),
      price: office.service.price,
      bufferBeforeMinutes: 5,
      bufferAfterMinutes: 10,
      cancellableUntil: plusMinutes(TUESDAY_TEN, -120),
      notes: 'hello',
      metadata: { seat: [1] },
      createdAt: NOW,
      updatedAt: NOW,
    })
    assert.deepEqual(await office.archive.find(booking.id), booking)
    assert.deepEqual(
      office.database.reminders.get(booking.id)?.map(({ minutesBefore }) => minutesBefore),
      [10, 60],
    )
    const [event] = office.database.log.events
    assert.deepEqual(
      [event?.type, event?.actorId, event?.data],
      ['booking.created', office.customer.userId, eventData(booking)],
    )
  })

  it('leaves a booking pending where the provider has to confirm it', async () => {
    const office = await openOffice({ requiresConfirmation: true })
    const booking = accepted(
      await bookSlot(office)(office.customer, commandOf(office.serviceId, TUESDAY_TEN)),
    )
    assert.equal(booking.status, 'pending')
  })

  it('gives one slot to exactly one of many, and tells the others the alternatives', async () => {
    const office = await openOffice()
    const customers = await Promise.all(
      Array.from({ length: 20 }, () => addAccount(office.accounts, 'customer')),
    )
    const outcomes = await Promise.all(
      customers.map((customer) =>
        bookSlot(office)(actorOf(customer), commandOf(office.serviceId, TUESDAY_TEN)),
      ),
    )
    assert.equal(outcomes.filter(({ ok }) => ok).length, 1)
    for (const outcome of outcomes) {
      assert(
        outcome.ok ||
          (outcome.rejection.code === 'slot-taken' && outcome.rejection.alternatives.length === 3),
      )
    }
  })
}

interface No {
  readonly because: string
  readonly terms?: Partial<Service>
  readonly week?: Partial<WorkingWeekDraft>
  readonly schedule?: Partial<Schedule>
  readonly start?: string
  readonly expected: BookSlotRejection
}

const NOES: readonly No[] = [
  { because: 'the service is retired', terms: { isActive: false }, expected: { code: 'service-retired' } },
  {
    because: 'the start has gone by',
    start: '2030-01-07T07:59:59Z',
    expected: { code: 'in-the-past', now: NOW },
  },
  {
    because: 'the start is between two slots',
    start: '2030-01-08T10:30:00Z',
    expected: { code: 'off-grid', slotIntervalMinutes: 60 },
  },
  {
    because: 'the provider does not work on that weekday',
    start: '2030-01-12T10:00:00Z',
    expected: { code: 'outside-hours', reason: 'day-off' },
  },
  {
    because: 'the provider has closed by then',
    start: '2030-01-08T17:00:00Z',
    expected: { code: 'outside-hours', reason: null },
  },
  {
    because: 'that date is closed',
    schedule: { overrides: new Map([[dayOf('2030-01-08'), { hours: [], reason: null }]]) },
    expected: { code: 'outside-hours', reason: 'override' },
  },
  {
    because: 'the service has narrower hours',
    terms: { weeklyHours: byWeekday({ tuesday: [hours('12:00-17:00')] }) },
    expected: { code: 'outside-hours', reason: 'service-hours' },
  },
  {
    because: 'there is a break',
    week: { breaks: { tuesday: [{ ...hours('10:30-10:45'), label: null }] } },
    expected: { code: 'in-break' },
  },
  {
    because: 'the provider has time off',
    schedule: { timeOff: [{ start: at('2030-01-08T10:59:00Z'), end: at('2030-01-09T00:00:00Z') }] },
    expected: { code: 'time-off' },
  },
  {
    because: 'the notice is too short',
    terms: { minNoticeMinutes: 2_880 },
    expected: { code: 'notice-too-short', earliestStart: plusMinutes(NOW, 2_880), now: NOW },
  },
  {
    because: 'the start is beyond the horizon',
    terms: { maxHorizonDays: 1 },
    expected: { code: 'beyond-horizon', latestStart: plusMinutes(NOW, 1_440), now: NOW },
  },
]

function refusing(): void {
  for (const { because, terms, week, schedule, start, expected } of NOES) {
    it(`says ${expected.code} when ${because}, and writes nothing`, async () => {
      const office = await openOffice(terms, { ...OFFICE_HOURS, ...week })
      office.changeSchedule(office.provider.userId, schedule ?? {})
      const command = commandOf(office.serviceId, start ? at(start) : TUESDAY_TEN)
      assert.deepEqual(rejectionOf(await bookSlot(office)(office.customer, command)), expected)
      assert.equal(office.database.bookings.size, 0)
      assert.equal(office.database.log.events.length, 0)
    })
  }

  it('says service-not-found of a service that does not exist', async () => {
    const office = await openOffice()
    const refused = await bookSlot(office)(office.customer, commandOf(newId() as ServiceId, TUESDAY_TEN))
    assert.deepEqual(rejectionOf(refused), { code: 'service-not-found' })
  })

  it('says own-service to the provider', async () => {
    const office = await openOffice()
    const refused = await bookSlot(office)(office.provider, commandOf(office.serviceId, TUESDAY_TEN))
    assert.deepEqual(rejectionOf(refused), { code: 'own-service' })
  })

  it('says daily-limit-reached when the day is full, and books the day after', async () => {
    const office = await openOffice({ dailyLimit: 2 })
    const book = (minutes: number) =>
      bookSlot(office)(office.customer, commandOf(office.serviceId, plusMinutes(TUESDAY_TEN, minutes)))
    for (const minutes of [0, 60]) accepted(await book(minutes))
    assert.deepEqual(rejectionOf(await book(120)), { code: 'daily-limit-reached', dailyLimit: 2 })
    accepted(await book(1_440))
  })
}

describe('Booking a slot', () => {
  saying()
  refusing()
})
