import type { WebhookDeliveries } from '../../application/ports/webhook-deliveries.ts'
import { mayLogIn } from '../../domain/account.ts'
import type { WebhookId } from '../../domain/ids.ts'
import { DAY_MINUTES, type Instant, plusMinutes } from '../../domain/instant.ts'
import { isActive, mayBeSent } from '../../domain/webhook.ts'
import { type Delivery, SHOWN_ATTEMPTS, type TakenDelivery } from '../../domain/webhook-delivery.ts'
import {
  FORGOTTEN_SECONDS,
  HELD_SECONDS,
  type Lane,
  laneOf,
  MOST_LANES_OF_OWNER,
} from '../../domain/webhook-lane.ts'
import { type MemoryDatabase, storeClock } from './database.ts'
import { pageIn } from './page.ts'
import { noteAttempt } from './webhook-outcomes.ts'
import { hasShare, isHeld, nameOf, othersOf } from './webhook-shares.ts'
import { changeDeliveries, giveUp, giveUpAll, type MemoryDelivery } from './webhook-store.ts'

const later = (now: Instant, seconds: number) => (now + seconds * 1_000) as Instant
const lastFirst = { value: ({ place }: { readonly place: number }) => place, descending: true }

const shown = ({
  body: _,
  subjectId: __,
  tries: ___,
  lane: ____,
  dueAt,
  ...rest
}: MemoryDelivery): Delivery => ({
  ...rest,
  attempts: rest.attempts.slice(-SHOWN_ATTEMPTS),
  nextAttemptAt: dueAt,
})

