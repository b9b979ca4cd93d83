import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { MalformedRequest } from '../malformed.ts'
import type { EventsQuery } from '../schemas/events.ts'
import type { SubscribeMessage } from './client-messages.ts'
import { readTopic } from './topics.ts'

export type Query = Static<typeof EventsQuery>

const DEFAULT_TOPICS: NonNullable<Query['topics']> = ['bookings']

/** One log, and three ways to read it. */
export type Way = 'list' | 'stream' | 'socket'

/** HEAD is answered as the list is: a stream has no end to wait for. */
export function wayOf({ ws, method, headers }: FastifyRequest): Way {
  if (ws) return 'socket'
  return method === 'GET' && takesStream(headers.accept ?? '') ? 'stream' : 'list'
}

/** Whether a stream is asked for: with a weight of zero it is what is not wanted (RFC 9110, section 12.4.2). */
const takesStream = (accept: string) =>
  accept.split(',').some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    return type === 'text/event-stream' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })

/** What makes sense for one way alone. */
const OF_ONE_WAY = { limit: 'list', ticket: 'socket' } as const satisfies { [name in keyof Query]?: Way }

const WORDS: Readonly<Record<Way, string>> = { list: 'a list', stream: 'a stream', socket: 'a WebSocket' }

/**
 * Refuses what means nothing the way in which the log is read: whoever says it would take it to hold.
 *
 * @throws MalformedRequest
 */
export function refuseMeaningless(query: Query, way: Way): void {
  const errors = Object.entries(OF_ONE_WAY)
    .filter(([name, only]) => way !== only && query[name as keyof Query] !== undefined)
    .map(([name, only]) => ({
      field: `/${name}`,
      code: 'unknown-field',
      message: `is for ${WORDS[only]} alone, and this is ${WORDS[way]}`,
    }))
  if (errors.length > 0) throw new MalformedRequest(errors)
}

/** What a list or a stream is asked for. */
export const queryOf = ({ topics = DEFAULT_TOPICS, types = [], after }: Query) => ({
  topics: topics.map(readTopic),
  types: new Set(types),
  after: after ?? null,
})

/** The name of the subscription that the address of a socket asks for. */
export const URL_SUBSCRIPTION = 'url'

/** What the address of a socket asks for, as its client would say it; null where it asks for nothing. */
export function subscriptionOf({ topics, types, after }: Query): Static<typeof SubscribeMessage> | null {
  if (topics === undefined && types === undefined && after === undefined) return null
  return {
    type: 'subscribe',
    id: URL_SUBSCRIPTION,
    topics: topics ?? DEFAULT_TOPICS,
    ...(types !== undefined && { types }),
    ...(after !== undefined && { after }),
  }
}
