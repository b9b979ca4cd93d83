import type { GymSession, MarketplaceBooking, ServiceBooking } from '../../domain/moving-in/booking.ts'
import type { GymPerson, MarketplacePerson } from '../../domain/moving-in/person.ts'
import type { MarketplaceResetToken } from '../../domain/moving-in/reset-token.ts'
import type { GymService, MarketplaceService } from '../../domain/moving-in/service.ts'
import type { OldRow } from '../../domain/moving-in/values.ts'

/** The hours of one provider, as a list in JSON. */
export type HoursRow = OldRow<'id' | 'hours'>

/** What can be read of another system, and in what shape. */
export interface OldTables {
  readonly users: MarketplacePerson
  readonly 'stray-profiles': OldRow<'id'>
  readonly services: MarketplaceService
  readonly availability: HoursRow
  readonly bookings: MarketplaceBooking
  readonly 'reset-tokens': MarketplaceResetToken
  readonly 'service-bookings': ServiceBooking
  readonly trainers: GymPerson
  readonly members: GymPerson
  readonly 'session-kinds': GymService
  readonly 'trainer-hours': HoursRow
  readonly sessions: GymSession
}

export type OldTable = keyof OldTables

/** The database of a system that moves in, as it was at one moment. Nothing is ever written to it. */
export interface OldSystem {
  /** How many rows there are to read. */
  count(table: OldTable): Promise<number>

  /**
   * All rows, at most `most` of them at a time, however many there are. Of bookings, those made earlier come first, so that
   * of two on one slot the earlier one has it; everything else is in an order that is the same each time.
   */
  rows<Table extends OldTable>(table: Table, most: number): AsyncIterable<readonly OldTables[Table][]>

  /** The highest integer that is an id of such rows; 0 where there is none. */
  highestNumber(table: OldTable): Promise<number>
}
