import type { Actor, Lapse } from '../../domain/actor.ts'
import type { SessionId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Result } from '../../domain/result.ts'

/** Whom a ticket lets in, and until when. */
export interface Admission {
  readonly actor: Actor
  /** The session that the actor comes with; null where none is known. */
  readonly sessionId: SessionId | null
  /** When the access token ends with which the ticket was asked for. */
  readonly sessionEndsAt: Instant
}

export interface Ticket {
  readonly ticket: string
  /** By the clock of the store. */
  readonly expiresAt: Instant
}

/** What a browser opens a socket with, because it cannot send a token along: good once, and for a moment. */
export interface EventTickets {
  issue(admission: Admission): Promise<Ticket>
  /**
   * Of however many who come with one ticket, one is let in; nobody with an expired one, or one of a session that has ended
   * or of an account that nobody may use. Whose account has lost a role since the ticket was made is told so, once as well:
   * let in with less, they would take it for all there is.
   */
  redeem(ticket: string): Promise<Result<Admission, Lapse>>
  /** Takes away at most `limit` tickets that have expired; how many. */
  forgetOld(limit: number): Promise<number>
}

export const TICKET_SECONDS = 30
