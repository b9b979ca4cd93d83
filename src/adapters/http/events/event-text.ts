import { formatInstant } from '../../../domain/instant.ts'
import type { LoggedEvent } from '../../../domain/logged-event.ts'
import type { LoggedEventBody } from '../schemas/events.ts'

export const presentEvent = (event: LoggedEvent): LoggedEventBody => ({
  id: event.id,
  cursor: event.cursor,
  type: event.type,
  occurred_at: formatInstant(event.occurredAt),
  subject: { ...event.subject },
  data: event.data,
})

/** An event is written once, however many listen. */
const texts = new WeakMap<LoggedEvent, string>()

/** The event as JSON. */
export function eventText(event: LoggedEvent): string {
  const known = texts.get(event)
  if (known !== undefined) return known
  const text = JSON.stringify(presentEvent(event))
  texts.set(event, text)
  return text
}
