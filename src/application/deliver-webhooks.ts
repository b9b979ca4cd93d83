import { DELIVERIES_KEPT_DAYS, judgeAnswer, type TakenDelivery } from '../domain/webhook-delivery.ts'
import { isTurnOver, type Lane } from '../domain/webhook-lane.ts'
import { validSecrets } from '../domain/webhook-secret.ts'
import { inBatches } from './in-batches.ts'
import type { NewId } from './ports/ids.ts'
import type { WebhookDeliveries } from './ports/webhook-deliveries.ts'
import type { WebhookSender } from './ports/webhook-sender.ts'

export interface DeliverWebhooksPorts {
  readonly deliveries: WebhookDeliveries
  readonly sender: WebhookSender
  readonly newId: NewId
  /** From 0 up to 1. */
  readonly chance: () => number
}

/** Does what is to be done in a lane, and ends soon after the signal. */
export type DeliverInLane = (lane: Lane, signal: AbortSignal) => Promise<void>

/**
 * Delivers what is due in a lane, one after the other. What was sent is noted afterwards: who dies between the two has
 * sent it once more than is written, and nobody has sent it once less.
 */
export const deliverInLane =
  ({ deliveries, sender, newId, chance }: DeliverWebhooksPorts): DeliverInLane =>
  async (lane, signal) => {
    const holder = newId()
    let spentMilliseconds = 0
    for (let count = 0; !signal.aborted && !isTurnOver(count, spentMilliseconds); count++) {
      const taken = await deliveries.take(lane, holder)
      const spent = taken && (await attempt(taken))
      if (spent === undefined || spent === null) break
      spentMilliseconds += spent
    }
    await deliveries.leave(lane, holder)

    /** How many milliseconds it took; null for one that was called off. */
    async function attempt(taken: TakenDelivery): Promise<number | null> {
      const { url, eventId: id, body, now: at } = taken
      const message = { url, id, body, at, secrets: validSecrets(taken.secrets, at) }
      const answer = await sender.send(message, signal)
      if (answer === null) return null
      const { durationMilliseconds, status, error } = answer
      const verdict = judgeAnswer(answer, taken, at, chance())
      await deliveries.note(taken, { at, durationMilliseconds, status, error }, verdict)
      return durationMilliseconds
    }
  }

type DeliveriesPort = { readonly deliveries: WebhookDeliveries }

const WOKEN_AT_ONCE = 1_000

/** Has someone called to the lanes that were forgotten: whoever was called to them has died, or was called too early. */
export const wakeForgottenLanes =
  ({ deliveries }: DeliveriesPort): (() => Promise<number>) =>
  () =>
    deliveries.wakeForgotten(WOKEN_AT_ONCE)

const FORGOTTEN_AT_ONCE = 5_000

/** Removes deliveries that are over and too old; tells how many. */
export const forgetDeliveries =
  ({ deliveries }: DeliveriesPort): (() => Promise<number>) =>
  () =>
    inBatches(FORGOTTEN_AT_ONCE, (most) => deliveries.forgetOld(DELIVERIES_KEPT_DAYS, most))
