import type { DeliveryId, WebhookId } from '../../domain/ids.ts'
import type { Attempt, Delivery, NewDelivery, TakenDelivery, Verdict } from '../../domain/webhook-delivery.ts'
import type { Holder, Lane } from '../../domain/webhook-lane.ts'
import type { Page, PageRequest } from './page.ts'

/**
 * What is to be delivered, and what became of it. Everything is timed by the clock of the store, which is the same for
 * everyone. Whenever there is something to do in a lane, the store sees to it that somebody is called to it.
 */
export interface WebhookDeliveries {
  /** Adds deliveries, in the order in which they are to arrive. One of an event that the endpoint has is left out. */
  add(deliveries: readonly NewDelivery[]): Promise<void>

  /**
   * The delivery of a lane whose turn it is: the one that is due for the longest time and has no earlier one of its
   * subject before it that is still pending. Nothing where none is due, while another holder works in the lane,
   * while its owner has as many lanes in hand as one may have, or while its endpoint has one and has failed since its
   * last success.
   * What was to go to an endpoint that is not called any more is given up, and so is what its owner may not see any more.
   */
  take(lane: Lane, holder: Holder): Promise<TakenDelivery | undefined>

  /**
   * Writes down an attempt and what follows from it, and lets those behind it go on or wait with it. One that someone
   * else has noted meanwhile is not written.
   */
  note(taken: TakenDelivery, attempt: Attempt, verdict: Verdict): Promise<void>

  /**
   * Lets others into a lane, and has someone called to it when the next of its deliveries is due, and at once to those that
   * its owner has too many of, where it is their turn.
   */
  leave(lane: Lane, holder: Holder): Promise<void>

  /** Has someone called to at most `limit` lanes that have been forgotten; how many there were. */
  wakeForgotten(limit: number): Promise<number>

  /** Deliveries to an endpoint, the last to be added first. The page key's value is a number that grows with each. */
  list(endpointId: WebhookId, page: PageRequest): Promise<Page<Delivery>>

  /** Every byte of what a delivery sends; undefined where there is none. */
  bodyOf(endpointId: WebhookId, id: DeliveryId): Promise<string | undefined>

  /** Has a delivery made again, at once and with all its tries, whatever became of it; undefined where there is none. */
  replay(endpointId: WebhookId, id: DeliveryId): Promise<Delivery | undefined>

  /**
   * Removes at most `limit` deliveries that are over and older than so many days, or of endpoints that have been taken
   * away; how many.
   */
  forgetOld(days: number, limit: number): Promise<number>
}
