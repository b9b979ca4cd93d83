import { type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import type { WebhookId } from '../../domain/ids.ts'
import type { Attempt, TakenDelivery, Verdict } from '../../domain/webhook-delivery.ts'
import { type Lane, laneOf } from '../../domain/webhook-lane.ts'
import { timestamp } from './values.ts'
import { lanesThatWait } from './webhook-shares.ts'
import { wakeLanes } from './webhook-wakes.ts'

const nothing = z.object({})
const MILLISECONDS = 1_000

/** Whoever changes several deliveries of an endpoint locks it first, so that no two wait for each other. */
async function lockEndpoint(tx: DatabaseTransactionConnection, endpointId: WebhookId): Promise<void> {
  await tx.query(sql.type(nothing)`
    select
    from webhook_endpoints
    where id = ${endpointId}
    for no key update
  `)
}

/** Gives up all that is still to be delivered to an endpoint. */
export async function giveUpAll(tx: DatabaseTransactionConnection, endpointId: WebhookId): Promise<void> {
  await lockEndpoint(tx, endpointId)
  await tx.query(sql.type(nothing)`
    ${GIVE_UP}
    where endpoint_id = ${endpointId}
      and status = 'pending'
  `)
}

/** Gives up one delivery, as if its tries were over; those behind it go on. */
export async function giveUp(
  tx: DatabaseTransactionConnection,
  { id, endpointId }: Pick<TakenDelivery, 'id' | 'endpointId'>,
): Promise<void> {
  await lockEndpoint(tx, endpointId)
  await tx.query(sql.type(nothing)`
    ${GIVE_UP}
    where id = ${id}
      and status = 'pending'
  `)
}

const GIVE_UP = sql.fragment`
  update webhook_deliveries
  set
    status = 'failed',
    due_at = null
`

const notedRow = z.object({ subject_id: z.string() })

/** Writes down an attempt with all that follows from it, unless another was written down meanwhile. */
export async function noteAttempt(
  tx: DatabaseTransactionConnection,
  taken: TakenDelivery,
  attempt: Attempt,
  verdict: Verdict,
): Promise<void> {
  await lockEndpoint(tx, taken.endpointId)
  const subjectId = await tx.maybeOneFirst(sql.type(notedRow)`
    update webhook_deliveries
    set
      status = ${statusAfter(verdict)},
      due_at = ${dueAfter(verdict)},
      tries = tries + 1,
      attempt_count = attempt_count + 1
    where id = ${taken.id}
      and attempt_count = ${taken.attemptCount}
    returning subject_id
  `)
  if (subjectId === null) return
  await tx.query(sql.type(nothing)`
    insert into webhook_attempts (delivery_id, number, attempted_at, duration_milliseconds, status_code, error)
    values (
      ${taken.id},
      ${taken.attemptCount + 1},
      ${timestamp(attempt.at)},
      ${attempt.durationMilliseconds},
      ${attempt.status},
      ${attempt.error}
    )
  `)
  await tx.query(sql.type(nothing)`
    update webhook_deliveries
    set due_at = statement_timestamp() + make_interval(secs => ${verdict.afterMilliseconds / MILLISECONDS})
    where endpoint_id = ${taken.endpointId}
      and subject_id = ${subjectId}
      and status = 'pending'
      and id <> ${taken.id}
  `)
  await noteHealth(tx, taken, verdict)
  // An endpoint that works again may have its other lanes.
  if (taken.failingSince === null || verdict.failingSince !== null) return
  await wakeLanes(tx, await tx.any(lanesThatWait(laneOfSubject(taken, subjectId))))
}

const laneOfSubject = ({ endpointId }: TakenDelivery, subjectId: string): Lane => ({
  endpointId,
  lane: laneOf(subjectId),
})

/** One that was given up while it was under way is not tried again. */
const statusAfter = ({ outcome }: Verdict) =>
  outcome === 'again' ? sql.fragment`status` : sql.fragment`${outcome}`

const dueAfter = ({ outcome, afterMilliseconds }: Verdict) =>
  outcome === 'again'
    ? sql.fragment`
        case
          when status = 'pending'
          then statement_timestamp() + make_interval(secs => ${afterMilliseconds / MILLISECONDS})
        end
      `
    : sql.fragment`null`

async function noteHealth(
  tx: DatabaseTransactionConnection,
  { endpointId, failingSince: before }: TakenDelivery,
  { failingSince, disable }: Verdict,
): Promise<void> {
  if (disable === null && (failingSince === null) === (before === null)) return
  const { rowCount } = await tx.query(sql.type(nothing)`
    update webhook_endpoints
    set
      failing_since = ${failingSince && timestamp(failingSince)},
      disabled_because = ${disable},
      version = version + ${disable === null ? 0 : 1},
      updated_at = ${disable === null ? sql.fragment`updated_at` : sql.fragment`statement_timestamp()`}
    where id = ${endpointId}
      and disabled_because is null
  `)
  if (rowCount > 0 && disable !== null) await giveUpAll(tx, endpointId)
}
