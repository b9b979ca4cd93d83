import { DAY, type EpochDay, parseDate, type WallMinutes, WEEKDAYS } from '../../src/domain/calendar.ts'
import type { BookingId, ServiceId, UserId, UserNumber } from '../../src/domain/ids.ts'
import { type Instant, MINUTE } from '../../src/domain/instant.ts'
import type { Interval } from '../../src/domain/interval.ts'
import { type Claim, withBuffers } from '../../src/domain/occupancy.ts'
import { workingWeek } from '../../src/domain/schedule.ts'
import { type Offer, type ServiceDraft, serviceTerms } from '../../src/domain/service.ts'
import { startOfDay, zoneOf } from '../../src/domain/zone.ts'
import { idOf } from '../support/people.ts'
import {
  CLAIMS,
  claimedIntervals,
  FIRST_ZONE,
  officeHours,
  SEARCHED_DAYS,
  weekOf,
  zoneOfProvider,
} from './hours.ts'

/** One call of the engine: an offer with what is taken of it, and where to look. */
export interface Search {
  readonly offer: Offer
  readonly range: Interval
  readonly claims: readonly Claim[]
  readonly now: Instant
}

const WINTER = '2027-01-04'
/** Clocks go forward in New York on 2027-03-14. */
const SPRING = '2027-03-01'
const NO_HOURS_AWAY = 0 as Instant

const dayOf = (text: string) => parseDate(text) as EpochDay

const draft = (minutes: number): ServiceDraft => ({
  title: 'An hour',
  category: 'Bench',
  price: { amount: '75.00', currency: 'USD' },
  durationMinutes: minutes,
  maxHorizonDays: 365,
})

function offerOf(provider: number, timeZone: string, service: ServiceDraft, week: object): Offer {
  const terms = serviceTerms(service)
  const hours = workingWeek({ timeZone, weeklyHours: {}, breaks: {}, ...week })
  if (!terms.ok || !hours.ok) throw new Error('The offer of the benchmark breaks a rule')
  const providerId = idOf('provider', provider) as UserId
  const dates = { version: 1, createdAt: NO_HOURS_AWAY, updatedAt: NO_HOURS_AWAY }
  return {
    service: { ...terms.value, ...dates, id: idOf('service', provider) as ServiceId, providerId },
    schedule: { ...hours.value, version: 1, providerId, overrides: new Map(), timeOff: [] },
    providerNumber: (provider + 1) as UserNumber,
    providerIsActive: true,
  }
}

const claimOf =
  ({ service }: Offer) =>
  (interval: Interval, index: number): Claim => ({
    ...interval,
    blocked: withBuffers(interval, service),
    serviceId: service.id,
    bookingId: idOf('booking', index) as BookingId,
  })

function searchOf(offer: Offer, firstDay: EpochDay, taken: readonly Interval[]): Search {
  const zone = zoneOf(offer.schedule.timeZone)
  const range = {
    start: startOfDay(zone, firstDay),
    end: startOfDay(zone, (firstDay + SEARCHED_DAYS) as EpochDay),
  }
  const now = (range.start - DAY) as Instant
  return { offer, range, claims: taken.map(claimOf(offer)), now }
}

/** Nine to five on weekdays with a break, an hour a slot, and 60 claims. */
function office(provider: number, timeZone: string, firstDay: EpochDay): Search {
  const { opens, closes, lunch, slotMinutes } = officeHours
  const week = {
    weeklyHours: weekOf([{ start: opens, end: closes }]),
    breaks: weekOf([{ ...lunch, label: null }]),
  }
  const offer = offerOf(provider, timeZone, draft(slotMinutes), week)
  return searchOf(offer, firstDay, claimedIntervals(provider, timeZone, firstDay))
}

const QUARTER = 15

/** Day and night in quarters of an hour, and 60 claims of one each. */
function aroundTheClock(firstDay: EpochDay): Search {
  const always = [{ start: 0 as WallMinutes, end: 1440 as WallMinutes }]
  const week = { weeklyHours: Object.fromEntries(WEEKDAYS.map((day) => [day, always])) }
  const offer = offerOf(0, FIRST_ZONE, draft(QUARTER), week)
  const midnight = startOfDay(zoneOf(FIRST_ZONE), firstDay)
  const every = Math.floor((SEARCHED_DAYS * DAY) / (QUARTER * MINUTE) / CLAIMS)
  const taken = Array.from({ length: CLAIMS }, (_, index) => {
    const start = (midnight + index * every * QUARTER * MINUTE) as Instant
    return { start, end: (start + QUARTER * MINUTE) as Instant }
  })
  return searchOf(offer, firstDay, taken)
}

export const PROVIDERS = 100

/** The searches that are measured, by name. */
export const searches = {
  month: [office(0, FIRST_ZONE, dayOf(WINTER))],
  monthOverTransition: [office(0, FIRST_ZONE, dayOf(SPRING))],
  denseMonth: [aroundTheClock(dayOf(SPRING))],
  hundredProviders: Array.from({ length: PROVIDERS }, (_, provider) =>
    office(provider, zoneOfProvider(provider), dayOf(SPRING)),
  ),
} as const satisfies Record<string, readonly Search[]>
