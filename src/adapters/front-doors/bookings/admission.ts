import type { DefaultEventsMap, Socket } from 'socket.io'
import type { FollowEvents, Following } from '../../../application/follow-events.ts'
import type { Actor } from '../../../domain/actor.ts'
import { BOOKING_EVENT_TYPES } from '../../../domain/event.ts'
import type { SessionId } from '../../../domain/ids.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { EventType } from '../../../domain/logged-event.ts'
import type { DoorApp } from '../door.ts'

/** Someone who listens: who it is, until when, and from which place in the log on. */
export interface Admitted {
  readonly actor: Actor
  /** Null where the token names none. */
  readonly sessionId: SessionId | null
  readonly expires: Instant
  readonly following: Following
}

/** Any socket of Socket.IO, whatever is said on it. */
export type AnySocket = Socket<
  Record<string, never>,
  Record<string, (...said: unknown[]) => void>,
  DefaultEventsMap | Record<string, never>,
  Partial<Admitted>
>

/** A no that the client reads as the message of its `connect_error`; `data` has the facts. */
export class Refused extends Error {
  readonly data: object

  constructor(code: string, facts: object = {}) {
    super(code)
    this.data = { code, ...facts }
  }
}

const MOST_TOKEN_CHARACTERS = 8_192
/** What is told of: everything that happens to bookings. */
const types: ReadonlySet<EventType> = new Set([...BOOKING_EVENT_TYPES, 'booking.reminder'])

/**
 * Lets someone in who has a token, with `auth: {token}`, and, with `auth: {token, after}`, from a cursor on. The place from which
 * they hear is fixed before they are told that they are in.
 *
 * @throws Refused with what the client is told
 */
export async function admit(
  socket: AnySocket,
  app: Pick<DoorApp, 'sessionOf'>,
  { followEvents }: { readonly followEvents: FollowEvents },
): Promise<void> {
  const { token, after = null } = socket.handshake.auth as { token?: unknown; after?: unknown }
  const session = isToken(token) ? await app.sessionOf(token.replace(/^Bearer /i, '')) : null
  if (!session) throw new Refused('unauthenticated')
  if (after !== null && typeof after !== 'string') throw new Refused('unknown-cursor')
  const outcome = await followEvents(session.actor, { topics: [{ kind: 'bookings' }], types, after })
  if (!outcome.ok) throw new Refused(outcome.rejection.code)
  Object.assign(socket.data, { ...session, following: outcome.value } satisfies Admitted)
}

const isToken = (token: unknown): token is string =>
  typeof token === 'string' && token.length <= MOST_TOKEN_CHARACTERS && token.isWellFormed()
