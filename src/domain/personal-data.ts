import type { Account } from './account.ts'
import type { AuditEntry } from './audit.ts'
import type { Booking } from './booking.ts'
import type { BookingHistoryEntry } from './event.ts'
import type { Instant } from './instant.ts'
import type { OutsideIdentity } from './outside-identity.ts'
import type { Schedule } from './schedule.ts'
import type { TimeOff } from './schedule-exceptions.ts'
import type { Service } from './service.ts'
import type { SessionFacts } from './session.ts'
import type { WebhookEndpoint } from './webhook.ts'

/** Everything that is held about a person. What there may be many of is read as it is asked for. */
export interface PersonalData {
  readonly exportedAt: Instant
  readonly account: Account
  readonly sessions: readonly SessionFacts[]
  /** By which outside issuers know the person. */
  readonly identities: readonly Pick<OutsideIdentity, 'issuer' | 'subject'>[]
  readonly webhooks: AsyncIterable<WebhookEndpoint>
  /** Null of someone who is no provider. */
  readonly schedule: Schedule | null
  readonly timeOff: AsyncIterable<TimeOff>
  readonly services: AsyncIterable<Service>
  readonly bookings: AsyncIterable<{ booking: Booking; history: readonly BookingHistoryEntry[] }>
  /** What the person has done, and then what others have done to the account, as long as the log has it. */
  readonly activity: AsyncIterable<AuditEntry>
}
