import type { BookingEntry, BookingLedger, EntryRefused } from '../../application/ports/booking-ledger.ts'
import type { Booking } from '../../domain/booking.ts'
import type { UserId, UserNumber } from '../../domain/ids.ts'
import { contains, type Interval, isEmpty, overlaps } from '../../domain/interval.ts'
import { type Claim, withBuffers } from '../../domain/occupancy.ts'
import { ok, reject } from '../../domain/result.ts'
import { insert, type MemoryDatabase } from './database.ts'

/** The book for one process: nothing runs between its judging and its writing. */
export const memoryBookingLedger = (database: MemoryDatabase): BookingLedger => ({
  async book(entry) {
    const refusal = refusalOf(database, entry)
    return refusal ? reject(refusal) : ok(record(database, entry))
  },

  async cancel(booking, event) {
    const recorded = database.bookings.get(booking.id)
    if (!recorded) throw new Error(`There is no booking ${booking.id}`)
    const { version } = recorded
    if (version !== booking.version - 1) return reject({ code: 'version-mismatch', version })
    database.bookings.set(booking.id, booking)
    free(database, booking)
    database.reminders.delete(booking.id)
    database.events.push(event)
    return ok(booking)
  },

  async claims(providers, range) {
    return new Map(providers.map((provider) => [provider, claimsIn(database, provider, range)]))
  },
})

export const claimsIn = (
  { claims }: MemoryDatabase,
  provider: UserNumber,
  range: Interval,
): readonly Claim[] =>
  // An empty range overlaps nothing, not even where it lies inside of something.
  isEmpty(range) ? [] : (claims.get(provider) ?? []).filter(({ blocked }) => overlaps(blocked, range))

/** The first reason not to write an entry, in the order in which they are told. */
function refusalOf(database: MemoryDatabase, entry: BookingEntry): EntryRefused | undefined {
  const { booking, providerNumber, scheduleVersion, dailyLimit } = entry
  const serviceVersion = database.services.get(booking.serviceId)?.version
  const recordedSchedule = database.schedules.get(booking.providerId)?.version
  const isActive = (id: UserId) => database.accounts.get(id)?.account.user.deactivatedAt === null
  const isSameOffer = serviceVersion === booking.serviceVersion && recordedSchedule === scheduleVersion
  if (!isSameOffer || !isActive(booking.providerId)) return { code: 'offer-changed' }
  if (!isActive(booking.customerId)) return { code: 'account-inactive' }
  if (dailyLimit) {
    const { limit, day } = dailyLimit
    const counted = claimsIn(database, providerNumber, day).filter(
      ({ serviceId, start }) => serviceId === booking.serviceId && start >= day.start && start < day.end,
    )
    if (counted.length >= limit) return { code: 'daily-limit-reached', dailyLimit: limit }
  }
  const isTaken = claimsIn(database, providerNumber, withBuffers(booking, booking)).length > 0
  return isTaken ? { code: 'slot-taken' } : undefined
}

function free({ accounts, claims }: MemoryDatabase, { id, providerId }: Booking): void {
  const provider = accounts.get(providerId)?.account.user.number
  if (provider === undefined) throw new Error(`There is no provider ${providerId}`)
  const others = (claims.get(provider) ?? []).filter(({ bookingId }) => bookingId !== id)
  claims.set(provider, others)
}

function record(database: MemoryDatabase, entry: BookingEntry): Booking {
  const booking: Booking = { ...entry.booking, number: database.bookings.size + 1 }
  const blocked = withBuffers(booking, booking)
  if (isEmpty(booking) || !contains(blocked, booking)) {
    throw new RangeError(`The booking ${booking.id} blocks nothing`)
  }
  const { id: bookingId, serviceId, start, end } = booking
  insert(database.bookings, bookingId, booking)
  const claims = [
    ...(database.claims.get(entry.providerNumber) ?? []),
    { bookingId, serviceId, start, end, blocked },
  ]
  database.claims.set(
    entry.providerNumber,
    claims.sort((left, right) => left.start - right.start),
  )
  database.reminders.set(bookingId, entry.reminders)
  database.events.push({ ...entry.event, booking })
  return booking
}
