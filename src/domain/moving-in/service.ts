import type { ServiceId } from '../ids.ts'
import { earlierOf, type Instant } from '../instant.ts'
import { formatAmount } from '../money.ts'
import type { Result } from '../result.ts'
import { type ServiceTerms, serviceTerms } from '../service.ts'
import { hinder, type Judged, judging, type Obstacle } from './obstacle.ts'
import type { Surroundings } from './surroundings.ts'
import { flag, instant, link, minutes, money, type OldRow, optionalText, text, uuid } from './values.ts'
import { readAvailability } from './week.ts'

/** A service that is to be on sale here. */
export interface ArrivingService {
  readonly id: ServiceId
  /** Whose it is, as the person was known there. */
  readonly provider: string
  readonly terms: ServiceTerms
  readonly createdAt: Instant
}

export const MARKETPLACE_SERVICE = [
  'id',
  'provider_id',
  'title',
  'description',
  'category',
  'price',
  'currency',
  'duration',
  'availability',
  'images',
  'is_active',
  'created_at',
] as const
export type MarketplaceService = OldRow<(typeof MARKETPLACE_SERVICE)[number]>

export const GYM_SERVICE = [
  'id',
  'trainer_id',
  'session_type',
  'minutes',
  'hourly_price',
  'is_active',
] as const
export type GymService = OldRow<(typeof GYM_SERVICE)[number]>

const MOST_OF_TITLE = 100
const MOST_OF_CATEGORY = 50
const MOST_OF_DESCRIPTION = 4000
const LEAST_MINUTES = 5
const MOST_IMAGES = 20
const IMAGE = /^https?:\/\/[^\s"'<>\\^`{|}]{1,2040}$/

/** A service of the marketplace, with hours of its own. */
export const marketplaceService = (
  row: MarketplaceService,
  around: Surroundings,
): Result<Judged<ArrivingService>, Obstacle> =>
  judging(() => {
    const currency = currencyOf(row.currency, around)
    const hours = readAvailability(row.availability)
    if (!hours.ok) return hinder(hours.rejection.code, hours.rejection.field)
    return service({
      id: uuid(row.id, 'id') as ServiceId,
      provider: link(row.provider_id, 'provider_id'),
      createdAt: creation(row.created_at, around),
      draft: {
        title: text(row.title, 'title', MOST_OF_TITLE),
        description: optionalText(row.description, 'description', MOST_OF_DESCRIPTION) ?? '',
        category: text(row.category, 'category', MOST_OF_CATEGORY),
        price: { amount: formatAmount(money(row.price, currency, 'price')), currency },
        durationMinutes: minutes(row.duration, 'duration', LEAST_MINUTES),
        weeklyHours: hours.value,
        images: images(row.images),
        isActive: flag(row.is_active, true),
      },
    })
  })

const HOUR_MINUTES = 60

/** What a trainer sells: sessions of one type and length, at the trainer's price by the hour. */
export const gymService = (
  row: GymService,
  id: ServiceId,
  around: Surroundings,
): Result<Judged<ArrivingService>, Obstacle> =>
  judging(() => {
    const currency = currencyOf(null, around)
    const hourly = money(row.hourly_price, currency, 'hourly_price')
    const durationMinutes = minutes(row.minutes, 'minutes', LEAST_MINUTES)
    const minorUnits = Math.round((hourly.minorUnits * durationMinutes) / HOUR_MINUTES)
    if (minorUnits === 0) hinder('price-not-positive', 'hourly_price')
    const category = text(row.session_type, 'session_type', MOST_OF_CATEGORY)
    return service({
      id,
      provider: link(row.trainer_id, 'trainer_id'),
      createdAt: around.now,
      draft: {
        title: titleOf(category),
        category,
        price: { amount: formatAmount({ minorUnits, currency }), currency },
        durationMinutes,
        isActive: flag(row.is_active, true),
      },
    })
  })

/** `personal_training` is called Personal training. */
function titleOf(category: string): string {
  const words = category.replaceAll(/[_-]+/g, ' ').trim() || category
  return words.charAt(0).toUpperCase() + words.slice(1)
}

interface Drafted extends Omit<ArrivingService, 'terms'> {
  readonly draft: Parameters<typeof serviceTerms>[0]
}

function service({ draft, ...rest }: Drafted): Judged<ArrivingService> {
  const terms = serviceTerms(draft)
  if (terms.ok) return { arrival: { ...rest, terms: terms.value }, remarks: [] }
  const isOfPrice = terms.rejection.violations.some(({ path }) => path[0] === 'price')
  return isOfPrice ? hinder('invalid-price', 'price') : hinder('invalid-hours', 'availability')
}

function currencyOf(named: string | null, around: Surroundings): string {
  return named?.trim().toUpperCase() || (around.currency ?? hinder('unknown-currency', 'currency'))
}

const creation = (value: string | null, { now, zone }: Surroundings) =>
  value === null ? now : earlierOf(instant(value, zone, 'created_at'), now)

/** A list of addresses, or nothing. */
function images(json: string | null): string[] {
  if (json === null) return []
  const list: unknown = JSON.parse(json)
  if (list === null) return []
  if (!Array.isArray(list) || list.length > MOST_IMAGES) return hinder('invalid-value', 'images')
  return list.map((image) =>
    typeof image === 'string' && IMAGE.test(image) ? image : hinder('invalid-value', 'images'),
  )
}
