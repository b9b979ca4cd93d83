import type { Instant } from '../instant.ts'
import type { Zone } from '../zone.ts'

/** What is known of another system beside its rows. */
export interface Surroundings {
  /** The wall clock of times that name no zone; null where every time and person names one. */
  readonly zone: Zone | null
  /** Of prices that name none; null where every price does. */
  readonly currency: string | null
  readonly now: Instant
}
