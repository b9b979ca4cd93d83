import type { HoldExpired, HoldNotFound } from '../../application/ports/booking-ledger.ts'
import type { HoldEntry, HoldLedger } from '../../application/ports/hold-ledger.ts'
import type { Hold } from '../../domain/hold.ts'
import type { EventId, HoldId, UserId } from '../../domain/ids.ts'
import { formatInstant, type Instant } from '../../domain/instant.ts'
import type { EventType } from '../../domain/logged-event.ts'
import { ok, type Result, reject } from '../../domain/result.ts'
import { underKey } from './answers.ts'
import { addClaim, isTaken, removeClaims, slotRefusal } from './claims.ts'
import { type MemoryDatabase, type MemoryEvent, storeClock } from './database.ts'

/** The holds of one process, by its own clock. */
export const memoryHoldLedger = (database: MemoryDatabase): HoldLedger => ({
  place: (entry, recording) =>
    underKey(
      database,
      recording,
      () => {
        const refusal = holdRefusal(database, entry)
        return refusal ? reject(refusal) : ok(place(database, entry))
      },
      ({ expiresAt }) => formatInstant(expiresAt),
    ),

  async find(id, holderId) {
    return liveHold(database, id, holderId)
  },

  async release(id, holderId, eventId) {
    const found = liveHold(database, id, holderId)
    if (!found.ok) return reject({ code: 'hold-not-found' })
    removeClaims(database, id)
    record(database, { id: eventId, type: 'hold.released', occurredAt: storeClock() }, found.value)
    return ok(null)
  },

  async expire(eventIds) {
    const now = storeClock()
    const dead = holdsOf(database).filter(({ expiresAt }) => expiresAt <= now)
    const due = dead.sort((a, b) => a.expiresAt - b.expiresAt).slice(0, eventIds.length)
    for (const [index, hold] of due.entries()) {
      removeClaims(database, hold.id)
      const id = eventIds[index] as EventId
      record(database, { id, type: 'hold.expired', occurredAt: now }, hold)
    }
    return due.length
  },
})

const holdsOf = ({ claims }: MemoryDatabase): Hold[] =>
  [...claims.values()].flat().flatMap(({ hold }) => hold ?? [])

/** A live hold of this holder, or what became of it. */
export function liveHold(
  database: MemoryDatabase,
  id: HoldId,
  holderId: UserId,
): Result<Hold, HoldNotFound | HoldExpired> {
  const isIt = (hold: Hold) => hold.id === id && hold.holderId === holderId
  const hold = holdsOf(database).find(isIt)
  if (hold) return hold.expiresAt > storeClock() ? ok(hold) : reject({ code: 'hold-expired' })
  const expired = database.log.events.some(
    ({ type, subject, customerId }) =>
      type === 'hold.expired' && subject.id === id && customerId === holderId,
  )
  return reject({ code: expired ? 'hold-expired' : 'hold-not-found' })
}

/** The first reason not to write a hold, in the order in which they are told. */
function holdRefusal(database: MemoryDatabase, { hold, judgedBy, mostHolds }: HoldEntry) {
  const outdated = slotRefusal(database, { ...judgedBy, dailyLimit: null }, null)
  if (outdated) return outdated
  if (database.accounts.get(hold.holderId)?.account.user.deactivatedAt !== null) {
    return { code: 'account-inactive' } as const
  }
  const now = storeClock()
  const own = holdsOf(database).filter(
    ({ holderId, expiresAt }) => holderId === hold.holderId && expiresAt > now,
  )
  if (own.length >= mostHolds) return { code: 'too-many-holds', limit: mostHolds } as const
  const full = slotRefusal(database, judgedBy, null)
  if (full) return full
  const taken = isTaken(database, judgedBy.providerNumber, hold.blocked, () => false)
  return taken ? ({ code: 'slot-taken' } as const) : undefined
}

function place(database: MemoryDatabase, { hold, judgedBy, ttlSeconds, eventId }: HoldEntry): Hold {
  const now = storeClock()
  const placed: Hold = { ...hold, expiresAt: (now + ttlSeconds * 1000) as Instant }
  const { serviceId, start, end, blocked } = placed
  addClaim(database, judgedBy.providerNumber, {
    serviceId,
    start,
    end,
    blocked,
    bookingId: null,
    hold: placed,
  })
  const told = { expires_at: formatInstant(placed.expiresAt) }
  record(database, { id: eventId, type: 'hold.created', occurredAt: now }, placed, told)
  return placed
}

/** Writes to the log what became of a hold, and what is told of it beside its slot. */
function record(
  { log }: MemoryDatabase,
  event: Pick<MemoryEvent, 'id' | 'occurredAt'> & { readonly type: `hold.${string}` & EventType },
  { id, holderId, providerId, serviceId, start, end }: Hold,
  told: MemoryEvent['data'] = {},
): void {
  log.events.push({
    ...event,
    subject: { type: 'hold', id, version: event.type === 'hold.created' ? 1 : 2 },
    actorId: event.type === 'hold.expired' ? null : holderId,
    providerId,
    customerId: holderId,
    data: {
      service_id: serviceId,
      provider_id: providerId,
      customer_id: holderId,
      start: formatInstant(start),
      end: formatInstant(end),
      ...told,
    },
  })
}
