import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { withClient } from '../support/postgres.ts'
import { shop, slotOf } from './shop.ts'
import { ask, type Site } from './site.ts'

export const metadata = '{"source":"bench","party_size":2}'

/** What is written beside a booking, split where the database puts in what only it knows. */
export interface KeptAnswer {
  readonly before: string
  readonly after: string
}

/** What the server answers and writes, so that pgbench can write the same and bare Fastify answer it. */
export interface Sample {
  /** The body that answers a booking. */
  readonly body: string
  readonly bookingAnswer: KeptAnswer
  readonly holdAnswer: KeptAnswer
  /** What the log keeps of a booking. */
  readonly eventData: string
}

const written = z.object({ answer: z.string(), data: z.unknown() })
const held = z.object({ id: z.string() })

/** Books one slot and holds another by hand: it proves that the shop can be booked. */
export async function takeSample({ url, databaseUrl, tokens, firstStart }: Site): Promise<Sample> {
  const post = async (path: string, index: number, more: object) => {
    const { serviceId, start, customer } = slotOf(index, firstStart)
    const key = randomUUID()
    const body = { service_id: serviceId, start, ...more }
    const token = tokens[customer] ?? ''
    return { text: await ask(url, { method: 'POST', path, body, token, key }), key, token }
  }
  const booking = await post('/v1/bookings', 0, { metadata: JSON.parse(metadata) })
  const hold = await post('/v1/holds', shop.providers, {})
  const { id } = held.parse(JSON.parse(hold.text))
  await ask(url, { method: 'DELETE', path: `/v1/holds/${id}`, token: hold.token })
  return withClient(databaseUrl, async (client) => {
    const read = async (key: string, type: string) => {
      const { rows } = await client.query(
        `select answer, data - 'number' as data
         from idempotency_keys
         cross join events
         where key = $1
           and type = $2`,
        [key, type],
      )
      return written.parse(rows[0])
    }
    const kept = await read(booking.key, 'booking.created')
    const { answer } = await read(hold.key, 'hold.created')
    return {
      body: booking.text,
      bookingAnswer: split(kept.answer, /(?<="number":)\d+/),
      holdAnswer: split(answer, /(?<="expires_at":")[^"]+/),
      eventData: JSON.stringify(kept.data),
    }
  })
}

function split(answer: string, told: RegExp): KeptAnswer {
  const [before, after] = answer.split(told)
  if (before === undefined || after === undefined) throw new Error(`Not an answer as expected: ${answer}`)
  return { before, after }
}
