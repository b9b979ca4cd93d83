import { type EpochDay, parseDate } from '../../src/domain/calendar.ts'
import type { TimeOffId } from '../../src/domain/ids.ts'
import type { ScheduleOverride } from '../../src/domain/schedule.ts'
import type { TimeOff } from '../../src/domain/schedule-exceptions.ts'
import { addAccount, at, hours, newId } from '../support/fixtures.ts'
import type { OpenHarness } from './harness.ts'

export const DAY = parseDate('2030-02-28') as EpochDay
export const FAIR: ScheduleOverride = {
  hours: [hours('08:00-09:00'), hours('22:00-24:00')],
  reason: 'fair 🎪',
}
export const CLOSED: ScheduleOverride = { hours: [], reason: null }

export const off = (start: string, end: string, reason: string | null = null): TimeOff => ({
  id: newId() as TimeOffId,
  start: at(start),
  end: at(end),
  reason,
})

export const JULY = () => off('2030-07-01T00:00:00.250Z', '2030-07-15T00:00:00Z', 'sun ☀ "quoted", {braces}')

/** A harness with a provider. */
export async function openProvider(open: OpenHarness) {
  const harness = await open()
  const { id } = (await addAccount(harness.accounts, 'provider')).user
  const dispose = () => harness[Symbol.asyncDispose]()
  return { ...harness, id, [Symbol.asyncDispose]: dispose }
}
