import type { DatabaseTransactionConnection } from 'slonik'
import type { Instant } from '../../domain/instant.ts'
import type { Lane } from '../../domain/webhook-lane.ts'
import { addJobs } from './jobs.ts'

/** The task that is called to a lane; its payload is `{endpoint_id, lane}`. */
export const DELIVER_TASK = 'deliver-webhooks'

/** Has someone called to lanes at once. Lanes that several call to have one job, which keeps its turn; keys are taken in one order by everyone. */
export function wakeLanes(tx: DatabaseTransactionConnection, lanes: readonly Lane[]): Promise<void> {
  const byKey = new Map(lanes.map((lane) => [keyOf(lane), lane]))
  const inOrder = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1))
  return addJobs(
    tx,
    inOrder.map(([key, lane]) => jobOf(lane, key, null)),
    { keepTurns: true },
  )
}

/** Has someone called to a lane when its time has come, null for now. The job has a key of its own: it puts off none that is due. */
export const wakeLater = (tx: DatabaseTransactionConnection, lane: Lane, at: Instant | null): Promise<void> =>
  addJobs(tx, [jobOf(lane, `${keyOf(lane)}:later`, at)])

const keyOf = ({ endpointId, lane }: Lane) => `webhook:${endpointId}:${lane}`

const jobOf = ({ endpointId, lane }: Lane, key: string, runAt: Instant | null) => ({
  task: DELIVER_TASK,
  payload: { endpoint_id: endpointId, lane },
  key,
  runAt,
})
