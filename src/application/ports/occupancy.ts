import type { ServiceId } from '../../domain/ids.ts'
import type { Interval } from '../../domain/interval.ts'
import type { Claim } from '../../domain/occupancy.ts'
import type { Offer } from '../../domain/service.ts'

/** An offer with a range to look at, and what is taken in it. */
export interface OccupiedOffer {
  readonly offer: Offer
  readonly range: Interval
  /**
   * Every live claim of the provider that overlaps `occupiedRange(offer, range)`, in order of start, and perhaps some
   * around it. Offer and list stay the very same objects as long as nothing about them changes.
   */
  readonly claims: readonly Claim[]
}

/** What a search has to know of the moment. */
export interface Occupancy {
  /**
   * Offers as they are recorded with the claims around their ranges, in the order of the ids. What is said of a
   * provider is of one moment after the call: what was acknowledged before it, by whichever process, is in it.
   * Services that do not exist are left out.
   *
   * @param rangeOf the range of an offer, or null for one that is of no interest and is left out; may be asked again
   * @param termsOf the offer as it is for whoever asks, such as someone who has booked already; as recorded by default
   */
  read(
    ids: readonly ServiceId[],
    rangeOf: (offer: Offer) => Interval | null,
    termsOf?: (offer: Offer) => Offer,
  ): Promise<OccupiedOffer[]>

  /**
   * The claims around a range as they were when someone last looked, none where nobody has: out of date perhaps, and
   * good enough to spare the ledger an attempt that is bound to fail.
   */
  remembered(offer: Offer, range: Interval): readonly Claim[]
}
