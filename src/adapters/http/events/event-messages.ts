import { Type } from 'typebox'
import { EVENT_TYPES, type EventType } from '../../../domain/logged-event.ts'
import { Strict, Uuid } from '../schemas/common.ts'
import { eventKinds } from '../schemas/event-data.ts'
import { LoggedEvent } from '../schemas/events.ts'
import type { DocumentedMessage } from './document-parts.ts'

/** What the document calls an event: BookingNoShow. */
const nameOf = (type: EventType) =>
  type.replace(/(?:^|[._])([a-z])/g, (_match, letter: string) => letter.toUpperCase())

/** An event of one type: the schema of all of them, with what only this type has. */
function eventOf(type: EventType) {
  const { subject, summary, data } = eventKinds[type]
  const { version } = LoggedEvent.properties.subject.properties
  return Strict(
    {
      ...LoggedEvent.properties,
      type: Type.Literal(type),
      subject: Strict(
        { type: Type.Literal(subject), id: Uuid('Its id.'), version },
        { description: 'What it happened to.' },
      ),
      data,
    },
    { description: summary },
  )
}

/** A schema for each type of events, and one for whichever it is. */
export const eventSchemas: Readonly<Record<string, object>> = {
  ...Object.fromEntries(EVENT_TYPES.map((type) => [nameOf(type), eventOf(type)])),
  Event: {
    description: 'Something that happened; `type` says what.',
    oneOf: EVENT_TYPES.map((type) => ({ $ref: `#/components/schemas/${nameOf(type)}` })),
  },
}

/** A message for each type of events, for those channels on which the event itself is the message. */
export const eventMessages: Readonly<Record<string, DocumentedMessage>> = Object.fromEntries(
  EVENT_TYPES.map((type) => [
    nameOf(type),
    {
      name: type,
      title: type,
      summary: eventKinds[type].summary,
      payload: { $ref: `#/components/schemas/${nameOf(type)}` },
    },
  ]),
)
