import type { BookingId, UserId } from '../../../domain/ids.ts'
import type { Topic } from '../../../domain/logged-event.ts'

/** Reads a topic that has the form of one: `bookings`, `booking:{id}`, `availability:{provider_id}`. */
export function readTopic(text: string): Topic {
  const [kind = '', id = ''] = text.split(':')
  if (kind === 'booking') return { kind, id: id as BookingId }
  if (kind === 'availability') return { kind, providerId: id as UserId }
  return { kind: 'bookings' }
}
