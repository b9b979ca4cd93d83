import { formatDate, formatWallTime, WEEKDAYS } from '../../../src/domain/calendar.ts'
import { formatInstant, type Instant, plusMinutes } from '../../../src/domain/instant.ts'
import type { Interval } from '../../../src/domain/interval.ts'
import type { Claim } from '../../../src/domain/occupancy.ts'
import type { Service } from '../../../src/domain/service.ts'
import type { WallInterval, WeeklyHours } from '../../../src/domain/weekly-hours.ts'
import { type Case, SERVICE_IDS } from './cases.ts'

export type Row = Readonly<Record<string, unknown>>

/** The booking and the holder of every claim: what is free does not depend on whose they are. */
export const STANDING = {
  user: 'ffffffff-0000-4000-8000-000000000001',
  service: 'ffffffff-0000-4000-8000-000000000002',
  booking: 'ffffffff-0000-4000-8000-000000000003',
  number: 2 ** 31 - 1,
}

/** An id that sorts by its place within a case. */
const idOf = (number: number, place: number) =>
  `${number.toString(16).padStart(8, '0')}-0000-4000-8000-${place.toString(16).padStart(12, '0')}`

const PROVIDER = 0xffff
const TIME_OFF = 0x10000
const HOLD = 0x20000

/** Users are numbered from 1. */
export const userNumberOf = ({ number }: Case) => number + 1
export const serviceIdOf = ({ number }: Case, { id }: Service) => idOf(number, SERVICE_IDS.indexOf(id))

const minutesRange = ({ start, end }: WallInterval) => `[${start},${end})`
const instantsRange = ({ start, end }: Interval) => `[${formatInstant(start)},${formatInstant(end)})`

/** The rows of a case by table, in the order in which they can be written. */
export function rowsOf(one: Case): Readonly<Record<string, readonly Row[]>> {
  const { schedule, service } = one.situation.offer
  const provider = { provider_id: idOf(one.number, PROVIDER) }
  const weekly = (week: WeeklyHours) =>
    WEEKDAYS.flatMap((name, index) =>
      week[name].map((interval) => ({ ...provider, weekday: index + 1, minutes: minutesRange(interval) })),
    )
  const overrides = [...schedule.overrides].map(([day, { hours }]) => ({ date: formatDate(day), hours }))
  return {
    'auth.users': [userRow(one)],
    schedules: [{ ...provider, version: 1, time_zone: schedule.timeZone, updated_at: STANDING_SINCE }],
    weekly_hours: weekly(schedule.weeklyHours),
    weekly_breaks: weekly(schedule.breaks),
    schedule_overrides: overrides.map(({ date }) => ({ ...provider, date })),
    override_hours: overrides.flatMap(({ date, hours }) =>
      hours.map((interval) => ({ ...provider, date, minutes: minutesRange(interval) })),
    ),
    time_off: schedule.timeOff.map((interval, index) => ({
      ...provider,
      id: idOf(one.number, TIME_OFF + index),
      period: instantsRange(interval),
      created_at: STANDING_SINCE,
    })),
    services: [service, ...one.otherServices].map((sold) => serviceRow(one, sold)),
    claims: claimRows(one),
  }
}

export const STANDING_SINCE = '2026-01-01T00:00:00Z'

const userRow = (one: Case): Row => ({
  id: idOf(one.number, PROVIDER),
  number: userNumberOf(one),
  email: `provider-${one.number}@example.com`,
  roles: [one.isProvider ? 'provider' : 'customer'],
  deactivated_at: one.isActive ? null : STANDING_SINCE,
  version: 1,
  is_erasing: false,
  created_at: STANDING_SINCE,
  updated_at: STANDING_SINCE,
})

const weekText = (week: WeeklyHours) =>
  Object.fromEntries(
    WEEKDAYS.filter((name) => week[name].length > 0).map((name) => [
      name,
      week[name].map(({ start, end }) => ({ start: formatWallTime(start), end: formatWallTime(end) })),
    ]),
  )

const serviceRow = (one: Case, service: Service): Row => ({
  id: serviceIdOf(one, service),
  provider_id: idOf(one.number, PROVIDER),
  version: 1,
  title: service.title,
  description: service.description,
  category: service.category,
  price: 75,
  currency: 'USD',
  duration_minutes: service.durationMinutes,
  slot_interval_minutes: service.slotIntervalMinutes,
  buffer_before_minutes: service.bufferBeforeMinutes,
  buffer_after_minutes: service.bufferAfterMinutes,
  min_notice_minutes: service.minNoticeMinutes,
  max_horizon_days: service.maxHorizonDays,
  daily_limit: service.dailyLimit,
  requires_confirmation: false,
  cancellation_window_minutes: 0,
  reminder_minutes: [],
  weekly_hours: service.weeklyHours && weekText(service.weeklyHours),
  images: [],
  is_active: service.isActive,
  created_at: formatInstant(service.createdAt),
  updated_at: formatInstant(service.updatedAt),
})

/** Claims of a case may overlap: they are the seats of one session, so that nothing keeps them apart. */
function claimRows(one: Case): Row[] {
  const { claims, now } = one.situation
  const living = claims.map((claim, index) => claimRow(one, claim, index, later(now, index)))
  const dead = one.expired.map((claim, index) =>
    claimRow(one, claim, claims.length + index, earlier(now, index)),
  )
  return [...living, ...dead]
}

/** From the very next millisecond on; the last of the dead expire at this very instant. */
const later = (now: Instant, index: number) =>
  index === 0 ? ((now + 1) as Instant) : plusMinutes(now, index)
const earlier = (now: Instant, index: number) => plusMinutes(now, -index)

const claimRow = (one: Case, claim: Claim, index: number, expiry: Instant): Row => ({
  provider_number: userNumberOf(one),
  id: one.number * 100 + index,
  session: one.number,
  seat: index + 1,
  blocked: instantsRange(claim.blocked),
  starts_at: formatInstant(claim.start),
  ends_at: formatInstant(claim.end),
  service_id: idOf(one.number, SERVICE_IDS.indexOf(claim.serviceId)),
  booking_id: claim.bookingId === null ? null : STANDING.booking,
  hold_id: claim.bookingId === null ? idOf(one.number, HOLD + index) : null,
  holder_id: claim.bookingId === null ? STANDING.user : null,
  expires_at: claim.bookingId === null ? formatInstant(expiry) : null,
})
