import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Availability, AvailabilityAnswer } from '../../application/availability.ts'
import { formatInstant, type Instant } from '../../domain/instant.ts'
import type { Interval } from '../../domain/interval.ts'
import { boundedMemo } from '../../domain/memo.ts'
import type { Service } from '../../domain/service.ts'
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

export const nextSlotWriter: ListWriter<Interval> = { ...windowWriter, name: 'slots' }

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
  const pieces: Buffer[] = [Buffer.from(`{"as_of":"${formatInstant(asOf)}","data":[`)]
  for (const { bytes } of parts) {
    if (pieces.length > 1) pieces.push(COMMA)
    pieces.push(bytes)
  }
  pieces.push(END)
  return reply.type('application/json; charset=utf-8').send(Buffer.concat(pieces))
}

const COMMA = Buffer.from(',')
const END = Buffer.from(']}')

interface Written {
  readonly format: AvailabilityFormat<never>
  readonly timeZone: string
  readonly service: Service
  /** As it goes out: a text would be encoded anew for every answer, which takes longer than all the rest. */
  readonly bytes: Buffer
  readonly etag: string
}

/** How many bytes of answers are remembered in all, and in how many formats each finding: some will not come again. */
const MOST_BYTES = 64 * 1024 * 1024
const MOST_FORMATS = 3

/** What was written of a finding, for as long as the finding itself is remembered or less. */
const writings = boundedMemo<readonly unknown[], readonly Written[]>(MOST_BYTES, (formats) =>
  formats.reduce((size, { bytes }) => size + bytes.length, 0),
)

function written<Found>(one: Availability<Found>, format: AvailabilityFormat<Found>): Written {
  const { offer, timeZone, found } = one
  const { service } = offer
  const known = writings.get(found) ?? []
  const same = known.find(
    (writing) =>
      writing.timeZone === timeZone &&
      writing.service === service &&
      writing.format.inZone === format.inZone &&
      writing.format.shows === format.shows &&
      writing.format.list === format.list,
  )
  if (same) return same
  const text = writeOut(one, format)
  const made = { format, timeZone, service, bytes: Buffer.from(text), etag: hashTag(text) }
  writings.set(found, [...known.slice(1 - MOST_FORMATS), made])
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
