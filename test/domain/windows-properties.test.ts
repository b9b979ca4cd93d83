import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { MINUTE } from '../../src/domain/instant.ts'
import { contains } from '../../src/domain/interval.ts'
import { slotsIn } from '../../src/domain/slots.ts'
import { windowsIn } from '../../src/domain/windows.ts'
import { type Situation, situations } from './support/arbitraries.ts'
import { paintDays } from './support/oracle.ts'
import { plusWallDays } from './support/temporal-day.ts'
import { minuteText } from './support/wall.ts'

const windowsOf = ({ offer, range, claims, now }: Situation) => windowsIn(offer, range, claims, now)

/** Every free slot that ends inside the range. */
const freeSlotsOf = ({ offer, range, claims, now }: Situation) =>
  slotsIn(offer, range, claims, now).filter((slot) => slot.reason === null && contains(range, slot))

/** Whether a booking could cover an instant; lengths, the grid of slots and the daily limit left aside. */
function usableMinutes({ offer, range, claims, now }: Situation): (instant: number) => boolean {
  const { service, schedule } = offer
  const days = paintDays(offer, range, claims)
  const earliest = now + service.minNoticeMinutes * MINUTE
  const latest = plusWallDays(schedule.timeZone, now, service.maxHorizonDays)
  const isTooClose = (instant: number) =>
    claims.some(
      ({ blocked }) =>
        instant >= blocked.start - service.bufferAfterMinutes * MINUTE &&
        instant < blocked.end + service.bufferBeforeMinutes * MINUTE,
    )
  return (instant) =>
    days.open.has(instant) &&
    days.inService.has(instant) &&
    !days.breaks.has(instant) &&
    !days.timeOff.has(instant) &&
    !isTooClose(instant) &&
    instant >= earliest &&
    instant < latest + service.durationMinutes * MINUTE
}

function holdsEachSlotOnce(situation: Situation) {
  const windows = windowsOf(situation)
  for (const slot of freeSlotsOf(situation)) {
    const around = windows.filter((window) => contains(window, slot))
    assert.equal(around.length, 1, `${minuteText(slot.start)} lies in ${around.length} windows`)
  }
}

const minutesIn = (start: number, end: number) => {
  const instants = [start]
  for (let next = (Math.floor(start / MINUTE) + 1) * MINUTE; next < end; next += MINUTE) instants.push(next)
  return instants
}

const holds = (property: (situation: Situation) => void, numRuns = 1_500) =>
  fc.assert(fc.property(situations, property), { numRuns })

describe('the windows of any situation', () => {
  it('hold every free slot that lies in the range, each in one window', () => {
    holds((situation) => holdsEachSlotOnce(withDailyLimit(situation, null)))
  })

  it('hold them beside full days too', () => {
    holds((situation) => holdsEachSlotOnce(withDailyLimit(situation, 1)))
  })

  it('hold at least one free slot each', () => {
    holds((situation) => {
      const slots = freeSlotsOf(situation)
      for (const window of windowsOf(situation)) {
        assert.ok(
          slots.some((slot) => contains(window, slot)),
          `nothing fits at ${minuteText(window.start)}`,
        )
      }
    })
  })

  it('lie in the range, in order and apart from each other', () => {
    holds((situation) => {
      const windows = windowsOf(situation)
      for (const [index, window] of windows.entries()) {
        assert.ok(contains(situation.range, window) && window.start < window.end)
        const previous = windows[index - 1]
        assert.ok(previous === undefined || previous.end < window.start)
      }
    })
  })

  it('have no minute that is closed or taken, and end only where one is', () => {
    holds((situation) => {
      const unlimited = withDailyLimit(situation, null)
      const isUsable = usableMinutes(unlimited)
      for (const { start, end } of windowsOf(unlimited)) {
        for (const instant of minutesIn(start, end)) assert.ok(isUsable(instant), minuteText(instant))
        assert.ok(start === situation.range.start || !isUsable(start - 1), `before ${minuteText(start)}`)
        assert.ok(end === situation.range.end || !isUsable(end), `after ${minuteText(end)}`)
      }
    })
  })
})

const withDailyLimit = (situation: Situation, dailyLimit: number | null): Situation => ({
  ...situation,
  offer: { ...situation.offer, service: { ...situation.offer.service, dailyLimit } },
})