/** Deliveries for as long as the process lives; calls are written down, and whoever wants to heeds them. */
export function memoryWebhookDeliveries(
  { accounts, webhooks: store }: MemoryDatabase,
  clock = storeClock,
): WebhookDeliveries {
  const call = (lane: Lane, at: Instant) => store.calls.set(nameOf(lane), { lane, at })
  const mayBeCalled = (id: WebhookId) => {
    const endpoint = store.endpoints.get(id)?.endpoint
    const owner = endpoint && accounts.get(endpoint.ownerId)
    return endpoint && isActive(endpoint) && owner && mayLogIn(owner.account.user)
  }
  /** Those whose subject has nothing before them, the one that is due for the longest time first. */
  const turnsOf = ({ endpointId, lane }: Lane) => {
    const subjects = new Set<string>()
    return store.deliveries
      .filter((each) => each.endpointId === endpointId && each.lane === lane && each.status === 'pending')
      .filter(({ subjectId }) => !subjects.has(subjectId) && subjects.add(subjectId))
      .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
  }
  const isDue = (delivery: MemoryDelivery | undefined, now: Instant): delivery is MemoryDelivery =>
    delivery?.dueAt !== null && delivery !== undefined && delivery.dueAt <= now
  /** The one whose turn it is, once those before it that its owner may not see any more have been given up. */
  const takeNext = (lane: Lane, now: Instant): MemoryDelivery | undefined => {
    const next = turnsOf(lane)[0]
    if (!isDue(next, now)) return undefined
    const ownerId = store.endpoints.get(lane.endpointId)?.endpoint.ownerId
    const owner = ownerId && accounts.get(ownerId)?.account.user
    if (owner && mayBeSent({ userId: owner.id, roles: owner.roles }, next.body)) return next
    giveUp(store, ({ id }) => id === next.id)
    return takeNext(lane, now)
  }
  /** Calls someone to the lanes that had to wait for a share of their owner's. */
  const callThoseThatWait = (left: Lane, now: Instant) => {
    const waiting = othersOf(store, left)
      .filter((lane) => !isHeld(store, lane, now) && hasShare(store, lane, now))
      .map((lane) => ({ lane, next: turnsOf(lane)[0] }))
      .filter(({ next }) => isDue(next, now))
      .sort((a, b) => (a.next?.dueAt ?? 0) - (b.next?.dueAt ?? 0))
    for (const { lane } of waiting.slice(0, MOST_LANES_OF_OWNER)) call(lane, now)
  }

  return {
    async add(deliveries) {
      const now = clock()
      for (const added of deliveries) {
        const { endpointId, eventId } = added
        const isKnown = store.deliveries.some(
          (each) => each.endpointId === endpointId && each.eventId === eventId,
        )
        if (isKnown) continue
        const lane = laneOf(added.subjectId)
        const state = { lane, status: 'pending', tries: 0, attempts: [], dueAt: now, createdAt: now } as const
        store.deliveries = [...store.deliveries, { ...added, ...state }]
        call({ endpointId, lane }, now)
      }
    },

    async take(lane, holder) {
      const now = clock()
      const held = store.lanes.get(nameOf(lane))
      const mayTake = held?.holder === holder || (!isHeld(store, lane, now) && hasShare(store, lane, now))
      if (!mayTake) return undefined
      store.lanes.set(nameOf(lane), { lane, holder, heldUntil: later(now, HELD_SECONDS) })
      if (!mayBeCalled(lane.endpointId)) giveUpAll(store, lane.endpointId)
      const next = takeNext(lane, now)
      const endpoint = store.endpoints.get(lane.endpointId)
      if (!endpoint || !next) return undefined
      const { id, endpointId, eventId, body, tries, attempts } = next
      const { failingSince, secrets } = endpoint
      const attemptCount = attempts.length
      const taken = { id, endpointId, eventId, body, tries, attemptCount, failingSince, secrets, now }
      return { ...taken, url: endpoint.endpoint.url } satisfies TakenDelivery
    },

    async note(taken, attempt, verdict) {
      const now = clock()
      noteAttempt(store, taken, attempt, verdict, now)
      // An endpoint that works again may have its other lanes.
      const noted = store.deliveries.find(({ id }) => id === taken.id)
      if (noted && taken.failingSince !== null && verdict.failingSince === null) callThoseThatWait(noted, now)
    },

    async leave(lane, holder) {
      if (store.lanes.get(nameOf(lane))?.holder !== holder) return
      store.lanes.delete(nameOf(lane))
      callThoseThatWait(lane, clock())
      const at = turnsOf(lane)[0]?.dueAt
      if (at) call(lane, at)
    },

    async wakeForgotten(limit) {
      const now = clock()
      const lanes = store.deliveries
        .map(({ endpointId, lane }) => ({ endpointId, lane }))
        .filter((lane) => !isHeld(store, lane, now) && hasShare(store, lane, now))
        .filter(({ endpointId }) => store.endpoints.has(endpointId))
        .filter((lane) => isDue(turnsOf(lane)[0], later(now, -FORGOTTEN_SECONDS)))
      const forgotten = [...new Map(lanes.map((lane) => [nameOf(lane), lane])).values()].slice(0, limit)
      for (const lane of forgotten) call(lane, now)
      return forgotten.length
    },

    async list(id, page) {
      const numbered = store.deliveries.map((delivery, place) => ({ id: delivery.id, place, delivery }))
      const found = pageIn(
        numbered.filter(({ delivery }) => delivery.endpointId === id),
        lastFirst,
        page,
      )
      return { ...found, items: found.items.map(({ delivery }) => shown(delivery)) }
    },

    async bodyOf(endpointId, id) {
      return store.deliveries.find((each) => each.endpointId === endpointId && each.id === id)?.body
    },

    async replay(endpointId, id) {
      const isMeant = (each: MemoryDelivery) => each.endpointId === endpointId && each.id === id
      const dueAt = clock()
      changeDeliveries(store, isMeant, { status: 'pending', tries: 0, dueAt })
      const replayed = store.deliveries.find(isMeant)
      if (!replayed) return undefined
      call({ endpointId, lane: replayed.lane }, dueAt)
      return shown(replayed)
    },

    async forgetOld(days, limit) {
      const before = plusMinutes(clock(), -days * DAY_MINUTES)
      const forgotten = store.deliveries
        .filter(
          ({ endpointId, status, createdAt }) =>
            !store.endpoints.has(endpointId) || (status !== 'pending' && createdAt < before),
        )
        .slice(0, limit)
      store.deliveries = store.deliveries.filter((each) => !forgotten.includes(each))
      return forgotten.length
    },
  }
}
