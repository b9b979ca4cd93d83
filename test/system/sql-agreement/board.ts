import { DAY, type EpochDay, type WallMinutes } from '../../../src/domain/calendar.ts'
import { type Instant, MINUTE } from '../../../src/domain/instant.ts'
import type { Interval } from '../../../src/domain/interval.ts'
import type { Service } from '../../../src/domain/service.ts'
import { instantOf, localDay, offsetAt, type Zone } from '../../../src/domain/zone.ts'

/** The service whose slots a board shows where none is named: the oldest active one. */
export const serviceOfBoard = (services: readonly Service[]): Service | undefined =>
  services.filter(({ isActive }) => isActive).toSorted(byAge)[0]

const byAge = (a: Service, b: Service) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)

/** The day and the time that a clock of the zone shows. */
export function wallOf(zone: Zone, instant: Instant): { readonly day: EpochDay; readonly time: WallMinutes } {
  const day = localDay(zone, instant)
  return { day, time: ((instant + offsetAt(zone, instant) - day * DAY) / MINUTE) as WallMinutes }
}

/** The instant at which the clock shows this time of this day, the first of two; undefined for one that it skips. */
export function shownInstant(zone: Zone, day: EpochDay, time: WallMinutes): Instant | undefined {
  const instant = instantOf(zone, day, time)
  const shown = wallOf(zone, instant)
  return shown.day === day && shown.time === time ? instant : undefined
}

/** Slots by the clock on the wall, without those for whose time the clock has shown the same before. */
export const firstShown = <S extends Interval>(zone: Zone, slots: readonly S[]): S[] =>
  slots.filter(({ start }) => {
    const { day, time } = wallOf(zone, start)
    return shownInstant(zone, day, time) === start
  })
