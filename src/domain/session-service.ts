import type { Booking, BookingRemarks } from './booking.ts'
import type { BookingRejection } from './booking-request.ts'
import { DAY, type EpochDay, plusDays, type WallMinutes } from './calendar.ts'
import { DAY_MINUTES, type Instant, MINUTE } from './instant.ts'
import type { Interval } from './interval.ts'
import { ok, type Result, reject } from './result.ts'
import type { Service } from './service.ts'
import { instantOf, localDay, offsetAt, type Zone } from './zone.ts'

/** What a member asks of a trainer, by the clock on the trainer's wall. */
export interface SessionWish {
  readonly day: EpochDay
  /** Up to 23:59. */
  readonly start: WallMinutes
  /** At or before the start it is of the next day. */
  readonly end: WallMinutes
  /** What the front end calls it, such as `personal_training`; null where it does not say. */
  readonly sessionType: string | null
}

/** The trainer has no service of this length. */
export interface NoServiceFits {
  readonly code: 'no-service-fits'
  /** The lengths there are, in ascending order. */
  readonly durationMinutes: readonly number[]
}

type OutsideHours = Extract<BookingRejection, { code: 'outside-hours' }>

export interface SessionSlot {
  readonly service: Service
  readonly start: Instant
}

/**
 * What a wish stands for: a service of its length, and the instant at which the trainer's clock shows its start. A time
 * that the clock skips is in nobody's hours: another one, booked in its place, is not what was asked for.
 */
export function sessionSlot(
  wish: SessionWish,
  active: readonly Service[],
  zone: Zone,
): Result<SessionSlot, NoServiceFits | OutsideHours> {
  const service = serviceOfSession(wish, active)
  if (!service.ok) return service
  const start = instantOf(zone, wish.day, wish.start)
  if (!isShownAt(zone, start, wish)) return reject({ code: 'outside-hours', reason: null })
  return ok({ service: service.value, start })
}

/** The active service of this length. Of several, the type of the session is its category, else its title; then the oldest wins. */
export function serviceOfSession(
  wish: SessionWish,
  active: readonly Service[],
): Result<Service, NoServiceFits> {
  const fitting = active.filter(({ durationMinutes }) => durationMinutes === lengthOf(wish)).sort(byAge)
  const type = wish.sessionType === null ? null : plainWords(wish.sessionType)
  const service =
    fitting.find(({ category }) => plainWords(category) === type) ??
    fitting.find(({ title }) => plainWords(title) === type) ??
    fitting[0]
  if (service) return ok(service)
  const lengths = new Set(active.map(({ durationMinutes }) => durationMinutes))
  return reject({ code: 'no-service-fits', durationMinutes: [...lengths].sort((a, b) => a - b) })
}

/** The service whose slots a board shows where no times are given: the oldest active one. */
export const serviceOfBoard = (active: readonly Service[]): Service | undefined => active.toSorted(byAge)[0]

/** A slot with the wall time at which it begins. */
export type SessionHour<S extends Interval> = S & { readonly day: EpochDay; readonly time: WallMinutes }

/**
 * Slots by the clock on the wall. Of an hour that the clock shows twice only the first is there, since a wall time stands
 * for no other: what is shown here can be asked for by what is shown.
 */
export const sessionHours = <S extends Interval>(slots: readonly S[], zone: Zone): SessionHour<S>[] =>
  slots
    .map((slot) => ({ ...slot, ...wallOf(zone, slot.start) }))
    .filter(({ day, time, start }) => instantOf(zone, day, time) === start)

/** The day and the time that a clock of the zone shows. */
export function wallOf(zone: Zone, instant: Instant): { readonly day: EpochDay; readonly time: WallMinutes } {
  const day = localDay(zone, instant)
  const time = Math.floor((instant + offsetAt(zone, instant) - day * DAY) / MINUTE) as WallMinutes
  return { day, time }
}

/** How a trainer's week is looked at: seven days from today. */
export const comingWeek = (zone: Zone, now: Instant) => {
  const today = localDay(zone, now)
  return { from: today, to: plusDays(today, 7) }
}

const lengthOf = ({ start, end }: SessionWish) => (end > start ? end - start : end - start + DAY_MINUTES)

const byAge = (a: Service, b: Service) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)

const isShownAt = (zone: Zone, instant: Instant, { day, start }: SessionWish) => {
  const shown = wallOf(zone, instant)
  return shown.day === day && shown.time === start
}

/** `personal_training` and `Personal training` are the same words. */
const plainWords = (text: string) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')

/** What a booking keeps of the type that was asked for. */
export const wordsOfSession = ({ sessionType }: SessionWish): BookingRemarks['metadata'] =>
  sessionType === null ? {} : { session_type: sessionType }

/** What a session is called: as the member called it, or by the category of its service; null where that is gone. */
export function typeOfSession({ metadata, serviceId }: Booking, active: readonly Service[]): string | null {
  const { session_type: asked } = metadata
  if (typeof asked === 'string') return asked
  return active.find(({ id }) => id === serviceId)?.category ?? null
}
