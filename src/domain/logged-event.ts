import { type Actor, isAdmin } from './actor.ts'
import type { BookingEventType } from './event.ts'
import type { BookingId, EventId, UserId } from './ids.ts'
import type { Instant } from './instant.ts'
import type { Json } from './json.ts'

export type EventType =
  | BookingEventType
  | 'booking.reminder'
  | 'hold.created'
  | 'hold.released'
  | 'hold.expired'
  | 'schedule.changed'
  | 'service.changed'
  | 'availability.changed'

export const EVENT_TYPES = [
  'booking.created',
  'booking.confirmed',
  'booking.declined',
  'booking.rescheduled',
  'booking.cancelled',
  'booking.completed',
  'booking.no_show',
  'booking.updated',
  'booking.reminder',
  'hold.created',
  'hold.released',
  'hold.expired',
  'schedule.changed',
  'service.changed',
  'availability.changed',
] as const satisfies readonly EventType[]

/** A place in the log, and so the time to go on from. Texts of one log are in the order of its events. */
export type Cursor = string & { readonly kind: 'cursor' }

/**
 * The place of who has been told an event itself, and not yet what everyone may know of it: one character short, and so
 * right before the event's own in the order of texts.
 */
export const partwayTo = (cursor: Cursor): Cursor => cursor.slice(0, -1) as Cursor

/** One fact as the log has it. */
export interface LoggedEvent {
  readonly id: EventId
  readonly cursor: Cursor
  readonly type: EventType
  readonly occurredAt: Instant
  readonly subject: {
    readonly type: 'booking' | 'hold' | 'schedule' | 'service' | 'provider'
    readonly id: string
    /** Null for a provider: nobody counts the versions of free time. */
    readonly version: number | null
  }
  readonly providerId: UserId | null
  /** The customer of the booking, or whoever holds. */
  readonly customerId: UserId | null
  readonly data: Readonly<Record<string, Json>>
}

/** What a listener follows. */
export type Topic =
  /** Everything that the listener may see. */
  | { readonly kind: 'bookings' }
  | { readonly kind: 'booking'; readonly id: BookingId }
  /** The free time of a provider, for everyone; it names nobody. */
  | { readonly kind: 'availability'; readonly providerId: UserId }

/** Whom an event is about. */
export type Concerns = Pick<LoggedEvent, 'providerId' | 'customerId'> & {
  readonly subject: Pick<LoggedEvent['subject'], 'type'>
}

/** Events are for those they are about, and for admins. A hold is for whoever holds, and not for the provider. */
export function maySeeEvent(actor: Actor, event: Concerns): boolean {
  if (isAdmin(actor) || event.customerId === actor.userId) return true
  return event.providerId === actor.userId && event.subject.type !== 'hold'
}

/** What a listener wants to hear of. */
export interface Interest {
  /** At least one. */
  readonly topics: readonly Topic[]
  /** Those that matter; all where there is none. */
  readonly types: ReadonlySet<EventType>
}

/**
 * What a listener who is at a place is told of an event after it: nothing, the event itself, what everyone may know of it,
 * or both, the event first. Of two each has a cursor of its own, so that whoever leaves in between misses nothing.
 */
export function viewsOf(
  event: LoggedEvent,
  actor: Actor | null,
  { topics, types }: Interest,
  place: Cursor,
): readonly LoggedEvent[] {
  const told = topics.map((topic) => deliveredTo(actor, topic, event)).filter((view) => view !== undefined)
  const views = [...new Set(told)].filter(({ type }) => types.size === 0 || types.has(type))
  if (views.length > 1) views.sort((a, b) => Number(a !== event) - Number(b !== event))
  return views
    .map((view, number) => (number < views.length - 1 ? partwayView(view) : view))
    .filter(({ cursor }) => cursor > place)
}

/** The event as a listener of the topic gets it, or undefined where it is not for them. */
function deliveredTo(actor: Actor | null, topic: Topic, event: LoggedEvent): LoggedEvent | undefined {
  if (topic.kind === 'availability') {
    return event.providerId === topic.providerId ? publicView(event) : undefined
  }
  if (actor === null || !maySeeEvent(actor, event)) return undefined
  return topic.kind === 'bookings' || event.subject.id === topic.id ? event : undefined
}

const publicViews = new WeakMap<LoggedEvent, { readonly view: LoggedEvent | undefined }>()

/** It is made once, however many listen. */
function publicView(event: LoggedEvent): LoggedEvent | undefined {
  const known = publicViews.get(event) ?? { view: availabilityChanged(event) }
  publicViews.set(event, known)
  return known.view
}

const partwayViews = new WeakMap<LoggedEvent, LoggedEvent>()

/** The same for everyone who is told more of the event. */
function partwayView(event: LoggedEvent): LoggedEvent {
  const view = partwayViews.get(event) ?? { ...event, cursor: partwayTo(event.cursor) }
  partwayViews.set(event, view)
  return view
}

/** What frees or takes nobody's time. */
const TIMELESS: ReadonlySet<EventType> = new Set(['booking.confirmed', 'booking.updated', 'booking.reminder'])

/** A change of a service says itself whether it does. */
const isTimeless = ({ type, data }: LoggedEvent) =>
  TIMELESS.has(type) || (type === 'service.changed' && data.alters_free_time !== true)

/**
 * What everyone may know of an event: that the free time of a provider has changed, and around when; null on both
 * sides for all of it, as where a week or a service is another one.
 */
function availabilityChanged(event: LoggedEvent): LoggedEvent | undefined {
  const { id, cursor, occurredAt, providerId, data } = event
  if (providerId === null || isTimeless(event)) return undefined
  const starts = [data.start, data.previous_start, data.from].filter((text) => typeof text === 'string')
  const ends = [data.end, data.previous_end, data.to].filter((text) => typeof text === 'string')
  return {
    id,
    cursor,
    type: 'availability.changed',
    occurredAt,
    subject: { type: 'provider', id: providerId, version: null },
    providerId,
    customerId: null,
    data: { provider_id: providerId, from: earliest(starts), to: latest(ends) },
  }
}

/** Of instants as the log writes them; null where there is none. */
const earliest = (texts: readonly string[]) =>
  texts.reduce<string | null>(
    (first, text) => (first === null || Date.parse(text) < Date.parse(first) ? text : first),
    null,
  )

const latest = (texts: readonly string[]) =>
  texts.reduce<string | null>(
    (last, text) => (last === null || Date.parse(text) > Date.parse(last) ? text : last),
    null,
  )
