import type { Recording } from '../../application/ports/answers.ts'
import type { BookingEntry, BookingMove, JudgedBy } from '../../application/ports/booking-ledger.ts'
import type { Booking } from '../../domain/booking.ts'
import type { BookingChanged } from '../../domain/event.ts'
import { eventData, movedData } from '../../domain/event-data.ts'
import { formatAmount } from '../../domain/money.ts'
import { withBuffers } from '../../domain/occupancy.ts'
import { recordingValues } from './answers.ts'
import type { Statement, WireValue } from './pipeline.ts'
import { rangeText } from './slot-outcomes.ts'
import { timestamp } from './values.ts'

/** A call of a function whose parameters are given in its own order. */
export const callOf = (name: string, columns: string, parameters: number): Statement => ({
  name,
  text: `select ${columns} from ${name}(${Array.from({ length: parameters }, (_, index) => `$${index + 1}`).join(', ')})`,
})

export const bookSlot = callOf('book_slot', 'outcome, number, answer', 31)
export const changeBooking = callOf('change_booking', 'outcome, version, answer', 19)
export const moveBooking = callOf('move_booking', 'outcome, version, answer', 23)

/** The limit of a day and the day itself, or nulls. */
export const limitValues = ({ dailyLimit }: JudgedBy): WireValue[] => [
  dailyLimit?.limit ?? null,
  dailyLimit && rangeText(dailyLimit.day),
]

/** The number is given by the function: what the answer says of it is put in there. */
const UNNUMBERED = 0

export function bookSlotValues(entry: BookingEntry, recording: Recording<Booking> | null): WireValue[] {
  const { booking, judgedBy, reminders, event, holdId } = entry
  return [
    booking.id,
    booking.serviceId,
    judgedBy.serviceVersion,
    judgedBy.scheduleVersion,
    booking.providerId,
    judgedBy.providerNumber,
    booking.customerId,
    booking.status,
    timestamp(booking.start),
    timestamp(booking.end),
    booking.bufferBeforeMinutes,
    booking.bufferAfterMinutes,
    rangeText(withBuffers(booking, booking)),
    formatAmount(booking.price),
    booking.price.currency,
    timestamp(booking.cancellableUntil),
    booking.notes,
    JSON.stringify(booking.metadata),
    timestamp(booking.createdAt),
    reminders.map(({ minutesBefore }) => minutesBefore),
    ...limitValues(judgedBy),
    holdId,
    event.id,
    event.actorId,
    event.actedAs,
    JSON.stringify(eventData(booking)),
    ...recordingValues(recording, { ...booking, number: UNNUMBERED }),
  ]
}

export function changeValues(event: BookingChanged, recording: Recording<Booking> | null): WireValue[] {
  const { booking } = event
  const isCancelled = booking.status === 'cancelled'
  return [
    booking.id,
    booking.version,
    booking.status,
    booking.notes,
    JSON.stringify(booking.metadata),
    isCancelled ? timestamp(booking.cancelledAt) : null,
    isCancelled ? booking.cancelledBy : null,
    isCancelled ? booking.cancellationReason : null,
    timestamp(booking.updatedAt),
    event.id,
    event.type,
    event.actorId,
    event.actedAs,
    event.reason,
    JSON.stringify(eventData(booking)),
    ...recordingValues(recording, booking),
  ]
}

export function moveValues(
  { judgedBy, reminders, event }: BookingMove,
  recording: Recording<Booking> | null,
): WireValue[] {
  const { booking } = event
  return [
    booking.id,
    booking.version,
    judgedBy.serviceId,
    judgedBy.serviceVersion,
    judgedBy.scheduleVersion,
    judgedBy.providerNumber,
    timestamp(booking.start),
    timestamp(booking.end),
    rangeText(withBuffers(booking, booking)),
    timestamp(booking.cancellableUntil),
    timestamp(booking.updatedAt),
    reminders.map(({ minutesBefore }) => minutesBefore),
    ...limitValues(judgedBy),
    event.id,
    event.actorId,
    event.actedAs,
    event.reason,
    JSON.stringify(movedData(event)),
    ...recordingValues(recording, booking),
  ]
}
