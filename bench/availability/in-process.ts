import { z } from 'zod'
import { slotWriter } from '../../src/adapters/http/availability-body.ts'
import { instantWriter } from '../../src/adapters/http/instant-writer.ts'
import { asIfUtc, DAY, type EpochDay, type WallMinutes } from '../../src/domain/calendar.ts'
import type { Instant } from '../../src/domain/instant.ts'
import { slotsIn } from '../../src/domain/slots.ts'
import { instantOf, localDay, zoneOf } from '../../src/domain/zone.ts'
import { FIRST_ZONE } from './hours.ts'
import { type Search, searches } from './in-process-cases.ts'

/** Nanoseconds of one call in each round, by the clock on the wall and by that of the processor. */
const timing = z.object({ wall: z.array(z.number()), processor: z.array(z.number()) })
const inProcessTimings = z.record(
  z.string(),
  timing.extend({
    /** Slots that one call makes, and how many of them can be booked; null where it makes none. */
    slots: z.number().nullable(),
    available: z.number().nullable(),
  }),
)
export const parseTimings = (text: string) => inProcessTimings.parse(JSON.parse(text))
export type InProcessTimings = z.output<typeof inProcessTimings>

interface Case {
  /** Does its work once, in `calls` calls, and answers a number that depends on all of it. */
  readonly work: () => number
  readonly calls: number
  readonly slots?: number
  readonly available?: number
}

const WARM_UP_MILLISECONDS = 1_000
const ROUND_MILLISECONDS = 400
const CONVERSIONS = 4_096

const search = ({ offer, range, claims, now }: Search) => slotsIn(offer, range, claims, now)

function searchCase(searched: readonly Search[]): Case {
  const slots = searched.flatMap(search)
  return {
    work: () => searched.reduce((sum, one) => sum + search(one).length, 0),
    calls: 1,
    slots: slots.length,
    available: slots.filter(({ reason }) => reason === null).length,
  }
}

/** One case after the other of the same pseudorandom order, so that the processor cannot learn the table by heart. */
function scattered(): { day: EpochDay; minutes: WallMinutes; instant: Instant }[] {
  const from = Date.UTC(2020, 0, 1) / DAY
  const days = Date.UTC(2038, 0, 1) / DAY - from
  let state = 1
  const below = (bound: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
  return Array.from({ length: CONVERSIONS }, () => {
    const day = (from + below(days)) as EpochDay
    const minutes = below(1440) as WallMinutes
    return { day, minutes, instant: asIfUtc(day, minutes) }
  })
}

function conversionCases(): Record<string, Case> {
  const zone = zoneOf(FIRST_ZONE)
  const times = scattered()
  const plain = times.map(({ instant }) =>
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO('UTC').toPlainDateTime(),
  )
  const instants = times.map(({ instant }) => Temporal.Instant.fromEpochMilliseconds(instant))
  const total = <T>(list: readonly T[], one: (value: T) => number) => ({
    calls: list.length,
    work: () => {
      let sum = 0
      for (const value of list) sum += one(value)
      return sum
    },
  })
  return {
    instantOf: total(times, ({ day, minutes }) => instantOf(zone, day, minutes)),
    instantOfByTemporal: total(plain, (time) => time.toZonedDateTime(FIRST_ZONE).epochMilliseconds),
    localDay: total(times, ({ instant }) => localDay(zone, instant)),
    localDayByTemporal: total(instants, (time) => time.toZonedDateTimeISO(FIRST_ZONE).toPlainDate().day),
  }
}

function formatCases(): Record<string, Case> {
  const zone = zoneOf(FIRST_ZONE)
  const [month] = searches.month
  const slots = search(month as Search)
  const writing = (write: () => (slot: (typeof slots)[number]) => string): Case => ({
    calls: slots.length,
    work: () => slots.map(write()).join(',').length,
  })
  const inZone = (given: typeof zone | null) => () => {
    const instant = instantWriter(given)
    return (slot: (typeof slots)[number]) => slotWriter.write(slot, instant)
  }
  return {
    writeSlot: writing(inZone(null)),
    writeSlotInZone: writing(inZone(zone)),
    writeSlotByStringify: writing(
      () =>
        ({ start, end, reason }) =>
          JSON.stringify({
            start: new Date(start).toISOString(),
            end: new Date(end).toISOString(),
            status: 'available',
            reason: reason ?? undefined,
          }),
    ),
  }
}

const everyCase = (): Readonly<Record<string, Case>> => ({
  month: searchCase(searches.month),
  monthOverTransition: searchCase(searches.monthOverTransition),
  denseMonth: searchCase(searches.denseMonth),
  hundredProviders: searchCase(searches.hundredProviders),
  ...conversionCases(),
  ...formatCases(),
})

let sink = 0

/** How often `work` runs in so many milliseconds, found by doing it. */
function repeatsIn({ work }: Case, milliseconds: number): number {
  const start = performance.now()
  let repeats = 0
  while (performance.now() - start < milliseconds) {
    sink += work()
    repeats++
  }
  return repeats
}

function time({ work, calls }: Case, repeats: number): { wall: number; processor: number } {
  const processor = process.threadCpuUsage()
  const wall = process.hrtime.bigint()
  for (let left = repeats; left > 0; left--) sink += work()
  const elapsed = Number(process.hrtime.bigint() - wall)
  const { user, system } = process.threadCpuUsage(processor)
  const done = repeats * calls
  return { wall: elapsed / done, processor: ((user + system) * 1_000) / done }
}

/** Every case once in each round, so that what disturbs the machine disturbs all alike. */
function run(rounds: number, cases: Readonly<Record<string, Case>>): InProcessTimings {
  for (const one of Object.values(cases)) repeatsIn(one, WARM_UP_MILLISECONDS)
  const measured = Object.entries(cases).map(([name, one]) => ({
    name,
    one,
    repeats: Math.max(1, repeatsIn(one, ROUND_MILLISECONDS)),
    timings: [] as { wall: number; processor: number }[],
  }))
  for (let round = 0; round < rounds; round++) {
    for (const { one, repeats, timings } of measured) timings.push(time(one, repeats))
  }
  return Object.fromEntries(
    measured.map(({ name, one, timings }) => [
      name,
      {
        wall: timings.map(({ wall }) => wall),
        processor: timings.map(({ processor }) => processor),
        slots: one.slots ?? null,
        available: one.available ?? null,
      },
    ]),
  )
}

/*
 * Arguments: the number of rounds, and the names of cases where not all are wanted, such as for a profile:
 * node --cpu-prof bench/availability/in-process.ts 5 month
 */
if (import.meta.main) {
  const [rounds = '5', ...names] = process.argv.slice(2)
  const chosen = Object.entries(everyCase()).filter(([name]) => names.length === 0 || names.includes(name))
  const timings = run(Number(rounds), Object.fromEntries(chosen))
  if (!Number.isFinite(sink)) throw new Error('Something answered no number')
  console.log(JSON.stringify(timings))
}
