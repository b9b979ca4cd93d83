import type { Instant } from '../../domain/instant.ts'
import { type Lane, MOST_LANES_OF_OWNER } from '../../domain/webhook-lane.ts'
import type { MemoryWebhooks } from './webhook-store.ts'

export const nameOf = ({ endpointId, lane }: Lane) => `${endpointId}:${lane}`

export const isHeld = ({ lanes }: MemoryWebhooks, lane: Lane, now: Instant) =>
  (lanes.get(nameOf(lane))?.heldUntil ?? 0) > now

/** Whether one more lane of an endpoint may be taken: its owner has some left, and one that fails has one alone. */
export function hasShare({ endpoints, lanes }: MemoryWebhooks, { endpointId }: Lane, now: Instant): boolean {
  const ownerOf = (id: Lane['endpointId']) => endpoints.get(id)?.endpoint.ownerId
  const held = [...lanes.values()]
    .filter(({ heldUntil }) => heldUntil > now)
    .map(({ lane }) => lane.endpointId)
    .filter((id) => ownerOf(id) === ownerOf(endpointId))
  const isFailing = (endpoints.get(endpointId)?.failingSince ?? null) !== null
  return held.length < MOST_LANES_OF_OWNER && !(isFailing && held.includes(endpointId))
}

/** The other lanes of the owner of a lane in which there are deliveries. */
export function othersOf({ endpoints, deliveries }: MemoryWebhooks, left: Lane): readonly Lane[] {
  const ownerId = endpoints.get(left.endpointId)?.endpoint.ownerId
  const lanes = deliveries
    .filter(({ endpointId }) => endpoints.get(endpointId)?.endpoint.ownerId === ownerId)
    .map(({ endpointId, lane }): Lane => ({ endpointId, lane }))
    .filter((lane) => nameOf(lane) !== nameOf(left))
  return [...new Map(lanes.map((lane) => [nameOf(lane), lane])).values()]
}
