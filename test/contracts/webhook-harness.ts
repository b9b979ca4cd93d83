import assert from 'node:assert/strict'
import type { Accounts } from '../../src/application/ports/accounts.ts'
import type { WebhookDeliveries } from '../../src/application/ports/webhook-deliveries.ts'
import type { WebhookEndpoints } from '../../src/application/ports/webhook-endpoints.ts'
import type { Role } from '../../src/domain/actor.ts'
import type { DeliveryId, EventId, UserId, WebhookId } from '../../src/domain/ids.ts'
import type { Instant } from '../../src/domain/instant.ts'
import type { WebhookEndpoint } from '../../src/domain/webhook.ts'
import type { NewDelivery, TakenDelivery, Verdict } from '../../src/domain/webhook-delivery.ts'
import { LANES, type Lane, laneOf } from '../../src/domain/webhook-lane.ts'
import { accepted, addAccount, NOW, newId } from '../support/fixtures.ts'
import { times } from './harness.ts'

/** What a contract has to see or to set and no port offers. */
export interface WebhookProbe {
  deactivate(id: UserId): Promise<void>
  /** Whether someone is called to a lane now or later: how many seconds from now at the least; null for nobody. */
  calledIn(lane: Lane): Promise<number | null>
  /** Forgets every call, as if whoever was called had died. */
  loseCalls(): Promise<void>
  /** Lets so much time have passed for everything that is recorded of webhooks. */
  pass(seconds: number): Promise<void>
}

/** The ports of webhooks over one store that nobody else uses, empty at first. */
export interface WebhookHarness extends AsyncDisposable {
  readonly accounts: Accounts
  readonly webhooks: WebhookEndpoints
  readonly deliveries: WebhookDeliveries
  readonly probe: WebhookProbe
}

export type OpenWebhookHarness = () => Promise<WebhookHarness>

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

export const newEndpoint = (ownerId: UserId, changes: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  id: newId() as WebhookId,
  ownerId,
  url: 'https://receiver.example/hooks',
  types: ['booking.created', 'booking.cancelled'],
  description: '',
  disabledBecause: null,
  version: 1,
  createdAt: NOW,
  updatedAt: NOW,
  ...changes,
})

/** An endpoint of an owner of its own. */
export async function addEndpoint(
  { accounts, webhooks }: WebhookHarness,
  changes: Partial<WebhookEndpoint> = {},
  role: Role = 'customer',
): Promise<WebhookEndpoint> {
  const { user } = await addAccount(accounts, role)
  return accepted(await webhooks.add(newEndpoint(user.id, changes), SECRET))
}

/** A delivery about a subject, a new one where none is named. What it says is for everyone. */
export function newDelivery(
  endpointId: WebhookId,
  subjectId: string = newId(),
  changes: Partial<NewDelivery> = {},
): NewDelivery {
  const eventId = newId() as EventId
  return {
    id: newId() as DeliveryId,
    endpointId,
    eventId,
    eventType: 'webhook.ping',
    subjectId,
    body: JSON.stringify({ id: eventId, type: 'webhook.ping', note: 'ä 😀 "\\' }),
    ...changes,
  }
}

export const laneOfDelivery = ({ endpointId, subjectId }: NewDelivery): Lane => ({
  endpointId,
  lane: laneOf(subjectId),
})

/** Subjects that share a lane. */
export function subjectsOfOneLane(count: number): string[] {
  const subjects: string[] = []
  while (subjects.length < count) {
    const id = newId()
    if (laneOf(id) === 0) subjects.push(id)
  }
  return subjects
}

/** A delivery for each lane of an endpoint, in the order of the lanes. */
export const oneForEachLane = (endpointId: WebhookId): NewDelivery[] =>
  times(LANES).map((lane) => {
    for (;;) {
      const delivery = newDelivery(endpointId)
      if (laneOf(delivery.subjectId) === lane) return delivery
    }
  })

export const verdict = (outcome: Verdict['outcome'], changes: Partial<Verdict> = {}): Verdict => ({
  outcome,
  afterMilliseconds: outcome === 'again' ? 60_000 : 0,
  failingSince: outcome === 'delivered' ? null : NOW,
  disable: null,
  ...changes,
})

export const attemptAt = (at: Instant, status: number | null = 200) => ({
  at,
  durationMilliseconds: 12,
  status,
  error: status === null ? ('timed-out' as const) : null,
})

/** Takes what is next, and fails where there is nothing. */
export async function takeNext(
  { deliveries }: WebhookHarness,
  lane: Lane,
  holder: string,
): Promise<TakenDelivery> {
  return (await deliveries.take(lane, holder)) ?? assert.fail('nothing is due')
}
