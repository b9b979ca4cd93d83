import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { TestDatabase } from '../../support/database.ts'
import { type Offered, openShop, type Shop } from '../checker/shop.ts'
import { startApiProcesses } from '../common/api-processes.ts'
import { doctored, type Edit } from '../common/doctored-source.ts'
import { randomOf } from '../common/random.ts'
import { gatherListeners, listenOf } from './audience.ts'
import type { Evidence, Heard } from './evidence.ts'
import { GATE, gatedCommits } from './late-commits.ts'
import { type Ear, earOf, type Manner } from './listening.ts'
import { readLog } from './log-table.ts'
import { runDry } from './session.ts'

/** One server and a few who write what they are told to, while others listen. */
export interface Stage extends AsyncDisposable {
  readonly shop: Shop
  readonly database: TestDatabase
  readonly ears: readonly Ear[]
  readonly heard: Heard[]
  /** Makes a change as someone, and tells what came back. */
  change(as: string, route: string, body?: object): Promise<{ readonly id: string }>
}

const LISTENERS = 24
const DRY_MILLISECONDS = 3_000

/** A server whose source is changed as the edits say, with a listener of each kind who has its place already. */
export async function openStage(database: TestDatabase, edits: readonly Edit[]): Promise<Stage> {
  await using resources = new AsyncDisposableStack()
  const secret = randomBytes(32).toString('base64url')
  const shop = await openShop(database.url, secret)
  const folder = await mkdtemp(join(tmpdir(), 'slotwright-story-'))
  resources.defer(() => rm(folder, { recursive: true, force: true }))
  const options = { processes: 1, databaseUrl: database.url, secret, folder, isDatabaseDown: () => false }
  const settings = edits.length > 0 ? doctored(edits) : {}
  const lived = { lives: [], outages: [], deadlocks: 0 }
  const { doors } = resources.use(await startApiProcesses(lived, { ...options, settings }))
  const heard: Heard[] = []
  const ears = gatherListeners(shop, LISTENERS).map((listener, number) =>
    earOf({
      number,
      listener,
      listen: listenOf(listener, number),
      token: listener.user === null ? null : shop.tokenOf(listener.user),
      doors,
      random: randomOf(1, number),
      heard,
    }),
  )
  // A place first: nobody is to wait for an event to begin with.
  await Promise.all(ears.map((ear) => ear.listenUntil(() => ear.place() !== null, DRY_MILLISECONDS)))
  const rest = resources.move()
  return {
    shop,
    database,
    ears,
    heard,
    async change(as, route, body = {}) {
      const [method = '', path] = route.split(' ')
      const response = await fetch(`${doors[0]?.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${shop.tokenOf(as)}`,
          ...(method === 'POST' && { 'content-type': 'application/json' }),
        },
        ...(method === 'POST' && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      assert.ok(response.ok, `${route}: ${response.status} ${text}`)
      return JSON.parse(text || '{}')
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

/**
 * Leaves with every event or every second one, and comes back at once. Those with every one follow two topics, too: they
 * leave between what both have to tell of one event.
 */
const restless = (number: number): Manner => ({
  stay: () => ({ milliseconds: 60_000, events: 2 - (number % 2) }),
  awayMilliseconds: () => 0,
})

/** Lets a story happen while everyone comes and goes, and then hears it to its end. */
export async function tell(stage: Stage, story: (stage: Stage) => Promise<void>): Promise<Evidence> {
  const { ears, heard, database } = stage
  const over = new AbortController()
  const listening = Promise.all(ears.map((ear, number) => ear.comeAndGo(restless(number), over.signal)))
  listening.catch(() => undefined)
  await story(stage).finally(() => over.abort())
  await listening
  const read = await readLog(database.url)
  await runDry(ears, read, DRY_MILLISECONDS)
  return { ...read, listeners: ears.map(({ listener }) => listener), heard }
}

/** The service whose bookings have to be confirmed, and one that is only held. */
const ASKED = 2
const HELD = 3
/** Those of the customers among whom each kind of listener is. */
const FIRST = 3
const LAST = 8

const slotOf = ({ shop }: Stage, service: number, slot: number) => {
  const { id, starts } = shop.services[service] as Offered
  return { service_id: id, start: new Date(starts[slot % starts.length] as number).toISOString() }
}

/** Something of everything, by most customers one after the other: what is booked is changed, and free again in the end. */
export async function ordinaryDay(stage: Stage): Promise<void> {
  const { shop, change } = stage
  const provider = shop.services[ASKED]?.provider ?? ''
  for (const [number, customer] of shop.customers.slice(FIRST, LAST).entries()) {
    const asked = await change(customer, 'POST /v1/bookings', slotOf(stage, ASKED, number))
    if (number % 2 === 0) await change(provider, `POST /v1/bookings/${asked.id}/confirm`)
    const { start } = slotOf(stage, ASKED, number + 1)
    await change(customer, `POST /v1/bookings/${asked.id}/reschedule`, { start })
    await change(number % 3 === 0 ? provider : customer, `POST /v1/bookings/${asked.id}/cancel`)
    const held = await change(customer, 'POST /v1/holds', slotOf(stage, HELD, number))
    await change(customer, `DELETE /v1/holds/${held.id}`)
  }
}

const WAITING = `
  select 1 from pg_locks
  where locktype = 'advisory' and objid = ${GATE} and not granted`

/**
 * A transaction takes its number and commits late; another begins after it and commits before it.
 *
 * @param meanwhile fulfils when the first may commit
 */
export const overtaking =
  (meanwhile: () => Promise<void>) =>
  async (stage: Stage): Promise<void> => {
    const { shop, database, change } = stage
    const [slow, quick] = shop.customers.slice(FIRST) as [string, string]
    await database.query(gatedCommits(slow))
    await using keeper = await openKeeper(database.url)
    const late = change(slow, 'POST /v1/bookings', slotOf(stage, ASKED, 0))
    // Whatever fails here fails below.
    late.catch(() => undefined)
    await until(async () => (await database.query(WAITING)).length > 0)
    await change(quick, 'POST /v1/bookings', slotOf(stage, ASKED, 1))
    await meanwhile()
    await keeper.open()
    await late
  }

/** Closes the gate for commits until it is opened, or disposed of. */
async function openKeeper(url: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`select pg_advisory_lock(${GATE})`)
  return {
    open: () => client.query(`select pg_advisory_unlock(${GATE})`),
    [Symbol.asyncDispose]: () => client.end(),
  }
}

const LOOK_MILLISECONDS = 10
const PATIENCE_MILLISECONDS = 20_000

/** @throws when what is waited for does not come */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const patience = performance.now() + PATIENCE_MILLISECONDS
  while (!(await isSo())) {
    assert.ok(performance.now() < patience, 'It did not come')
    await delay(LOOK_MILLISECONDS)
  }
}
