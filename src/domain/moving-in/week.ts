import { type WallMinutes, WEEKDAYS, type Weekday } from '../calendar.ts'
import { DAY_MINUTES } from '../instant.ts'
import type { Result } from '../result.ts'
import { type WorkingWeek, workingWeek } from '../schedule.ts'
import { inOrder, type WallInterval } from '../weekly-hours.ts'
import { hinder, judging, type Obstacle } from './obstacle.ts'
import { flag, type OldRow, wallTime } from './values.ts'

type Days = Partial<Record<Weekday, WallInterval[]>>

/** Hours as another system has them in JSON: `{"monday": [{"start": "09:00", "end": "17:00"}]}`; null for none at all. */
export const readAvailability = (json: string | null): Result<Days | null, Obstacle> =>
  judging(() => {
    const days = parsed(json)
    if (days === null) return null
    if (typeof days !== 'object' || Array.isArray(days)) return hinder('invalid-hours', 'availability')
    const read: Days = {}
    for (const [name, intervals] of Object.entries(days)) {
      const weekday = WEEKDAYS.find((known) => known === name.trim().toLowerCase())
      if (!weekday || !(Array.isArray(intervals) || intervals === null)) {
        return hinder('invalid-hours', 'availability')
      }
      read[weekday] = together([...(read[weekday] ?? []), ...(intervals ?? []).map(readInterval)])
    }
    return Object.values(read).some((day) => day.length > 0) ? read : null
  })

function parsed(json: string | null): unknown {
  try {
    return json === null ? null : JSON.parse(json)
  } catch {
    return hinder('invalid-hours', 'availability')
  }
}

function readInterval(value: unknown): WallInterval {
  const { start, end } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  if (typeof start !== 'string' || typeof end !== 'string') return hinder('invalid-hours', 'availability')
  const interval = { start: wallTime(start, 'availability'), end: wallTime(end, 'availability') }
  return interval.end > interval.start ? interval : hinder('invalid-hours', 'availability')
}

/** In order, and what touches or overlaps as one. */
export function together(intervals: readonly WallInterval[]): WallInterval[] {
  const merged: WallInterval[] = []
  for (const interval of inOrder(intervals)) {
    const last = merged.at(-1)
    if (last && interval.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, interval.end) as WallMinutes }
    } else merged.push(interval)
  }
  return merged
}

/** A provider works whenever one of the services can be had. */
export function weekOfServices(availabilities: readonly Days[], timeZone: string): WorkingWeek | null {
  const weeklyHours = Object.fromEntries(
    WEEKDAYS.map((weekday) => [weekday, together(availabilities.flatMap((days) => days[weekday] ?? []))]),
  )
  return week(weeklyHours, {}, timeZone)
}

export const GYM_HOUR = ['day_of_week', 'time_slot', 'status', 'is_available'] as const
export type GymHour = OldRow<(typeof GYM_HOUR)[number]>

/** A week made of hours, with those that had to be left out. */
export interface GymWeek {
  readonly week: WorkingWeek | null
  readonly leftOut: readonly { readonly hour: GymHour; readonly obstacle: Obstacle }[]
}

interface Hour {
  readonly weekday: Weekday
  readonly start: WallMinutes
  readonly kind: 'open' | 'break' | 'closed'
}

/**
 * The week of a trainer. An hour that is `booked` is one in which the trainer works: that a booking blocks it belongs to a
 * date, not to every week. A row stands for an hour, or for less where the rows follow each other more closely.
 */
export function weekOfTrainer(hours: readonly GymHour[], timeZone: string): GymWeek {
  const read = new Map<string, Hour>()
  const leftOut: { hour: GymHour; obstacle: Obstacle }[] = []
  for (const hour of hours) {
    const judged = judging(() => readHour(hour))
    if (!judged.ok) {
      leftOut.push({ hour, obstacle: judged.rejection })
      continue
    }
    const key = `${judged.value.weekday} ${judged.value.start}`
    const before = read.get(key)
    if (!before) read.set(key, judged.value)
    else if (before.kind !== judged.value.kind) {
      leftOut.push({ hour, obstacle: { code: 'contradicting-hours', field: 'status' } })
    }
  }
  const known = [...read.values()]
  const length = stepOf(known)
  const worked = days(known, length, (kind) => kind !== 'closed')
  const breaks = days(known, length, (kind) => kind === 'break')
  return { week: week(worked, breaks, timeZone), leftOut }
}

function readHour({ day_of_week, time_slot, status, is_available }: GymHour): Hour {
  const day = /^[0-6]$/.test(day_of_week ?? '') ? Number(day_of_week) : Number.NaN
  // There a week begins on Sunday, with 0.
  const weekday = WEEKDAYS[(day + 6) % 7] ?? hinder('invalid-hours', 'day_of_week')
  const start = wallTime(time_slot, 'time_slot')
  if (start === DAY_MINUTES) hinder('invalid-hours', 'time_slot')
  return { weekday, start, kind: kindOf(status, is_available) }
}

const KINDS: Readonly<Record<string, Hour['kind']>> = {
  available: 'open',
  booked: 'open',
  break: 'break',
  unavailable: 'closed',
}

function kindOf(status: string | null, isAvailable: string | null): Hour['kind'] {
  if (status === null) return flag(isAvailable, true) ? 'open' : 'closed'
  return KINDS[status.trim().toLowerCase()] ?? hinder('unknown-status', 'status')
}

const HOUR_MINUTES = 60

function stepOf(hours: readonly Hour[]): number {
  let step = HOUR_MINUTES
  for (const weekday of WEEKDAYS) {
    const starts = hours.filter((hour) => hour.weekday === weekday).map(({ start }) => start)
    starts.sort((a, b) => a - b)
    for (const [index, start] of starts.slice(1).entries()) {
      step = Math.min(step, start - (starts[index] as number))
    }
  }
  return step
}

const days = (hours: readonly Hour[], length: number, isMeant: (kind: Hour['kind']) => boolean): Days =>
  Object.fromEntries(
    WEEKDAYS.map((weekday) => [
      weekday,
      together(
        hours
          .filter((hour) => hour.weekday === weekday && isMeant(hour.kind))
          .map(({ start }) => ({ start, end: Math.min(start + length, DAY_MINUTES) as WallMinutes })),
      ),
    ]),
  )

/** Null for a week without any hours. */
function week(weeklyHours: Days, breaks: Days, timeZone: string): WorkingWeek | null {
  const labelled = Object.fromEntries(
    Object.entries(breaks).map(([day, pauses]) => [day, pauses.map((pause) => ({ ...pause, label: null }))]),
  )
  const made = workingWeek({ timeZone, weeklyHours, breaks: labelled })
  if (!made.ok) throw new RangeError(`A week of hours that are apart is none: ${JSON.stringify(made)}`)
  return Object.values(made.value.weeklyHours).some((day) => day.length > 0) ? made.value : null
}
