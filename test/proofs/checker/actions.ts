import type { Wire } from './caller.ts'
import type { Client } from './client.ts'
import type { KnownBooking } from './pool.ts'
import { type Asked, type Call, isUncertain } from './record.ts'
import type { Offered } from './shop.ts'

type Action = (client: Client) => Promise<void>

const KEYED_PERCENT = 45
const REUSED_PERCENT = 8
const GUARDED_PERCENT = 30
const HOLD_SECONDS = 30

const text = (instant: number) => new Date(instant).toISOString()

/** Asks for a change, with a key or without, and now and then for something else with the same key. */
async function change(client: Client, asked: Asked, wire: Wire, other: Wire | null): Promise<Call> {
  const { random } = client
  if (!random.percent(KEYED_PERCENT)) return client.ask(asked, wire)
  const call = await client.askOnce(asked, wire)
  if (other && !isUncertain(call) && random.percent(REUSED_PERCENT)) {
    await client.ask({ ...asked, key: `key-${asked.tag}`, reuse: true }, other)
  }
  return call
}

function chooseSlot({ floor, random }: Client) {
  const service = random.pick(floor.shop.services) as Offered
  return { service, start: random.pick(service.starts) as number }
}

const book: Action = async (client) => {
  const { floor, random } = client
  const { service, start } = chooseSlot(client)
  await bookSlot(client, random.pick(floor.shop.customers) as string, service, start)
}

async function bookSlot(client: Client, user: string, service: Offered, start: number, hold?: string) {
  const tag = client.tag()
  const asked: Asked = {
    kind: 'book',
    user,
    tag,
    service: service.id,
    start,
    ...(hold !== undefined && { hold }),
  }
  const wire = (notes: string): Wire => ({
    method: 'POST',
    path: '/v1/bookings',
    body: { service_id: service.id, start: text(start), notes, ...(hold !== undefined && { hold_id: hold }) },
  })
  await change(client, asked, wire(tag), wire('something else'))
}

/** Holds a slot, and mostly books it or gives it back. */
const hold: Action = async (client) => {
  const { floor, random } = client
  const { service, start } = chooseSlot(client)
  const user = random.pick(floor.shop.customers) as string
  const wire = (seconds: number): Wire => ({
    method: 'POST',
    path: '/v1/holds',
    body: { service_id: service.id, start: text(start), ttl_seconds: seconds },
  })
  const asked: Asked = { kind: 'hold', user, tag: client.tag(), service: service.id, start }
  const { held } = await change(client, asked, wire(HOLD_SECONDS), wire(HOLD_SECONDS + 1))
  if (!held || random.percent(2)) return
  const release = () =>
    client.ask(
      { kind: 'release', user, tag: client.tag(), id: held.id },
      { method: 'DELETE', path: `/v1/holds/${held.id}` },
    )
  const redeem = () => bookSlot(client, user, service, start, held.id)
  const both = random.percent(15)
  if (both) await Promise.all([redeem(), random.percent(50) ? redeem() : release()])
  else if (random.percent(60)) await redeem()
  else await release()
}

/** A booking that others may be changing at the same time, and someone who may change it. */
function chooseBooking({ floor, random }: Client, byProvider: boolean) {
  const booking = floor.pool.pick(random)
  if (!booking) return undefined
  const user = byProvider || booking.customer === null ? booking.provider : booking.customer
  return { booking, user }
}

const guard = ({ random }: Client, { version }: KnownBooking) =>
  random.percent(GUARDED_PERCENT) ? { version } : {}

const transition =
  (kind: 'cancel' | 'confirm' | 'decline'): Action =>
  async (client) => {
    const chosen = chooseBooking(client, kind !== 'cancel' || client.random.percent(40))
    if (!chosen || (kind !== 'cancel' && chosen.booking.status !== 'pending')) return
    const { id } = chosen.booking
    const tag = client.tag()
    const wire = (reason: string): Wire => ({
      method: 'POST',
      path: `/v1/bookings/${id}/${kind}`,
      body: { reason },
    })
    const asked: Asked = { kind, user: chosen.user, tag, id, ...guard(client, chosen.booking) }
    await change(client, asked, wire(tag), wire('something else'))
  }

const reschedule: Action = async (client) => {
  const { floor, random } = client
  const chosen = chooseBooking(client, random.percent(40))
  const service = floor.shop.services.find(({ id }) => id === chosen?.booking.service)
  if (!chosen || !service) return
  const { id } = chosen.booking
  const wire = (start: number): Wire => ({
    method: 'POST',
    path: `/v1/bookings/${id}/reschedule`,
    body: { start: text(start) },
  })
  const start = random.pick(service.starts) as number
  const asked: Asked = { kind: 'reschedule', user: chosen.user, tag: client.tag(), id, start }
  await change(client, { ...asked, ...guard(client, chosen.booking) }, wire(start), wire(start + 60_000))
}

const read: Action = async (client) => {
  const chosen = chooseBooking(client, client.random.percent(50))
  if (!chosen) return
  const { id } = chosen.booking
  await client.ask(
    { kind: 'read', user: chosen.user, tag: client.tag(), id },
    { method: 'GET', path: `/v1/bookings/${id}` },
  )
}

/** Brings what was booked by answers that never came back to the clients that may cancel it. */
const list: Action = async (client) => {
  const { floor, random } = client
  const user = random.pick(floor.shop.providers) as string
  const status = random.percent(30) ? 'pending' : 'confirmed'
  await client.ask(
    { kind: 'list', user, tag: client.tag() },
    { method: 'GET', path: `/v1/bookings?view=upcoming&status=${status}&limit=100` },
  )
}

const search: Action = async (client) => {
  const { floor, random } = client
  const { id } = random.pick(floor.shop.services) as Offered
  const { from, to } = floor.shop.range
  await client.ask(
    { kind: 'search', user: random.pick(floor.shop.customers) as string, tag: client.tag(), service: id },
    { method: 'GET', path: `/v1/availability?service_id=${id}&from=${from}&to=${to}` },
  )
}

const shares: readonly (readonly [number, Action])[] = [
  [40, book],
  [14, hold],
  [15, transition('cancel')],
  [10, reschedule],
  [4, transition('confirm')],
  [2, transition('decline')],
  [6, read],
  [1, list],
  [8, search],
]

/** Does one thing after the other until the load is over. */
export async function act(client: Client): Promise<void> {
  const { floor, random } = client
  while (!floor.isOver()) {
    let left = random.below(100)
    const [, action] = shares.find(([share]) => {
      left -= share
      return left < 0
    }) ?? [0, read]
    await action(client)
  }
}
