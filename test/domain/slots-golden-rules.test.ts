import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Interval } from '../../src/domain/interval.ts'
import type { Claim } from '../../src/domain/occupancy.ts'
import type { Service } from '../../src/domain/service.ts'
import { slotsIn } from '../../src/domain/slots.ts'
import type { WeeklyHours } from '../../src/domain/weekly-hours.ts'
import { claim, offer, service } from './support/builders.ts'
import { at, between, everyDay, minuteText, week } from './support/wall.ts'

interface Example {
  readonly zone: string
  readonly hours: WeeklyHours
  readonly range: Interval
  readonly now?: string
  readonly service?: Partial<Service>
  readonly claims?: readonly Claim[]
}

/** Every slot by its start in UTC, with the reason where it is not free. */
function slots({ zone, hours, range, now = '2011-06-01T00:00Z', claims = [], ...sold }: Example): string[] {
  const of = offer({ service: { ...sold.service }, schedule: { timeZone: zone, weeklyHours: hours } })
  return slotsIn(of, range, claims, at(now)).map(({ start, reason }) =>
    reason === null ? minuteText(start) : `${minuteText(start)} ${reason}`,
  )
}

/** Starts of one date in UTC: `on('2026-06-01', '07:00 08:00')`. */
const on = (date: string, times: string) => times.split(' ').map((time) => `${date}T${time}Z`)

const untilSix = everyDay('00:00-06:00')

describe('golden examples of the clock', () => {
  const lordHowe = { zone: 'Australia/Lord_Howe', hours: untilSix, now: '2026-01-01T00:00Z' }

  it('Lord Howe Island skips half an hour: five and a half hours hold five slots', () => {
    const range = between('2026-10-03T13:30Z', '2026-10-04T13:00Z')
    assert.deepEqual(slots({ ...lordHowe, range }), on('2026-10-03', '13:30 14:30 15:30 16:30 17:30'))
  })

  it('Lord Howe Island repeats half an hour: six and a half hours hold six slots', () => {
    const range = between('2026-04-04T13:00Z', '2026-04-05T13:30Z')
    assert.deepEqual(slots({ ...lordHowe, range }), on('2026-04-04', '13:00 14:00 15:00 16:00 17:00 18:00'))
  })

  it('Samoa leaves out 30 December 2011: Thursday is followed by Saturday', () => {
    const range = between('2011-12-29T10:00Z', '2011-12-31T10:00Z')
    assert.deepEqual(slots({ zone: 'Pacific/Apia', hours: everyDay('08:00-11:00'), range }), [
      ...on('2011-12-29', '18:00 19:00 20:00'),
      ...on('2011-12-30', '18:00 19:00 20:00'),
    ])
    const fridays = week({ friday: ['00:00-24:00'] })
    assert.deepEqual(slots({ zone: 'Pacific/Apia', hours: fridays, range }), [])
  })

  it('Morocco sets its clocks back for Ramadan and forward after it: nine is 08:00, 09:00 and 08:00 UTC', () => {
    const casablanca = { zone: 'Africa/Casablanca', hours: everyDay('09:00-11:00'), now: '2026-01-01T00:00Z' }
    const day = (date: string) => between(`${date}T06:00Z`, `${date}T20:00Z`)
    const starts = (date: string) => slots({ ...casablanca, range: day(date) })
    assert.deepEqual(starts('2026-02-14'), on('2026-02-14', '08:00 09:00'))
    assert.deepEqual(starts('2026-02-15'), on('2026-02-15', '09:00 10:00'))
    assert.deepEqual(starts('2026-03-21'), on('2026-03-21', '09:00 10:00'))
    assert.deepEqual(starts('2026-03-22'), on('2026-03-22', '08:00 09:00'))
  })

  it('who never closes in New York has 23 slots on the day of the gap and 25 on that of the overlap', () => {
    const always = { zone: 'America/New_York', hours: everyDay('00:00-24:00'), now: '2026-01-01T00:00Z' }
    const gap = slots({ ...always, range: between('2026-03-08T05:00Z', '2026-03-09T04:00Z') })
    const all = '05:00 06:00 07:00 08:00 09:00 10:00 11:00 12:00 13:00 14:00 15:00 16:00 17:00 18:00 19:00'
    const evening = '20:00 21:00 22:00 23:00'
    assert.deepEqual(gap, [
      ...on('2026-03-08', `${all} ${evening}`),
      ...on('2026-03-09', '00:00 01:00 02:00 03:00'),
    ])
    assert.equal(gap.length, 23)
    const overlap = slots({ ...always, range: between('2026-11-01T04:00Z', '2026-11-02T05:00Z') })
    assert.deepEqual(overlap, [
      ...on('2026-11-01', `04:00 ${all} ${evening}`),
      ...on('2026-11-02', '00:00 01:00 02:00 03:00 04:00'),
    ])
    assert.equal(overlap.length, 25)
  })
})

describe('golden examples of the rules, in Berlin', () => {
  const berlin = { zone: 'Europe/Berlin', now: '2026-05-01T00:00Z' }
  const monday = between('2026-05-31T22:00Z', '2026-06-01T22:00Z')

  it('a night shift sells a slot across midnight', () => {
    const hours = week({ monday: ['22:00-24:00'], tuesday: ['00:00-06:00'] })
    const range = between('2026-06-01T12:00Z', '2026-06-02T12:00Z')
    assert.deepEqual(slots({ ...berlin, hours, range, service: { durationMinutes: 90 } }), [
      ...on('2026-06-01', '20:00 21:30 22:00 23:30'),
      ...on('2026-06-02', '01:00 02:30'),
    ])
  })

  it('a buffer of a quarter of an hour keeps a slot away from its neighbour on either side', () => {
    const sold = { slotIntervalMinutes: 30, bufferAfterMinutes: 15 }
    const claims = [claim(between('2026-06-01T09:00Z', '2026-06-01T10:00Z'), service(sold))]
    const hours = week({ monday: ['09:00-13:00'] })
    assert.deepEqual(slots({ ...berlin, hours, range: monday, service: sold, claims }), [
      '2026-06-01T07:00Z',
      '2026-06-01T07:30Z',
      '2026-06-01T08:00Z buffer',
      '2026-06-01T08:30Z booked',
      '2026-06-01T09:00Z booked',
      '2026-06-01T09:30Z booked',
      '2026-06-01T10:00Z buffer',
    ])
  })

  it('a horizon of one day ends at this time tomorrow, 23 hours away when the clocks go forward', () => {
    const range = between('2026-03-28T23:00Z', '2026-03-29T22:00Z')
    const near = { hours: week({ sunday: ['10:00-15:00'] }), now: '2026-03-28T11:00Z', range }
    assert.deepEqual(slots({ ...berlin, ...near, service: { maxHorizonDays: 1 } }), [
      '2026-03-29T08:00Z',
      '2026-03-29T09:00Z',
      '2026-03-29T10:00Z',
      '2026-03-29T11:00Z horizon',
      '2026-03-29T12:00Z horizon',
    ])
  })

  it('a service with hours of its own is free only where all of a slot lies in them', () => {
    const hours = week({ monday: ['09:00-15:00'] })
    const lunch = { weeklyHours: week({ monday: ['11:00-13:30'] }) }
    assert.deepEqual(slots({ ...berlin, hours, range: monday, service: lunch }), [
      '2026-06-01T07:00Z service-hours',
      '2026-06-01T08:00Z service-hours',
      '2026-06-01T09:00Z',
      '2026-06-01T10:00Z',
      '2026-06-01T11:00Z service-hours',
      '2026-06-01T12:00Z service-hours',
    ])
  })
})
