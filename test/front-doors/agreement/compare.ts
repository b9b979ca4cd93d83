import { isDeepStrictEqual } from 'node:util'
import { type EpochDay, formatDate } from '../../../src/domain/calendar.ts'
import { formatInstant, type Instant } from '../../../src/domain/instant.ts'
import type { MemoryApp } from '../support/memory-app.ts'
import type { GymCase } from './gym-case.ts'

/** What the gym's door said otherwise than /v1, with both; and what was met, so that a run can tell what it has seen. */
export interface Comparison {
  readonly disagreements: readonly string[]
  readonly met: readonly string[]
}

interface Slot {
  readonly start: string
  readonly status: string
}

/** A wall time of a zone, with the instant that it stands for by Temporal; null where the clock skips it. */
function standsFor(zone: string, wall: Temporal.PlainDateTime): string | null {
  const zoned = wall.toZonedDateTime(zone, { disambiguation: 'compatible' })
  return zoned.toPlainDateTime().equals(wall) ? formatInstant(zoned.epochMilliseconds as Instant) : null
}

const wallOf = (zone: string, start: string) =>
  Temporal.Instant.from(start).toZonedDateTimeISO(zone).toPlainDateTime()

/** The slots of /v1 that a wall time stands for, with that wall time. */
const onTheWall = (zone: string, slots: readonly Slot[]) =>
  slots
    .map(({ start, status }) => ({ wall: wallOf(zone, start), start, status }))
    .filter(({ wall, start }) => {
      const instant = standsFor(zone, wall)
      return instant !== null && Temporal.Instant.from(instant).equals(Temporal.Instant.from(start))
    })

/** Compares boards, week and bookings of the gym's door with those of /v1, on one case. */
export async function compareCase({ app, tokenOf }: MemoryApp, gym: GymCase): Promise<Comparison> {
  const disagreements: string[] = []
  const met: string[] = []
  const bearer = (who: GymCase['member']) => ({ authorization: `Bearer ${tokenOf(who)}` })
  const read = async (url: string) => (await app.inject({ url, headers: bearer(gym.member) })).json()
  const expectSame = (what: string, seen: unknown, expected: unknown) => {
    if (isDeepStrictEqual(seen, expected)) return
    disagreements.push(`${what}\n  door: ${JSON.stringify(seen)}\n  /v1:  ${JSON.stringify(expected)}`)
  }
  const { trainer, zone, service } = gym

  const slotsOf = async (day: EpochDay) => {
    const url = `/v1/providers/${gym.provider.userId}/days/${formatDate(day)}?service_id=${service.id}`
    return onTheWall(zone, (await read(url)).slots)
  }

  const compareBoard = async (day: EpochDay) => {
    const date = formatDate(day)
    const slots = await slotsOf(day)
    const expected = slots.map(({ wall, status }) => {
      const time = wall.toPlainTime().toString({ smallestUnit: 'second' })
      const id = `${trainer}-${date}-${time.slice(0, 5).replace(':', '')}`
      return { id, time, status, clientName: null, sessionType: null }
    })
    expectSame(`board of ${date}`, await read(`/api/members/trainers/${trainer}/schedule/${date}`), expected)
    for (const { status } of slots) met.push(status)
    return slots
  }

  const compareWeek = async () => {
    const today = wallOf(zone, formatInstant(gym.stage.clock())).toPlainDate()
    const query = `from=${today}&to=${today.add({ days: 7 })}&status=all`
    const { data } = await read(`/v1/availability?service_id=${service.id}&${query}`)
    const expected = onTheWall(zone, data[0].slots).map(({ wall, status }) => ({
      day_of_week: wall.dayOfWeek % 7,
      time_slot: wall.toPlainTime().toString({ smallestUnit: 'second' }),
      status,
    }))
    expectSame('week', await read(`/api/members/trainers/${trainer}/schedule`), expected)
  }

  const compareBooking = async (day: EpochDay, minutes: number, shown: string | null) => {
    const wall = Temporal.PlainDateTime.from(formatDate(day)).add({ minutes })
    const start = standsFor(zone, wall)
    const end = wall.add({ minutes: service.durationMinutes })
    const payload = { service_id: service.id, start }
    const headers = bearer(gym.member)
    const verdict =
      start && (await app.inject({ method: 'POST', url: '/v1/bookings?dry_run=true', headers, payload }))
    const booked = await app.inject({
      method: 'POST',
      url: '/api/members/book-training-session',
      headers,
      payload: {
        trainer_id: trainer,
        session_date: formatDate(day),
        start_time: shown ?? wall.toPlainTime().toString({ smallestUnit: 'minute' }),
        end_time: end.toPlainTime().toString({ smallestUnit: 'minute' }),
      },
    })
    const what = `booking of ${wall} for ${service.durationMinutes} minutes, ${zone}`
    const code = verdict ? (verdict.json().code ?? 'granted') : 'skipped'
    met.push(code)
    expectSame(what, booked.statusCode, verdict ? verdict.statusCode : 422)
    if (booked.statusCode !== 200) return code
    const { session } = booked.json()
    expectSame(
      what,
      `${session.session_date}T${session.start_time}:00`,
      `${wall.toString({ smallestUnit: 'second' })}`,
    )
    const taken = (await slotsOf(day)).find((slot) => slot.wall.equals(wall))
    expectSame(`${what}, on the board of /v1 afterwards`, taken?.status, 'booked')
    return code
  }

  await compareWeek()
  for (const [index, day] of gym.days.entries()) {
    const slots = await compareBoard(day)
    const chosen = new Map(slots.map((slot) => [slot.status, slot]))
    for (const { wall, status } of chosen.values()) {
      const minutes = wall.hour * 60 + wall.minute
      const shown = wall.toPlainTime().toString({ smallestUnit: 'second' })
      const code = await compareBooking(day, minutes, shown)
      // What was booked meanwhile may be in the way of what was free.
      if (status === 'available' && chosen.size === 1)
        expectSame(`${shown} is shown as available`, code, 'granted')
      if (status !== 'available') expectSame(`${shown} is shown as ${status}`, code !== 'granted', true)
    }
    const any = gym.anyTimes[index]
    if (any !== undefined) await compareBooking(day, any, null)
    await compareBoard(day)
  }
  return { disagreements, met }
}
