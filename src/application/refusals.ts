import type { CancelRejection } from '../domain/booking.ts'
import type { InvalidInput } from '../domain/violation.ts'
import type { InvalidCredentials } from './accounts.ts'
import type { BookSlotRejection } from './book-slot.ts'
import type { BookingNotFound } from './bookings.ts'
import type { EmailTaken } from './ports/accounts.ts'
import type { ProviderNotFound } from './ports/schedule-catalog.ts'
import type { VersionMismatch } from './ports/service-catalog.ts'
import type { Forbidden, ServiceNotFound } from './services.ts'

/** Every no that any use case can say. Codes are public and stable. */
export type Refusal =
  | BookSlotRejection
  | CancelRejection
  | BookingNotFound
  | ServiceNotFound
  | ProviderNotFound
  | Forbidden
  | VersionMismatch
  | EmailTaken
  | InvalidCredentials
  | InvalidInput

export type RefusalCode = Refusal['code']
