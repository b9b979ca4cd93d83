import { type Instant, plusMinutes } from './instant.ts'

/** Something to be said a set time before a booking starts. */
export interface Reminder {
  readonly minutesBefore: number
  readonly dueAt: Instant
}

/** The reminders of a booking: those whose time has not gone by when the booking is made. */
export const remindersFor = (start: Instant, minutesBefore: readonly number[], now: Instant): Reminder[] =>
  minutesBefore
    .map((minutes) => ({ minutesBefore: minutes, dueAt: plusMinutes(start, -minutes) }))
    .filter(({ dueAt }) => dueAt > now)
