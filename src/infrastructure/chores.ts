import type { Chore } from '../adapters/cron/chores.ts'
import { forgetFailedJobs } from '../adapters/postgres/jobs.ts'
import { forgetOldChanges } from '../adapters/postgres/old-changes.ts'
import { forgetDeliveries, wakeForgottenLanes } from '../application/deliver-webhooks.ts'
import { finishErasures } from '../application/erase-account.ts'
import { forgetAnswers } from '../application/forget-answers.ts'
import { forgetClaims } from '../application/forget-claims.ts'
import { expireHolds } from '../application/holds.ts'
import { inBatches } from '../application/in-batches.ts'
import { sendPasswordResets } from '../application/password-resets.ts'
import { sendReminders } from '../application/send-reminders.ts'
import { settleBookings } from '../application/settle-bookings.ts'
import { trimAudit, trimEvents } from '../application/trim-events.ts'
import type { MailExit } from './mail.ts'
import type { Ports } from './ports.ts'

const EVERY_SECOND = '* * * * * *'
const EVERY_FIVE_SECONDS = '*/5 * * * * *'
const EVERY_MINUTE = '0 * * * * *'
const EVERY_HOUR = '0 0 * * * *'
const FORGOTTEN_AT_ONCE = 10_000
const REMEMBERED_CHANGES_MINUTES = 15
/** How long one can look at what failed for good. */
const FAILED_JOBS_DAYS = 30

/** For how long what happened is kept. */
export interface Retention {
  readonly eventRetentionDays: number
  readonly auditRetentionDays: number
}

/** What has to be done from time to time, on any number of nodes. */
export const choresOf = (
  ports: Ports,
  mail: MailExit,
  { eventRetentionDays, auditRetentionDays }: Retention,
): Chore[] => [
  { name: 'settle bookings', when: EVERY_SECOND, work: settleBookings(ports) },
  { name: 'expire holds', when: EVERY_SECOND, work: expireHolds(ports) },
  { name: 'send password resets', when: EVERY_SECOND, work: sendPasswordResets({ ...ports, ...mail }) },
  { name: 'send reminders', when: EVERY_SECOND, work: sendReminders(ports) },
  {
    name: 'trim events',
    when: EVERY_MINUTE,
    work: trimEvents({ ...ports, retentionDays: eventRetentionDays }),
  },
  {
    name: 'trim audit',
    when: EVERY_MINUTE,
    work: trimAudit({ ...ports, retentionDays: auditRetentionDays }),
  },
  { name: 'finish erasures', when: EVERY_MINUTE, work: finishErasures(ports) },
  { name: 'wake forgotten lanes', when: EVERY_FIVE_SECONDS, work: wakeForgottenLanes(ports) },
  { name: 'forget deliveries', when: EVERY_MINUTE, work: forgetDeliveries(ports) },
  { name: 'forget claims', when: EVERY_HOUR, work: forgetClaims(ports) },
  { name: 'forget answers', when: EVERY_MINUTE, work: forgetAnswers(ports) },
  {
    name: 'forget failed jobs',
    when: EVERY_HOUR,
    work: () =>
      inBatches(FORGOTTEN_AT_ONCE, (most) => forgetFailedJobs(ports.database, FAILED_JOBS_DAYS, most)),
  },
  {
    name: 'forget tickets',
    when: EVERY_MINUTE,
    work: () => inBatches(FORGOTTEN_AT_ONCE, ports.eventTickets.forgetOld),
  },
  {
    name: 'forget sessions',
    when: EVERY_MINUTE,
    work: () => inBatches(FORGOTTEN_AT_ONCE, ports.sessions.forgetOld),
  },
  {
    name: 'forget ended sessions',
    when: EVERY_MINUTE,
    work: () => inBatches(FORGOTTEN_AT_ONCE, ports.sessions.forgetEnded),
  },
  {
    name: 'forget password resets',
    when: EVERY_MINUTE,
    work: () => inBatches(FORGOTTEN_AT_ONCE, ports.resets.forgetOld),
  },
  {
    name: 'forget old changes',
    when: EVERY_MINUTE,
    work: () => forgetOldChanges(ports.database, REMEMBERED_CHANGES_MINUTES),
  },
]
