import { type Static, Type } from 'typebox'
import { OneOf, Strict } from '../schemas/common.ts'
import { CursorText, type LoggedEventBody } from '../schemas/events.ts'
import { referenceTo } from '../schemas/problem-responses.ts'
import type { problemBody } from '../send-problem.ts'
import { SubscriptionId } from './client-messages.ts'

/** What a socket may refuse. */
export const SOCKET_PROBLEMS = [
  'malformed-request',
  'unauthenticated',
  'topic-not-found',
  'unknown-cursor',
  'cursor-expired',
  'subscription-exists',
  'subscription-not-found',
  'unavailable',
] as const

export type SocketProblem = (typeof SOCKET_PROBLEMS)[number]

const RESET_REASONS = ['cursor-expired'] as const

export const HelloMessage = Strict({
  type: Type.Literal('hello'),
  cursor: CursorText('The end of the log: what happens from now on comes after it.'),
})

export const SubscribedMessage = Strict({
  type: Type.Literal('subscribed'),
  id: SubscriptionId,
  cursor: CursorText('Where the subscription begins.'),
})

export const UnsubscribedMessage = Strict({ type: Type.Literal('unsubscribed'), id: SubscriptionId })

export const EventMessage = Strict({
  type: Type.Literal('event'),
  id: SubscriptionId,
  event: Type.Unsafe<LoggedEventBody>({ $ref: '#/components/schemas/Event' }),
})

export const ResetMessage = Strict({
  type: Type.Literal('reset'),
  id: SubscriptionId,
  reason: OneOf(RESET_REASONS, 'Why the subscription has ended.'),
  cursor: CursorText('The oldest place that can be resumed from.'),
})

/** The same on a stream, which has one subscription and no names. */
export const StreamResetMessage = Strict({ reason: OneOf(RESET_REASONS, 'Why the stream has ended.') })

export const ErrorMessage = Strict({
  type: Type.Literal('error'),
  id: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'The subscription that it is about; null where it named none.',
  }),
  problem: Type.Unsafe<ReturnType<typeof problemBody>>({
    oneOf: SOCKET_PROBLEMS.map((code) => ({ $ref: referenceTo(code) })),
  }),
})

/** What the server says on a socket; an event is written by hand, once for all who hear of it. */
export type ServerMessage =
  | Static<typeof HelloMessage>
  | Static<typeof SubscribedMessage>
  | Static<typeof UnsubscribedMessage>
  | Static<typeof ResetMessage>
  | Static<typeof ErrorMessage>
