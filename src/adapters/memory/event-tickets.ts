import { randomBytes } from 'node:crypto'
import { type EventTickets, TICKET_SECONDS } from '../../application/ports/event-tickets.ts'
import { mayLogIn } from '../../domain/account.ts'
import { lapseOf } from '../../domain/actor.ts'
import type { Instant } from '../../domain/instant.ts'
import { ok, reject } from '../../domain/result.ts'
import { type MemoryDatabase, storeClock } from './database.ts'

const TICKET_BYTES = 32

/** The tickets of one process, by its own clock. */
export const memoryEventTickets = ({ accounts, eventTickets, sessions }: MemoryDatabase): EventTickets => ({
  async issue(admission) {
    const ticket = randomBytes(TICKET_BYTES).toString('base64url')
    const expiresAt = (storeClock() + TICKET_SECONDS * 1000) as Instant
    eventTickets.set(ticket, { ...admission, expiresAt })
    return { ticket, expiresAt }
  },

  async redeem(ticket) {
    const kept = eventTickets.get(ticket)
    if (!kept || kept.expiresAt <= storeClock()) return reject('shut-out')
    eventTickets.delete(ticket)
    const { actor, sessionId, sessionEndsAt } = kept
    if (sessionId !== null && !sessions.has(sessionId)) return reject('shut-out')
    const user = accounts.get(actor.userId)?.account.user
    const lapse = lapseOf(actor, user && mayLogIn(user) ? user.roles : null)
    return lapse === null ? ok({ actor, sessionId, sessionEndsAt }) : reject(lapse)
  },

  async forgetOld(limit) {
    const now = storeClock()
    const old = [...eventTickets].filter(([, { expiresAt }]) => expiresAt <= now).slice(0, limit)
    for (const [ticket] of old) eventTickets.delete(ticket)
    return old.length
  },
})
