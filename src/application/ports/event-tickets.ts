import type { Actor } from '../../domain/actor.ts'
import type { SessionId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'

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
   * Of however many who come with one ticket, one is let in, in those of its roles that the account still has; nobody with an
   * expired one, or one of a session that has ended or of an account that nobody may use.
   */
  redeem(ticket: string): Promise<Admission | undefined>
  /** Takes away at most `limit` tickets that have expired; how many. */
  forgetOld(limit: number): Promise<number>
}

export const TICKET_SECONDS = 30
