import { DAY, type EpochDay, type WallMinutes, WEEKDAYS, weekdayOf } from '../../src/domain/calendar.ts'
import { type Instant, MINUTE } from '../../src/domain/instant.ts'
import type { Interval } from '../../src/domain/interval.ts'
import { instantOf, zoneOf } from '../../src/domain/zone.ts'

/**
 * The hours of everyone who is searched: nine to five on weekdays with an hour for lunch, in slots of an hour.
 * None of these hours is near a transition of the zones, so that the number of free slots follows from the dates.
 */
export const officeHours = {
  opens: 540 as WallMinutes,
  closes: 1020 as WallMinutes,
  lunch: { start: 720 as WallMinutes, end: 780 as WallMinutes },
  slotMinutes: 60,
} as const

export const SEARCHED_DAYS = 30
export const CLAIMS = 60
export const FIRST_ZONE = 'America/New_York'
/** Providers take turns with these. */
export const ZONES = [
  FIRST_ZONE,
  'Europe/Berlin',
  'Asia/Tokyo',
  'Australia/Sydney',
  'America/Sao_Paulo',
] as const

export const zoneOfProvider = (number: number) => ZONES[number % ZONES.length] as string

const WORKDAYS = WEEKDAYS.slice(0, 5)
const startTimes = [540, 600, 660, 780, 840, 900, 960] as WallMinutes[]

export const weekOf = <T>(hours: readonly T[]) => Object.fromEntries(WORKDAYS.map((day) => [day, hours]))

/** The wall times of all slots beside lunch in `SEARCHED_DAYS` from a date on. */
function slotTimes(firstDay: EpochDay): { day: EpochDay; minutes: WallMinutes }[] {
  return Array.from({ length: SEARCHED_DAYS }, (_, index) => (firstDay + index) as EpochDay)
    .filter((day) => (WORKDAYS as readonly string[]).includes(weekdayOf(day)))
    .flatMap((day) => startTimes.map((minutes) => ({ day, minutes })))
}

/** How many slots of a provider are free beside `CLAIMS`. */
export const freeSlots = (firstDay: EpochDay, claims = CLAIMS) => slotTimes(firstDay).length - claims

/** What is taken of a provider: `CLAIMS` slots, evenly spread and other ones for each provider. */
export function claimedIntervals(provider: number, zoneName: string, firstDay: EpochDay): Interval[] {
  const times = slotTimes(firstDay)
  const zone = zoneOf(zoneName)
  return Array.from({ length: CLAIMS }, (_, index) => {
    const place = (Math.floor((index * times.length) / CLAIMS) + provider) % times.length
    const { day, minutes } = times[place] as (typeof times)[number]
    const start = instantOf(zone, day, minutes)
    return { start, end: (start + officeHours.slotMinutes * MINUTE) as Instant }
  })
}

/** The first day of the searches over HTTP: later than today in every zone. */
export const firstSearchedDay = (now: number) => (Math.floor(now / DAY) + 2) as EpochDay
