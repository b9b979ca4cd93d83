import type { UserNumber } from '../../domain/ids.ts'
import type { Interval } from '../../domain/interval.ts'
import type { Claim } from '../../domain/occupancy.ts'
import type { Offer } from '../../domain/service.ts'

export interface OccupancyReading {
  /** False when one of the offers is not as it is recorded: what was read must not be judged by them. */
  readonly isCurrent: boolean
  /** A list for each provider of the offers, in order of start. */
  readonly claims: ReadonlyMap<UserNumber, readonly Claim[]>
}

/** What a search has to know of the moment. */
export interface Occupancy {
  /**
   * Reads the live claims that overlap the range at the providers of the offers, and compares the offers with what
   * is recorded: version of the service, version of the schedule, whether the provider is active. All of it is of
   * one moment. A booking that was acknowledged before the call is in it, whichever process made it.
   */
  read(offers: readonly Offer[], range: Interval): Promise<OccupancyReading>
}
