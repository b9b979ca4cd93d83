import { randomBytes } from 'node:crypto'
import type { Instant } from '../../../src/domain/instant.ts'
import { composeTestNode } from '../../support/app.ts'
import type { TestDatabase } from '../../support/database.ts'
import { randomOf } from '../common/random.ts'
import { changeSomething } from './changes.ts'
import { type Diary, fillDiary, SERVICE_MINUTES } from './diary.ts'
import type { Evidence } from './evidence.ts'
import { readOutcome, readReminders } from './reading.ts'
import { tokensOf } from './sender.ts'

export interface PlayOptions {
  readonly reminders: number
  readonly changesOfATick: number
  /** What is done to the database before anything is due. */
  readonly prepare?: string
}

const WINDOW_MILLISECONDS = 10_000
const TICK_MILLISECONDS = 1_000
/** Chores that are said to run in a node at a time. */
const NODES = 2
const HOUR = 3_600_000

/** Has the clock go from second to second: at each two nodes send what is due, and then some bookings change. */
export async function play(database: TestDatabase, options: PlayOptions): Promise<Evidence> {
  const { reminders, changesOfATick, prepare } = options
  const middle = Math.ceil(Date.now() / HOUR) * HOUR + HOUR
  const diary: Diary = { reminders, middle, windowMilliseconds: WINDOW_MILLISECONDS }
  await fillDiary(database.url, diary)
  if (prepare !== undefined) await database.query(prepare)
  const planned = await readReminders(database.url)
  const first = middle - WINDOW_MILLISECONDS / 2
  let now = first
  const secret = randomBytes(32).toString('base64url')
  await using application = await composeTestNode({
    databaseUrl: database.url,
    jwtSecret: secret,
    clock: () => now as Instant,
  })
  const chore = application.chores.find(({ name }) => name === 'send reminders')
  if (!chore) throw new Error('Nobody sends reminders')
  const tokenOf = tokensOf(diary, secret)
  const random = randomOf(1, 1)
  const ask = async (user: string, url: string, body: object) => {
    const headers = { authorization: `Bearer ${tokenOf(user)}` }
    return (await application.app.inject({ method: 'POST', url, headers, payload: body })).statusCode
  }
  for (; now <= first + WINDOW_MILLISECONDS + TICK_MILLISECONDS; now += TICK_MILLISECONDS) {
    await Promise.all(Array.from({ length: NODES }, chore.work))
    for (let change = 0; change < changesOfATick; change++) await changeSomething(diary, random, ask)
  }
  const outcome = await readOutcome(database.url)
  const head = { serviceMinutes: SERVICE_MINUTES, ended: now, mostLateMilliseconds: 2 * TICK_MILLISECONDS }
  return { head, outages: [], planned, ...outcome }
}
