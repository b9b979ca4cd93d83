import { setTimeout as delay } from 'node:timers/promises'
import { authorization, type EventBody, hearRefusal, type Listen, queryOf } from './line.ts'

const IDLE_MILLISECONDS = 100
const LIMIT = '100'

/** Asks again and again. */
export const listenByList: Listen = async ({ url, topics, after, signal, hear, token }) => {
  let cursor = after
  while (!signal.aborted) {
    const query = queryOf(topics)
    query.set('limit', LIMIT)
    if (cursor !== null) query.set('after', cursor)
    const response = await fetch(`${url}/v1/events?${query}`, { signal, headers: authorization({ token }) })
    if (!response.ok) return hearRefusal(response, hear)
    const page = (await response.json()) as {
      readonly data: readonly EventBody[]
      readonly next_cursor: string
    }
    for (const event of page.data) hear({ kind: 'event', event })
    hear({ kind: 'place', cursor: page.next_cursor })
    cursor = page.next_cursor
    if (page.data.length === 0) await delay(IDLE_MILLISECONDS, undefined, { signal })
  }
}
