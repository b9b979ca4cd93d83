import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY } from '../../src/domain/calendar.ts'
import type { Instant } from '../../src/domain/instant.ts'
import { type Doctor, type MemoryGym, openMemoryGym } from './agreement/memory-gym.ts'

const CASES = 150
const SEED = 20_260_105

let gym: MemoryGym
before(async () => {
  gym = await openMemoryGym()
})
after(() => gym[Symbol.asyncDispose]())

test('what the gym shows and books is what /v1 shows and books, on random schedules', async () => {
  const met = new Set<string>()
  for (let number = 0; number < CASES; number++) {
    const comparison = await gym.compare(SEED, number)
    assert.deepEqual(comparison.disagreements, [], `case ${number}`)
    for (const one of comparison.met) met.add(one)
  }
  for (const one of ['available', 'booked', 'break', 'unavailable', 'granted', 'slot-taken', 'in-the-past']) {
    assert(met.has(one), `no case has met ${one}`)
  }
})

/** Faults of a door, each of which the comparison has to find. */
const faults: Readonly<Record<string, Doctor>> = {
  'shows what is held back as available': ({ readTrainerDay }) => ({
    async readTrainerDay(...asked) {
      const day = await readTrainerDay(...asked)
      return day.ok ? { ok: true, value: day.value.map((hour) => ({ ...hour, reason: null })) } : day
    },
  }),
  'books the same hour of the day after': ({ bookSession }) => ({
    bookSession: (actor, trainer, wish, notes) =>
      bookSession(actor, trainer, { ...wish, day: (wish.day + 1) as typeof wish.day }, notes),
  }),
  'begins the week tomorrow': ({ readTrainerWeek }) => ({
    async readTrainerWeek(trainer) {
      const week = await readTrainerWeek(trainer)
      if (!week.ok) return week
      const [first] = week.value
      return { ok: true, value: week.value.filter(({ day }) => day !== first?.day) }
    },
  }),
  'names another day than it books': ({ bookSession }) => ({
    async bookSession(...asked) {
      const booked = await bookSession(...asked)
      if (!booked.ok) return booked
      const start = (booked.value.booking.start + DAY) as Instant
      return { ok: true, value: { ...booked.value, booking: { ...booked.value.booking, start } } }
    },
  }),
}

for (const [fault, doctor] of Object.entries(faults)) {
  test(`a door that ${fault} is found out`, async () => {
    for (let number = 0; number < CASES; number++) {
      if ((await gym.compare(SEED, number, doctor)).disagreements.length > 0) return
    }
    assert.fail(`${CASES} cases have not found it`)
  })
}
