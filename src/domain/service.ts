import type { Weekday } from './calendar.ts'
import type { ServiceId, UserId, UserNumber } from './ids.ts'
import type { Instant } from './instant.ts'
import { type Money, type MoneyRejection, parseMoney } from './money.ts'
import { ok, type Result, reject } from './result.ts'
import type { Schedule } from './schedule.ts'
import { type InvalidInput, invalidInput, type Violation } from './violation.ts'
import { byWeekday, type WallInterval, type WeeklyHours, weeklyViolations } from './weekly-hours.ts'

export const DEFAULT_HORIZON_DAYS = 365
export const LONGEST_HORIZON_DAYS = 730
export const DEFAULT_REMINDER_MINUTES: readonly number[] = [10]

/** What is sold and under which rules. Lengths of time are in minutes unless the name says days. */
export interface ServiceTerms {
  readonly title: string
  readonly description: string
  readonly category: string
  readonly price: Money
  readonly durationMinutes: number
  /** The step of the grid on which slots start. */
  readonly slotIntervalMinutes: number
  readonly bufferBeforeMinutes: number
  readonly bufferAfterMinutes: number
  readonly minNoticeMinutes: number
  readonly maxHorizonDays: number
  /** Bookings and holds of this service on one local day, or null for any number. */
  readonly dailyLimit: number | null
  readonly requiresConfirmation: boolean
  /** A customer may cancel until this long before the start. */
  readonly cancellationWindowMinutes: number
  readonly reminderMinutes: readonly number[]
  /** Narrows the provider's hours; null for all of them. */
  readonly weeklyHours: WeeklyHours | null
  readonly images: readonly string[]
  /** A service that is not active takes no new bookings; those it has stand. */
  readonly isActive: boolean
}

export interface Service extends ServiceTerms {
  readonly id: ServiceId
  readonly providerId: UserId
  /** Grows by one with every change. */
  readonly version: number
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** A service with all that decides when it can be booked: what search and booking both judge by. */
export interface Offer {
  readonly service: Service
  readonly schedule: Schedule
  readonly providerNumber: UserNumber
  /** False for a provider whose account has been deactivated, or who has lost the role. */
  readonly providerIsActive: boolean
}

/** Whether an offer takes new bookings at all. */
export const isOnSale = ({ service, providerIsActive }: Offer) => service.isActive && providerIsActive

/** Terms as someone words them: the price still as text, hours not yet checked, what has a default left out. */
export interface ServiceDraft {
  readonly title: string
  readonly description?: string | undefined
  readonly category: string
  readonly price: { readonly amount: string; readonly currency: string }
  readonly durationMinutes: number
  readonly slotIntervalMinutes?: number | undefined
  readonly bufferBeforeMinutes?: number | undefined
  readonly bufferAfterMinutes?: number | undefined
  readonly minNoticeMinutes?: number | undefined
  readonly maxHorizonDays?: number | undefined
  readonly dailyLimit?: number | null | undefined
  readonly requiresConfirmation?: boolean | undefined
  readonly cancellationWindowMinutes?: number | undefined
  readonly reminderMinutes?: readonly number[] | undefined
  readonly weeklyHours?: Partial<Record<Weekday, readonly WallInterval[]>> | null | undefined
  readonly images?: readonly string[] | undefined
  readonly isActive?: boolean | undefined
}

export type ServiceChange = { readonly [Field in keyof ServiceDraft]?: ServiceDraft[Field] | undefined }

/** The terms of a new service, or all that is wrong with the draft. */
export function serviceTerms(draft: ServiceDraft): Result<ServiceTerms, InvalidInput> {
  const price = parseMoney(draft.price.amount, draft.price.currency)
  const violations = [
    ...(price.ok ? [] : [priceViolation(price.rejection)]),
    ...weeklyViolations(draft.weeklyHours ?? {}, ['weeklyHours']),
  ]
  if (!price.ok || violations.length > 0) return reject(invalidInput(violations))
  return ok({
    title: draft.title,
    description: draft.description ?? '',
    category: draft.category,
    price: price.value,
    durationMinutes: draft.durationMinutes,
    slotIntervalMinutes: draft.slotIntervalMinutes ?? draft.durationMinutes,
    bufferBeforeMinutes: draft.bufferBeforeMinutes ?? 0,
    bufferAfterMinutes: draft.bufferAfterMinutes ?? 0,
    minNoticeMinutes: draft.minNoticeMinutes ?? 0,
    maxHorizonDays: draft.maxHorizonDays ?? DEFAULT_HORIZON_DAYS,
    dailyLimit: draft.dailyLimit ?? null,
    requiresConfirmation: draft.requiresConfirmation ?? false,
    cancellationWindowMinutes: draft.cancellationWindowMinutes ?? 0,
    reminderMinutes: distinct(draft.reminderMinutes ?? DEFAULT_REMINDER_MINUTES),
    weeklyHours: draft.weeklyHours ? byWeekday(draft.weeklyHours) : null,
    images: draft.images ?? [],
    isActive: draft.isActive ?? true,
  })
}

/**
 * The next version of a service: what the change names is replaced, everything else stays. A change that names
 * nothing makes no version.
 */
export function changeService(
  service: Service,
  change: ServiceChange,
  now: Instant,
): Result<Service, InvalidInput> {
  if (Object.values(change).every((value) => value === undefined)) return ok(service)
  const { price, weeklyHours, reminderMinutes, ...plain } = change
  const violations = weeklyViolations(weeklyHours ?? {}, ['weeklyHours'])
  const newPrice = price ? parseMoney(price.amount, price.currency) : ok(service.price)
  if (!newPrice.ok) violations.push(priceViolation(newPrice.rejection))
  if (!newPrice.ok || violations.length > 0) return reject(invalidInput(violations))
  const named = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined))
  return ok({
    ...service,
    ...(named as Partial<ServiceTerms>),
    price: newPrice.value,
    reminderMinutes: reminderMinutes ? distinct(reminderMinutes) : service.reminderMinutes,
    weeklyHours: weeklyHours === undefined ? service.weeklyHours : weeklyHours && byWeekday(weeklyHours),
    version: service.version + 1,
    updatedAt: now,
  })
}

/** Retiring twice is retiring once. */
export const retireService = (service: Service, now: Instant): Service =>
  service.isActive ? { ...service, isActive: false, version: service.version + 1, updatedAt: now } : service

/** Two reminders at the same time are one. */
const distinct = (minutes: readonly number[]) => [...new Set(minutes)]

function priceViolation(rejection: MoneyRejection): Violation {
  if (rejection.code === 'unknown-currency') {
    return { path: ['price', 'currency'], code: rejection.code, message: 'must be an ISO 4217 currency code' }
  }
  const { digits } = rejection
  const message = `must be a decimal from the smallest coin to 999,999,999,999 of them, with ${digits} digits after the point`
  return { path: ['price', 'amount'], code: rejection.code, message }
}
