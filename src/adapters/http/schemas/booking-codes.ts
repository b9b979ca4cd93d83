import type { BookSlotRejection } from '../../../application/book-slot.ts'
import type { ChangeRejection, RescheduleRejection } from '../../../application/booking-changes.ts'
import type { HoldSlotRejection } from '../../../application/holds.ts'
import type { Transition, TransitionRejection } from '../../../domain/booking-life.ts'

/** Why a slot cannot be had. */
const slotCodes = {
  'service-not-found': true,
  'slot-taken': true,
  'service-retired': true,
  'own-service': true,
  'in-the-past': true,
  'off-grid': true,
  'outside-hours': true,
  'in-break': true,
  'time-off': true,
  'notice-too-short': true,
  'beyond-horizon': true,
  'daily-limit-reached': true,
} as const

const keyCodes = { 'idempotency-key-reused': true } as const

/** What a dry run may say, and with it all that is in the way. */
export const verdictCodes: Record<BookSlotRejection['code'], true> = {
  ...slotCodes,
  forbidden: true,
  'account-inactive': true,
  'customer-not-found': true,
  'hold-not-found': true,
  'hold-expired': true,
  'hold-mismatch': true,
}

export const bookCodes = { ...verdictCodes, ...keyCodes }

export const holdCodes: Record<HoldSlotRejection['code'] | keyof typeof keyCodes, true> = {
  ...slotCodes,
  ...keyCodes,
  'account-inactive': true,
  'too-many-holds': true,
}

export const rescheduleCodes: Record<
  Exclude<RescheduleRejection['code'], 'not-started-yet' | 'started-already'> | keyof typeof keyCodes,
  true
> = {
  ...slotCodes,
  ...keyCodes,
  forbidden: true,
  'booking-not-found': true,
  'invalid-transition': true,
  'cancellation-window-closed': true,
  'version-mismatch': true,
}

/** Why any transition may be refused, and each besides. */
export const changeCodes = {
  ...keyCodes,
  'booking-not-found': true,
  'invalid-transition': true,
  'version-mismatch': true,
} as const

export const ownChangeCodes = {
  confirm: ['forbidden', 'started-already'],
  decline: ['forbidden'],
  cancel: ['cancellation-window-closed'],
  complete: ['forbidden', 'not-started-yet'],
  'no-show': ['forbidden', 'not-started-yet'],
} as const satisfies Record<Transition, readonly TransitionRejection['code'][]>

export const annotateCodes: Record<ChangeRejection['code'] | keyof typeof keyCodes, true> = {
  ...keyCodes,
  'booking-not-found': true,
  'version-mismatch': true,
}
