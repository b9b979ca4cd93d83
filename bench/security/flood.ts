import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { slotRequest } from '../booking/booking-request.ts'
import { nextFreeIndex, shop } from '../booking/shop.ts'
import { type BookingBench, CONNECTIONS, type Site } from '../booking/site.ts'
import { type OpenLoopResult, runOpenLoop, send } from '../support/open-loop.ts'
import { customerEmail } from '../support/people.ts'
import { withClient } from '../support/postgres.ts'

export const LOGINS_PER_SECOND = 200
/** Far from what the server can do. */
export const BOOKINGS_PER_SECOND = 100
const FLOOD_CONNECTIONS = 256

export interface FloodRound {
  readonly idle: OpenLoopResult
  readonly during: OpenLoopResult
  /** How many answers of each status the flood has had; the others it did not wait for. */
  readonly logins: Readonly<Record<string, number>>
}

/** Bookings at a constant rate, first alone and then while somebody guesses passwords. */
export async function runRound(bench: BookingBench, site: Site): Promise<FloodRound> {
  const idle = await bookMeanwhile(bench, site)
  const flood = startFlood(site.url)
  try {
    // The first second, in which the quota lasts, belongs to it as well.
    await delay(100)
    const during = await bookMeanwhile(bench, site)
    return { idle, during, logins: flood.answers }
  } finally {
    flood.stop()
  }
}

async function bookMeanwhile({ seconds, signal }: BookingBench, site: Site): Promise<OpenLoopResult> {
  const first = await withClient(site.databaseUrl, (client) => nextFreeIndex(client, site.firstStart))
  const { result } = await runOpenLoop(
    {
      perSecond: BOOKINGS_PER_SECOND,
      seconds,
      connections: CONNECTIONS,
      expectedStatus: 201,
      requestOf: (sequence) => slotRequest(site, first + sequence),
    },
    signal,
  )
  return result
}

function startFlood(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: FLOOD_CONNECTIONS })
  const answers: Record<string, number> = {}
  let count = 0
  const guess = () => {
    const email = customerEmail(count++ % shop.customers)
    const body = JSON.stringify({ email, password: `guess number ${count}` })
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    send(agent, { method: 'POST', url: `${url}/v1/auth/login`, headers, body }, false, (status) => {
      answers[status] = (answers[status] ?? 0) + 1
    })
  }
  const begin = performance.now()
  const timer = setInterval(() => {
    while (count < ((performance.now() - begin) * LOGINS_PER_SECOND) / 1000) guess()
  }, 1)
  return {
    answers,
    stop() {
      clearInterval(timer)
      agent.destroy()
    },
  }
}
