import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { migrate } from '../../../src/infrastructure/migrate.ts'
import { type ApiProcesses, type Door, startApiProcesses } from '../common/api-processes.ts'
import { type CrashablePostgres, startCrashablePostgres } from '../common/crashable-postgres.ts'
import { type Killer, startKiller } from '../common/killer.ts'
import { isDown, type Lived } from '../common/lives.ts'
import { randomOf } from '../common/random.ts'
import { changeSomething } from './changes.ts'
import { type Diary, fillDiary, SERVICE_MINUTES } from './diary.ts'
import type { Evidence } from './evidence.ts'
import type { ReminderOptions } from './options.ts'
import { countDue, readOutcome, readReminders } from './reading.ts'
import { senderOf, tokensOf } from './sender.ts'

export interface Outcome {
  readonly evidence: Evidence
  readonly kills: Killer['kills']
  /** The answers to what clients have asked for, by status; 0 where there was none. */
  readonly answers: readonly number[]
}

const MINUTE = 60_000
/** Time to fill the tables in. */
const LEAD_MILLISECONDS = 8_000
const LEAD_MILLISECONDS_OF_ONE = 0.7
const LOOK_MILLISECONDS = 500
const PATIENCE_MILLISECONDS = 120_000
const KILLER_STREAM = 1_000_000
const ONLY_API = { postgres: 0, both: 0 }

/** A long time is put around a whole minute: there the reminders of moved bookings are due. */
function plan({ reminders, windowSeconds }: ReminderOptions): Diary {
  const windowMilliseconds = windowSeconds * 1_000
  const ready = Date.now() + LEAD_MILLISECONDS + LEAD_MILLISECONDS_OF_ONE * reminders + windowMilliseconds / 2
  const middle = windowMilliseconds < MINUTE ? ready : Math.ceil(ready / MINUTE) * MINUTE
  return { reminders, middle, windowMilliseconds }
}

interface Stage {
  readonly postgres: CrashablePostgres
  readonly api: ApiProcesses
  readonly lived: Lived
  readonly secret: string
}

async function openStage(
  { nodes }: ReminderOptions,
  step: (text: string) => void,
  resources: AsyncDisposableStack,
): Promise<Stage> {
  step('Starting PostgreSQL')
  const postgres = resources.use(await startCrashablePostgres())
  const { url: databaseUrl } = postgres
  await migrate({ databaseUrl })
  const folder = await mkdtemp(join(tmpdir(), 'slotwright-reminded-'))
  resources.defer(() => rm(folder, { recursive: true, force: true }))
  step(`Starting ${nodes} nodes`)
  const lived: Lived = { lives: [], outages: [], deadlocks: 0 }
  const secret = randomBytes(32).toString('base64url')
  const isDatabaseDown = () => isDown(lived)
  const api = resources.use(
    await startApiProcesses(lived, { processes: nodes, databaseUrl, secret, folder, isDatabaseDown }),
  )
  return { postgres, api, lived, secret }
}

/** Has everyone change something again and again until it is over; tells what they were answered. */
async function startChanges(
  { clients, seed }: ReminderOptions,
  diary: Diary,
  { doors, secret }: { readonly doors: readonly Door[]; readonly secret: string },
  over: AbortSignal,
): Promise<readonly number[]> {
  const answers: number[] = []
  const tokens = tokensOf(diary, secret)
  await Promise.all(
    Array.from({ length: clients }, async (_, number) => {
      const random = randomOf(seed, number)
      const send = senderOf(doors, random, tokens, over)
      while (!over.aborted) answers.push((await changeSomething(diary, random, send)) ?? 0)
    }),
  )
  return answers
}

/** Kills PostgreSQL once; from there on it is away for as long as it takes to start. */
async function killOnce(postgres: CrashablePostgres, { outages }: Lived): Promise<void> {
  const outage = { from: performance.now(), until: Number.POSITIVE_INFINITY }
  outages.push(outage)
  await postgres.kill()
  await postgres.start()
  outage.until = performance.now()
}

/** Books, waits for the time, kills and changes while reminders fire, and gathers all there is to judge by. */
export async function holdSession(
  options: ReminderOptions,
  step: (text: string) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  const { seed, killEverySeconds, killsPostgres, mostLateMilliseconds } = options
  await using resources = new AsyncDisposableStack()
  const { postgres, api, lived, secret } = await openStage(options, step, resources)
  signal.throwIfAborted()
  const diary = plan(options)
  step(`Booking ${diary.reminders} times`)
  await fillDiary(postgres.url, diary)
  const planned = await readReminders(postgres.url)
  const first = diary.middle - diary.windowMilliseconds / 2
  if (planned.length < diary.reminders || Date.now() > first) {
    throw new Error(
      'The first reminder was due before everything was ready: this machine is too slow for so many',
    )
  }
  const wait = (until: number) => delay(Math.max(0, until - Date.now()), undefined, { signal })
  step(`Waiting ${Math.ceil((first - Date.now()) / 1_000)} s for the first reminder`)
  await wait(first)
  const victims = { postgres, api }
  await using killer = startKiller(lived, victims, randomOf(seed, KILLER_STREAM), killEverySeconds, ONLY_API)
  const over = new AbortController()
  resources.defer(() => over.abort())
  const changing = startChanges(options, diary, { doors: api.doors, secret }, over.signal)
  // It is waited for in the end; until then a failure of it is nobody's.
  changing.catch(() => undefined)
  await wait(diary.middle)
  if (killsPostgres) await killOnce(postgres, lived)
  await Promise.race([wait(diary.middle + diary.windowMilliseconds / 2), killer.failed, api.failed])
  await runDry(postgres.url, step, signal)
  over.abort()
  const answers = await changing
  await killer.stop()
  const outcome = await readOutcome(postgres.url)
  const outages = lived.outages.map(({ from, until }) => ({ from: wallClock(from), until: wallClock(until) }))
  const head = { serviceMinutes: SERVICE_MINUTES, ended: Date.now(), mostLateMilliseconds }
  return { evidence: { head, outages, planned, ...outcome }, kills: killer.kills, answers }
}

const wallClock = (moment: number) => performance.timeOrigin + moment

/** Waits until nothing is due that has not been taken. */
async function runDry(databaseUrl: string, step: (text: string) => void, signal: AbortSignal): Promise<void> {
  const patience = performance.now() + PATIENCE_MILLISECONDS
  for (;;) {
    const due = await countDue(databaseUrl)
    if (due === 0 || performance.now() > patience) return
    step(`${due} reminders are due and have not fired`)
    await delay(LOOK_MILLISECONDS, undefined, { signal })
  }
}
