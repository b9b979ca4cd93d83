import type { Instant } from '../../domain/instant.ts'
import { isActive } from '../../domain/webhook.ts'
import type { Attempt, TakenDelivery, Verdict } from '../../domain/webhook-delivery.ts'
import { changeDeliveries, giveUpAll, type MemoryWebhooks } from './webhook-store.ts'

/** Writes down an attempt with all that follows from it, unless another was written down meanwhile. */
export function noteAttempt(
  store: MemoryWebhooks,
  taken: TakenDelivery,
  attempt: Attempt,
  verdict: Verdict,
  now: Instant,
): void {
  const noted = store.deliveries.find(({ id }) => id === taken.id)
  if (noted?.attempts.length !== taken.attemptCount) return
  const next = (now + verdict.afterMilliseconds) as Instant
  const isAgain = verdict.outcome === 'again'
  changeDeliveries(store, ({ id }) => id === taken.id, {
    status: isAgain ? noted.status : verdict.outcome,
    dueAt: isAgain && noted.status === 'pending' ? next : null,
    tries: noted.tries + 1,
    attempts: [...noted.attempts, attempt],
  })
  changeDeliveries(
    store,
    ({ id, endpointId, subjectId, status }) =>
      id !== noted.id &&
      endpointId === noted.endpointId &&
      subjectId === noted.subjectId &&
      status === 'pending',
    { dueAt: next },
  )
  noteHealth(store, taken, verdict, now)
}

function noteHealth(
  store: MemoryWebhooks,
  { endpointId }: TakenDelivery,
  { failingSince, disable }: Verdict,
  now: Instant,
): void {
  const recorded = store.endpoints.get(endpointId)
  if (!recorded || !isActive(recorded.endpoint)) return
  const { endpoint } = recorded
  const changed =
    disable === null
      ? endpoint
      : { ...endpoint, disabledBecause: disable, version: endpoint.version + 1, updatedAt: now }
  store.endpoints.set(endpointId, { ...recorded, failingSince, endpoint: changed })
  if (disable !== null) giveUpAll(store, endpointId)
}
