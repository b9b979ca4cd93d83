import type { Random } from '../common/random.ts'
import { type Diary, type Entry, entryOf } from './diary.ts'

/** Makes a change as someone, and tells the status that it was answered with; undefined where there was no answer. */
export type Change = (user: string, path: string, body: object) => Promise<number | undefined>

/** Cancels, moves and confirms what is booked: mostly each booking once, and now and then again. */
export async function changeSomething(
  diary: Diary,
  random: Random,
  change: Change,
): Promise<number | undefined> {
  const entry = entryOf(diary, random.below(diary.reminders))
  const path = `/v1/bookings/${entry.booking}`
  const user = random.percent(50) ? entry.customer : entry.provider
  if (entry.isPending && random.percent(80)) return change(entry.provider, `${path}/confirm`, {})
  if (random.percent(50)) return change(user, `${path}/cancel`, {})
  return change(user, `${path}/reschedule`, { start: new Date(startOf(entry)).toISOString() })
}

const startOf = ({ freeStart }: Entry) => freeStart
