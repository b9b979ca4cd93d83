import { z } from 'zod'
import type { Task } from '../adapters/graphile/queue.ts'
import { eventText } from '../adapters/http/events/event-text.ts'
import { handOnEvents } from '../adapters/postgres/event-reader.ts'
import { prepareWebhookDeliveries } from '../adapters/postgres/webhook-outbox.ts'
import { DELIVER_TASK } from '../adapters/postgres/webhook-wakes.ts'
import { deliverInLane } from '../application/deliver-webhooks.ts'
import type { Outbox } from '../application/ports/outbox.ts'
import type { WebhookId } from '../domain/ids.ts'
import type { Ports } from './ports.ts'

const NAME = 'webhooks'
/** Receivers that hang take what their owners may have, and leave room for others. */
const JOBS_AT_ONCE = 50
/** What is waiting after that goes on in another job. */
const MOST_SECONDS = 50
/** An attempt that is called off is made again, under the same id. */
const PATIENCE_MILLISECONDS = 1_000

const lanePayload = z
  .object({ endpoint_id: z.uuid(), lane: z.int() })
  .transform(({ endpoint_id: id, lane }) => ({ endpointId: id as WebhookId, lane }))

/** Events leave by webhooks: deliveries are written down for those who are called, and made by whoever is woken. */
export function webhooksWayOut(ports: Ports) {
  const { database, log, newId } = ports
  const prepare = prepareWebhookDeliveries(database, { newId, textOf: eventText })
  const deliver = deliverInLane(ports)
  const outbox: Outbox = {
    name: NAME,
    handOn: (limit) => handOnEvents(database, log, { name: NAME, prepare }, limit),
  }
  const task: Task = {
    name: DELIVER_TASK,
    seconds: { call: MOST_SECONDS, job: MOST_SECONDS },
    work: (payload, signal) => deliver(lanePayload.parse(payload), signal),
  }
  return { outbox, tasks: [task], jobsAtOnce: JOBS_AT_ONCE, patience: PATIENCE_MILLISECONDS }
}
