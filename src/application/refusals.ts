import type { LastAdmin } from '../domain/account-changes.ts'
import type { TooManyOverrides, TooMuchTimeOff } from '../domain/schedule-exceptions.ts'
import type { NoServiceFits } from '../domain/session-service.ts'
import type { InvalidInput } from '../domain/violation.ts'
import type { InvalidCredentials } from './accounts.ts'
import type { SearchRejection } from './availability.ts'
import type { BookSlotRejection } from './book-slot.ts'
import type { RescheduleRejection } from './booking-changes.ts'
import type { BookingNotFound } from './bookings.ts'
import type { EventsRejection } from './events.ts'
import type { HoldSlotRejection } from './holds.ts'
import type { EmailTaken, UserNotFound } from './ports/accounts.ts'
import type { KeyReused } from './ports/answers.ts'
import type { TooManyPasswords } from './ports/password-hasher.ts'
import type { InvalidResetToken } from './ports/password-resets.ts'
import type { ProviderNotFound, TimeOffNotFound } from './ports/schedule-catalog.ts'
import type { VersionMismatch } from './ports/service-catalog.ts'
import type { InvalidRefreshToken } from './ports/sessions.ts'
import type { TooManyWebhooks, WebhookNotFound } from './ports/webhook-endpoints.ts'
import type { Forbidden, ServiceNotFound } from './services.ts'
import type { DeliveryNotFound, WebhookDisabled } from './webhook-deliveries.ts'

/** Every no that any use case can say. Codes are public and stable. */
export type Refusal =
  | BookSlotRejection
  | SearchRejection
  | RescheduleRejection
  | HoldSlotRejection
  | KeyReused
  | EventsRejection
  | BookingNotFound
  | ServiceNotFound
  | ProviderNotFound
  | TimeOffNotFound
  | TooManyOverrides
  | TooMuchTimeOff
  | TooManyWebhooks
  | WebhookNotFound
  | WebhookDisabled
  | DeliveryNotFound
  | Forbidden
  | VersionMismatch
  | EmailTaken
  | InvalidCredentials
  | InvalidRefreshToken
  | InvalidResetToken
  | TooManyPasswords
  | UserNotFound
  | LastAdmin
  | NoServiceFits
  | InvalidInput

export type RefusalCode = Refusal['code']
