import type { Actor } from './actor.ts'
import type { EventId, UserId } from './ids.ts'
import type { Instant } from './instant.ts'
import type { Json } from './json.ts'
import { formatAmount } from './money.ts'
import type { Service, ServiceTerms } from './service.ts'

/** What became of a service; one that is no longer on sale is retired, in whichever way it was taken off. */
export const SERVICE_CHANGES = ['created', 'changed', 'retired'] as const

/** One fact about a service, as it is written to the log by the statement that makes it true. */
export interface ServiceChanged {
  readonly id: EventId
  readonly type: 'service.changed'
  readonly occurredAt: Instant
  readonly actorId: UserId
  readonly change: (typeof SERVICE_CHANGES)[number]
  /** The terms that are other than before, in the words of the contract; none of a new service. */
  readonly changedTerms: readonly string[]
  /** Whether something can be booked now that could not be before, or the other way round. */
  readonly altersFreeTime: boolean
  /** The service as it is after the event. */
  readonly service: Service
}

/** Every term in the words of the contract, and whether it decides when the service can be booked. */
const TERMS: Readonly<Record<keyof ServiceTerms, { readonly word: string; readonly decidesWhen: boolean }>> =
  {
    title: { word: 'title', decidesWhen: false },
    description: { word: 'description', decidesWhen: false },
    category: { word: 'category', decidesWhen: false },
    price: { word: 'price', decidesWhen: false },
    durationMinutes: { word: 'duration_minutes', decidesWhen: true },
    slotIntervalMinutes: { word: 'slot_interval_minutes', decidesWhen: true },
    bufferBeforeMinutes: { word: 'buffer_before_minutes', decidesWhen: true },
    bufferAfterMinutes: { word: 'buffer_after_minutes', decidesWhen: true },
    minNoticeMinutes: { word: 'min_notice_minutes', decidesWhen: true },
    maxHorizonDays: { word: 'max_horizon_days', decidesWhen: true },
    dailyLimit: { word: 'daily_limit', decidesWhen: true },
    requiresConfirmation: { word: 'requires_confirmation', decidesWhen: false },
    cancellationWindowMinutes: { word: 'cancellation_window_minutes', decidesWhen: false },
    reminderMinutes: { word: 'reminder_minutes', decidesWhen: false },
    weeklyHours: { word: 'weekly_hours', decidesWhen: true },
    images: { word: 'images', decidesWhen: false },
    isActive: { word: 'is_active', decidesWhen: true },
  }

const TERM_NAMES = Object.keys(TERMS) as readonly (keyof ServiceTerms)[]

export const SERVICE_TERM_WORDS: readonly string[] = TERM_NAMES.map((name) => TERMS[name].word)

/** What has just happened to a service: `before` is its version before, null for a new one. */
export function serviceChanged(
  id: EventId,
  before: Service | null,
  service: Service,
  by: Actor,
): ServiceChanged {
  const changed = before ? TERM_NAMES.filter((name) => !isSame(before[name], service[name])) : []
  const wasActive = before?.isActive ?? false
  const isOtherwise = before === null || changed.some((name) => TERMS[name].decidesWhen)
  return {
    id,
    type: 'service.changed',
    occurredAt: service.updatedAt,
    actorId: by.userId,
    change: before === null ? 'created' : wasActive && !service.isActive ? 'retired' : 'changed',
    changedTerms: changed.map((name) => TERMS[name].word),
    altersFreeTime: (wasActive || service.isActive) && isOtherwise,
    service,
  }
}

/** Of terms, which are plain values made in one order. */
const isSame = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right)

/** What the log keeps of it: enough to show the service in a list without asking again. */
export const serviceData = ({ service, ...event }: ServiceChanged): Readonly<Record<string, Json>> => ({
  change: event.change,
  changed_terms: event.changedTerms,
  alters_free_time: event.altersFreeTime,
  service_id: service.id,
  provider_id: service.providerId,
  title: service.title,
  category: service.category,
  price: { amount: formatAmount(service.price), currency: service.price.currency },
  duration_minutes: service.durationMinutes,
  is_active: service.isActive,
  version: service.version,
})
