import { randomUUID } from 'node:crypto'
import type { LoadRequest } from '../support/open-loop.ts'
import { metadata } from './sample.ts'
import { slotOf } from './shop.ts'
import type { Site } from './site.ts'

/** The body that asks for a slot. */
export function bookingBody(index: number, firstStart: number): string {
  const { serviceId, start } = slotOf(index, firstStart)
  return `{"service_id":"${serviceId}","start":"${start}","metadata":${metadata}}`
}

/** A request for a booking, with a key of its own. */
export const bookingRequest = (url: string, token: string, body: string): LoadRequest => ({
  method: 'POST',
  url: `${url}/v1/bookings`,
  headers: {
    authorization: `Bearer ${token}`,
    'idempotency-key': randomUUID(),
    'content-type': 'application/json',
    'content-length': body.length,
  },
  body,
})

/** The request with which the customer of a slot books it. */
export const slotRequest = (
  { url, tokens, firstStart }: Pick<Site, 'url' | 'tokens' | 'firstStart'>,
  index: number,
): LoadRequest =>
  bookingRequest(url, tokens[slotOf(index, firstStart).customer] ?? '', bookingBody(index, firstStart))
