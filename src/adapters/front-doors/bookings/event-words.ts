import type { ReadBooking } from '../../../application/bookings.ts'
import type { Actor } from '../../../domain/actor.ts'
import type { BookingId } from '../../../domain/ids.ts'
import type { Json } from '../../../domain/json.ts'
import type { LoggedEvent } from '../../../domain/logged-event.ts'
import { presentEvent } from './present.ts'

type Words = Readonly<Record<string, Json>>

/** What is told of an event is made once, however many hear it. */
const known = new WeakMap<LoggedEvent, Promise<Words>>()

/**
 * Puts events into the words of this door. When a booking was made is in no event but the first: it never changes, and is read
 * where it is needed, by all who need it at once.
 */
export const wordsOfEvents =
  ({ readBooking }: { readonly readBooking: ReadBooking }) =>
  (event: LoggedEvent, actor: Actor): Promise<Words> => {
    const words = known.get(event) ?? wordsOf(event, actor)
    known.set(event, words)
    words.catch(() => known.delete(event))
    return words

    async function wordsOf(told: LoggedEvent, by: Actor): Promise<Words> {
      if (told.type === 'booking.created') return presentEvent(told, told.occurredAt)
      const booking = await readBooking(by, told.subject.id as BookingId)
      return presentEvent(told, booking.ok ? booking.value.createdAt : told.occurredAt)
    }
  }
