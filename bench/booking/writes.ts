import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Measure } from '../support/comparison.ts'
import { refuse } from '../support/invalid-run.ts'
import { withClient } from '../support/postgres.ts'
import { runDirectLoad } from './direct-load.ts'
import { fillQueue, writeQueue } from './queue.ts'
import type { Sample } from './sample.ts'
import { checkBookings, countEvents, nextFreeIndex } from './shop.ts'
import { type BookingBench, CONNECTIONS, type Site } from './site.ts'
import { runWriteLoad } from './write-load.ts'
import { WRITES, type Write } from './write-script.ts'

/** Where pgbench does the same as the server: a database with an equal shop. */
export interface Counterpart {
  readonly databaseUrl: string
  readonly sample: Sample
}

/** Changes take what was booked, so that they have to take less time. */
const isChange = (write: Write) => write === 'reschedule' || write === 'cancel'
const secondsOf = (write: Write, seconds: number) =>
  isChange(write) ? Math.max(1, Math.floor(seconds / 2)) : seconds

/**
 * Over HTTP, as fast as answers come.
 *
 * The measurement throws InvalidRun when an answer was another than the one expected, or when more or less was written
 * than was answered.
 */
export const overHttp =
  (bench: BookingBench, site: Site, write: Write): Measure =>
  async (seconds) => {
    const { databaseUrl, firstStart } = site
    const queueFile = join(bench.folder, 'queue')
    const before = await withClient(databaseUrl, async (client) => ({
      firstIndex: await nextFreeIndex(client, firstStart),
      events: await countEvents(client),
      queued: isChange(write) ? await writeQueue(client, firstStart, queueFile) : Number.POSITIVE_INFINITY,
    }))
    const { firstIndex, queued } = before
    const load = { ...site, write, firstIndex, seconds: secondsOf(write, seconds) }
    const result = await runWriteLoad(bench, isChange(write) ? { ...load, queueFile } : load)
    const written = (await settledEvents(databaseUrl, write)) - (before.events.get(WRITES[write].event) ?? 0)
    // wrk hangs up when its time is over: what is under way then is written, but its answer is not counted.
    const uncounted = written - result.done
    refuse(
      result.others > 0 &&
        `${result.others} answers to ${write} were not expected (such as ${result.otherStatus})`,
      result.socketErrors > 0 && `${result.socketErrors} connections failed`,
      (uncounted < 0 || uncounted > CONNECTIONS) &&
        `${result.done} answers to ${write} wrote ${written} events`,
      result.done + CONNECTIONS > queued && `The ${queued} bookings to ${write} are used up`,
    )
    await withClient(databaseUrl, async (client) => {
      await checkBookings(client)
      // Held by those whom the end of wrk has cut short.
      await client.query('delete from claims where hold_id is not null')
    })
    return { perSecond: result.perSecond, answered: result.done, failed: result.others + result.socketErrors }
  }

/** The same on the database alone, by pgbench. Throws InvalidRun as `overHttp` does. */
export const directly =
  (bench: BookingBench, site: Site, { databaseUrl, sample }: Counterpart, write: Write): Measure =>
  async (seconds) => {
    const { firstStart } = site
    const before = await withClient(databaseUrl, async (client) => {
      if (isChange(write)) await fillQueue(client, firstStart)
      return { firstIndex: await nextFreeIndex(client, firstStart), events: await countEvents(client) }
    })
    const load = { databaseUrl, write, firstStart, firstIndex: before.firstIndex, sample }
    const result = await runDirectLoad(bench, { ...load, seconds: secondsOf(write, seconds) })
    const written = (await settledEvents(databaseUrl, write)) - (before.events.get(WRITES[write].event) ?? 0)
    refuse(
      result.failed > 0 && `${result.failed} transactions of pgbench failed`,
      // pgbench ends what it has begun, so that every call has its row unless its outcome was another one.
      written !== result.transactions &&
        `${result.transactions} calls of pgbench to ${write} wrote ${written} events`,
    )
    await withClient(databaseUrl, checkBookings)
    return { perSecond: result.perSecond, answered: result.transactions, failed: result.failed }
  }

/** How often it has happened, once nothing more comes in. */
async function settledEvents(databaseUrl: string, write: Write): Promise<number> {
  const look = async () => (await withClient(databaseUrl, countEvents)).get(WRITES[write].event) ?? 0
  for (let last = await look(); ; ) {
    await delay(200)
    const next = await look()
    if (next === last) return next
    last = next
  }
}
