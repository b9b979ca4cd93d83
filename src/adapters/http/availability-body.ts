import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Availability, AvailabilityAnswer } from '../../application/availability.ts'
import { formatInstant, type Instant } from '../../domain/instant.ts'
import type { Interval } from '../../domain/interval.ts'
import { type Slot, type SlotReason, statusOf } from '../../domain/slots.ts'
import { zoneOf } from '../../domain/zone.ts'
import { hashTag, isKnown } from './conditional.ts'
import { instantWriter } from './instant-writer.ts'

/** What a list of an answer is called, and how one entry of it is written. */
export interface ListWriter<Found> {
  readonly name: 'slots' | 'windows'
  readonly write: (found: Found, instant: (instant: Instant) => string) => string
}

/** How an entry ends, by reason: made once, because there are eleven of them and thousands of slots. */
const slotEnds = new Map<SlotReason | null, string>()

function slotEnd(reason: SlotReason | null): string {
  const known = slotEnds.get(reason)
  if (known !== undefined) return known
  const status = `","status":"${statusOf({ reason })}"`
  const made = reason === null ? `${status}}` : `${status},"reason":"${reason}"}`
  slotEnds.set(reason, made)
  return made
}

export const slotWriter: ListWriter<Slot> = {
  name: 'slots',
  write: ({ start, end, reason }, instant) =>
    `{"start":"${instant(start)}","end":"${instant(end)}${slotEnd(reason)}`,
}

export const windowWriter: ListWriter<Interval> = {
  name: 'windows',
  write: ({ start, end }, instant) => `{"start":"${instant(start)}","end":"${instant(end)}"}`,
}

export interface AvailabilityFormat<Found> {
  readonly list: ListWriter<Found>
  /** Which of what was found is to be shown. */
  readonly shows: (found: Found) => boolean
  /** Whether times are written in the zone of the answer instead of UTC. */
  readonly inZone: boolean
}

/**
 * Sends an answer that is written by hand: it has hundreds of alike entries, and writing them is most of the work.
 * The ETag is made of what was found and not of `as_of`, so that it stays exactly as long as the finding does, on
 * whichever node; it is weak because the bodies differ in `as_of`.
 */
export function sendAvailability<Found>(
  request: FastifyRequest,
  reply: FastifyReply,
  { asOf, data }: AvailabilityAnswer<Found>,
  format: AvailabilityFormat<Found>,
): FastifyReply {
  const parts = data.map((one) => written(one, format))
  const [only] = parts
  const etag = parts.length === 1 && only ? only.etag : hashTag(parts.map((part) => part.etag).join())
  reply.header('etag', etag)
  if (isKnown(request, etag)) return reply.code(304).send()
  const text = parts.map((part) => part.text).join(',')
  return reply
    .type('application/json; charset=utf-8')
    .serializer(asItIs)
    .send(`{"as_of":"${formatInstant(asOf)}","data":[${text}]}`)
}

const asItIs = (text: unknown) => String(text)

interface Written {
  readonly text: string
  readonly etag: string
}

/** What was written of a finding in each format, for as long as the finding itself is remembered. */
const writings = new WeakMap<readonly unknown[], Map<string, Written>>()

function written<Found>(one: Availability<Found>, format: AvailabilityFormat<Found>): Written {
  const { offer, timeZone, found } = one
  const variant = [format.list.name, format.shows.name, format.inZone, timeZone, offer.service.id].join(' ')
  const known = writings.get(found)?.get(variant)
  if (known) return known
  const text = writeOut(one, format)
  const made = { text, etag: hashTag(text) }
  const variants = writings.get(found) ?? new Map<string, Written>()
  writings.set(found, variants.set(variant, made))
  return made
}

function writeOut<Found>(
  { offer: { service }, timeZone, found }: Availability<Found>,
  { list: { name, write }, shows, inZone }: AvailabilityFormat<Found>,
): string {
  const instant = instantWriter(inZone ? zoneOf(timeZone) : null)
  const head = JSON.stringify({
    service_id: service.id,
    provider_id: service.providerId,
    time_zone: timeZone,
    duration_minutes: service.durationMinutes,
  })
  let entries = ''
  for (const one of found) {
    if (shows(one)) entries += `${entries === '' ? '' : ','}${write(one, instant)}`
  }
  return `${head.slice(0, -1)},"${name}":[${entries}]}`
}

/** Which slots or windows an answer shows, by the names under which they are remembered. */
export const everything = () => true
export const availableAlone = ({ reason }: Slot) => reason === null
