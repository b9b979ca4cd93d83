import type {
  BookingEntry,
  BookingLedger,
  EntryRefused,
  SlotRefused,
} from '../../application/ports/booking-ledger.ts'
import type { VersionMismatch } from '../../application/ports/service-catalog.ts'
import { type Booking, isStanding } from '../../domain/booking.ts'
import type { BookingEvent, BookingEventType } from '../../domain/event.ts'
import { eventData, movedData } from '../../domain/event-data.ts'
import type { LoggedEvent } from '../../domain/logged-event.ts'
import { withBuffers } from '../../domain/occupancy.ts'
import type { Reminder } from '../../domain/reminder.ts'
import { ok, reject } from '../../domain/result.ts'
import { underKey } from './answers.ts'
import { addClaim, isTaken, liveClaimsIn, removeClaims, requireBlocking, slotRefusal } from './claims.ts'
import { insert, type MemoryClaim, type MemoryDatabase } from './database.ts'
import { liveHold } from './hold-ledger.ts'

/** The book for one process: nothing runs between its judging and its writing. */
export const memoryBookingLedger = (database: MemoryDatabase): BookingLedger => ({
  book: (entry, recording) =>
    underKey(
      database,
      recording,
      () => {
        const refusal = entryRefusal(database, entry)
        return refusal ? reject(refusal) : ok(record(database, entry))
      },
      ({ number }) => String(number),
    ),

  change: (event, recording) =>
    underKey(database, recording, () => {
      const mismatch = versionMismatch(database, event.booking)
      if (mismatch) return mismatch
      const { id, status } = event.booking
      if (status === 'cancelled') removeClaims(database, id)
      if (!isStanding(event.booking)) database.reminders.delete(id)
      return ok(write(database, event, eventData(event.booking)))
    }),

  move: ({ judgedBy, reminders, event }, recording) =>
    underKey<Booking, VersionMismatch | SlotRefused>(database, recording, () => {
      const { booking } = event
      const mismatch = versionMismatch(database, booking)
      if (mismatch) return mismatch
      const refusal = slotRefusal(database, judgedBy, booking.id)
      if (refusal) return reject(refusal)
      const blocked = withBuffers(booking, booking)
      if (isTaken(database, judgedBy.providerNumber, blocked, ({ bookingId }) => bookingId === booking.id)) {
        return reject({ code: 'slot-taken' })
      }
      removeClaims(database, booking.id)
      claim(database, judgedBy.providerNumber, booking, reminders)
      return ok(write(database, event, movedData(event)))
    }),

  async forgetClaims(before, limit) {
    const isOver = ({ end, bookingId }: MemoryClaim) => {
      const booking = bookingId === null ? undefined : database.bookings.get(bookingId)
      return end < before && booking !== undefined && !isStanding(booking)
    }
    const old = [...database.claims.values()].flat().filter(isOver).slice(0, limit)
    for (const { bookingId } of old) if (bookingId !== null) removeClaims(database, bookingId)
    return old.length
  },

  async claims(providers, range) {
    return new Map(providers.map((provider) => [provider, liveClaimsIn(database, provider, range)]))
  },
})

/** The first reason not to write an entry, in the order in which they are told. */
function entryRefusal(database: MemoryDatabase, entry: BookingEntry): EntryRefused | undefined {
  const { booking, judgedBy, holdId, event } = entry
  const outdated = slotRefusal(database, { ...judgedBy, dailyLimit: null }, null)
  if (outdated) return outdated
  if (database.accounts.get(booking.customerId)?.account.user.deactivatedAt !== null) {
    return { code: 'account-inactive' }
  }
  const held = holdId && event.actorId && liveHold(database, holdId, event.actorId)
  if (held && !held.ok) return held.rejection
  // The day has counted a hold already.
  const full = held ? undefined : slotRefusal(database, judgedBy, null)
  if (full) return full
  const blocked = withBuffers(booking, booking)
  const isOwn = (hold: { readonly id: string } | null) => holdId !== null && hold?.id === holdId
  return isTaken(database, judgedBy.providerNumber, blocked, ({ hold }) => isOwn(hold))
    ? { code: 'slot-taken' }
    : undefined
}

function versionMismatch({ bookings }: MemoryDatabase, { id, version }: Booking) {
  const recorded = bookings.get(id)
  if (!recorded) throw new Error(`There is no booking ${id}`)
  if (recorded.version === version - 1) return undefined
  return reject({ code: 'version-mismatch', version: recorded.version })
}

function claim(
  database: MemoryDatabase,
  provider: BookingEntry['judgedBy']['providerNumber'],
  booking: Booking,
  reminders: readonly Reminder[],
): void {
  const { id: bookingId, serviceId, start, end } = booking
  const blocked = withBuffers(booking, booking)
  addClaim(database, provider, { bookingId, serviceId, start, end, blocked, hold: null })
  database.reminders.set(bookingId, reminders)
}

/** The newest version of a booking, with its history and its event. */
function write(
  database: MemoryDatabase,
  event: BookingEvent<BookingEventType, Booking>,
  data: LoggedEvent['data'],
): Booking {
  const { id, booking, type, actorId, actedAs, reason, occurredAt } = event
  const { version, status, start, end, providerId, customerId } = booking
  database.bookings.set(booking.id, booking)
  const subject = { type: 'booking', id: booking.id, version } as const
  database.log.events.push({ id, type, occurredAt, actorId, subject, providerId, customerId, data })
  const entry = { version, change: type, status, start, end, actorId, actedAs, reason, occurredAt }
  database.history.set(booking.id, [...(database.history.get(booking.id) ?? []), entry])
  return booking
}

/** Higher than any that has been given or is kept for a booking. */
export const nextBookingNumber = ({ bookings, reserved }: MemoryDatabase): number =>
  Math.max(bookings.size, reserved.booking, ...bookings.values().map(({ number }) => number)) + 1

function record(database: MemoryDatabase, entry: BookingEntry): Booking {
  const { holdId, judgedBy, event, reminders } = entry
  const booking: Booking = { ...entry.booking, number: nextBookingNumber(database) }
  requireBlocking({ ...booking, blocked: withBuffers(booking, booking) })
  insert(database.bookings, booking.id, booking)
  if (holdId) removeClaims(database, holdId)
  claim(database, judgedBy.providerNumber, booking, reminders)
  return write(database, { ...event, booking }, eventData(booking))
}
