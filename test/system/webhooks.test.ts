import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { expecting, makeAdmin } from '../http/support/shop.ts'
import { openReceiver, type Received } from '../support/receiver.ts'
import { openWebhookStage, type ShownDelivery } from './webhook-stage.ts'

const verified = (secret: string, { body, headers }: Received) =>
  new Webhook(secret).verify(body, headers as Record<string, string>) as {
    id: string
    type: string
    subject: { id: string }
  }

const told = (received: readonly Received[]) =>
  received.map(({ body }) => {
    const { type, subject } = JSON.parse(body)
    return `${type} ${subject.id}`
  })

const areOver = (count: number) => (deliveries: readonly ShownDelivery[]) =>
  deliveries.length === count && deliveries.every(({ status }) => status !== 'pending')

describe('What happens', () => {
  it('comes to those whom it is about, as the log has it, signed, and to nobody else', async () => {
    await using receiver = await openReceiver()
    await using stage = await openWebhookStage()
    const { app, shop } = stage
    const stranger = await app.register('provider')
    const admin = await makeAdmin(app)
    await app.database.query(`update auth.users set roles = array['admin'] where id = $1`, [admin.id])
    const secrets = new Map<string, string>()
    for (const [name, user] of Object.entries({
      customer: shop.customer,
      provider: shop.provider,
      stranger,
      admin,
    })) {
      secrets.set(`/${name}`, (await stage.call(user, `http://127.0.0.1:${receiver.port}/${name}`)).secret)
    }
    const booking = await stage.book()
    await receiver.until(3)
    const answer = await app.ask('GET', `/v1/events?topics=booking:${booking}`, {
      token: shop.customer.token,
    })
    for (const one of receiver.received) {
      assert.equal(answer.text, `{"data":[${one.body}],"next_cursor":"${answer.json().next_cursor}"}`)
      const event = verified(secrets.get(one.url) ?? '', one)
      assert.equal(one.headers['webhook-id'], event.id)
      assert.equal(event.subject.id, booking)
    }
    await delay(300)
    assert.deepEqual(receiver.received.map(({ url }) => url).sort(), ['/admin', '/customer', '/provider'])
  })

  it('comes once and in order for each booking, whichever of several nodes delivers it', async () => {
    await using receiver = await openReceiver()
    await using stage = await openWebhookStage()
    await stage.addNode()
    await stage.call(stage.shop.customer, receiver.url)
    const bookings: string[] = []
    for (let count = 0; count < 24; count++) bookings.push(await stage.book())
    await Promise.all(bookings.map((id) => stage.cancel(id)))
    await receiver.until(48)
    await delay(300)
    const all = told(receiver.received)
    assert.equal(all.length, 48)
    for (const id of bookings) {
      assert.deepEqual(
        all.filter((each) => each.endsWith(id)),
        [`booking.created ${id}`, `booking.cancelled ${id}`],
      )
    }
  })
})

describe('A delivery that fails', () => {
  it('holds back what is about the same booking and nothing else, until it arrives; its bytes never change', async () => {
    const failing = new Set<string>()
    await using receiver = await openReceiver(({ body }) =>
      failing.has(JSON.parse(body).subject.id) ? 500 : 200,
    )
    await using stage = await openWebhookStage()
    const { customer } = stage.shop
    // What is handed on before a webhook is made is no news to it.
    await using witness = await openReceiver()
    await stage.call(stage.shop.provider, witness.url)
    const first = await stage.book()
    await witness.until(1)
    failing.add(first)
    const { path, secret } = await stage.call(customer, receiver.url)
    await stage.cancel(first)
    const [failed] = await stage.deliveriesWhen(customer, path, (deliveries) =>
      deliveries.some(({ attempts }) => attempts.length > 0),
    )
    assert.deepEqual([failed?.status, failed?.attempts[0]?.status_code], ['pending', 500])
    const others: string[] = []
    for (let count = 0; count < 8; count++) others.push(await stage.book())
    await receiver.until(9)
    failing.clear()
    const { token } = customer
    await expecting(202, stage.app.ask('POST', `${path}/deliveries/${failed?.id}/replay`, { token }))
    await receiver.until(10)
    assert.deepEqual(told(receiver.received), [
      `booking.cancelled ${first}`,
      ...told(receiver.received.slice(1, 9)).filter((each) => !each.endsWith(first)),
      `booking.cancelled ${first}`,
    ])
    const [before, after] = [receiver.received[0], receiver.received[9]]
    assert(before && after)
    assert.deepEqual([after.body, after.headers['webhook-id']], [before.body, before.headers['webhook-id']])
    verified(secret, after)
    await stage.deliveriesWhen(customer, path, areOver(9))
  })

  it('is tried again by itself after some seconds', async () => {
    let asked = 0
    await using receiver = await openReceiver(() => (asked++ === 0 ? 500 : 204))
    await using stage = await openWebhookStage()
    const { customer } = stage.shop
    const { path } = await stage.call(customer, receiver.url)
    const id = await stage.book()
    await stage.cancel(id)
    await receiver.until(3)
    assert.deepEqual(told(receiver.received), [
      `booking.created ${id}`,
      `booking.created ${id}`,
      `booking.cancelled ${id}`,
    ])
    const [first, second] = receiver.received
    assert((second?.at ?? 0) - (first?.at ?? 0) >= 5_000)
    const [shown] = await stage.deliveriesWhen(customer, path, areOver(2))
    assert.deepEqual(
      shown?.attempts.map(({ status_code }) => status_code),
      [500, 204],
    )
  })

  it('waits as long as the receiver asks for, and ends the webhook where it says that it is gone', async () => {
    await using busy = await openReceiver((_, response) => {
      response.setHeader('retry-after', '3600')
      return 429
    })
    await using gone = await openReceiver(() => 410)
    await using stage = await openWebhookStage()
    const { customer, provider } = stage.shop
    const waiting = await stage.call(customer, busy.url)
    const ending = await stage.call(provider, gone.url)
    await stage.book()
    const [later] = await stage.deliveriesWhen(customer, waiting.path, ([one]) => one?.attempts.length === 1)
    const wait = Date.parse(later?.next_attempt_at ?? '') - Date.now()
    assert(wait > 3_590_000 && wait <= 3_600_000, `${wait}`)
    const [over] = await stage.deliveriesWhen(provider, ending.path, areOver(1))
    assert.equal(over?.status, 'failed')
    const read = await expecting(200, stage.app.ask('GET', ending.path, { token: provider.token }))
    assert.deepEqual([read.is_active, read.disabled_because], [false, 'gone'])
    await stage.book()
    await busy.until(2)
    await delay(300)
    assert.equal(gone.received.length, 1)
  })
})

describe('A receiver that hangs', () => {
  it('delays no other, has few requests at once, and does not hold up the end of the server', async () => {
    await using hanging = await openReceiver(() => undefined)
    await using quick = await openReceiver()
    await using stage = await openWebhookStage()
    await stage.call(stage.shop.customer, hanging.url)
    for (let count = 0; count < 40; count++) await stage.book()
    await hanging.until(4)
    await stage.call(stage.shop.provider, quick.url)
    for (let count = 0; count < 8; count++) {
      const begun = Date.now()
      await stage.book()
      const received = await quick.until(count + 1)
      const late = (received[count]?.at ?? 0) - begun
      assert(late < 3_000, `${late} ms`)
    }
    assert.equal(hanging.connections(), 4)
    const took = await stage.stop()
    assert(took < 10_000, `${took} ms`)
  })
})

describe('An owner whose every receiver hangs', () => {
  it('keeps nobody else waiting, and has eight requests at once over all webhooks', async () => {
    await using hanging = await openReceiver(() => undefined)
    await using quick = await openReceiver()
    await using stage = await openWebhookStage()
    const { customer, provider } = stage.shop
    for (let count = 0; count < 20; count++) await stage.call(customer, hanging.url)
    for (let count = 0; count < 8; count++) await stage.book()
    await hanging.until(8)
    await stage.call(provider, quick.url)
    for (let count = 0; count < 4; count++) {
      const begun = Date.now()
      await stage.book()
      const received = await quick.until(count + 1)
      const late = (received[count]?.at ?? 0) - begun
      assert(late < 2_000, `${late} ms`)
    }
    assert.equal(hanging.connections(), 8)
    const took = await stage.stop()
    assert(took < 3_000, `${took} ms`)
  })
})

describe('A webhook', () => {
  it('is pinged by the way of every delivery, and signed with two secrets after a rotation', async () => {
    await using receiver = await openReceiver()
    await using stage = await openWebhookStage()
    const { customer } = stage.shop
    const { token } = customer
    const { path, secret } = await stage.call(customer, receiver.url)
    const { event_id: pinged } = await expecting(202, stage.app.ask('POST', `${path}/ping`, { token }))
    const [ping] = await receiver.until(1)
    assert(ping)
    assert.deepEqual([verified(secret, ping).type, ping.headers['webhook-id']], ['webhook.ping', pinged])
    const { secret: next } = await expecting(200, stage.app.ask('POST', `${path}/rotate-secret`, { token }))
    await stage.book()
    const [, event] = await receiver.until(2)
    assert(event)
    for (const each of [secret, next]) verified(each, event)
    const text = `update auth.webhook_secrets set previous_ends_at = now()`
    await stage.app.database.query(text)
    await stage.book()
    const [, , last] = await receiver.until(3)
    assert(last)
    verified(next, last)
    assert.throws(() => verified(secret, last))
  })

  it('is pinged at once, whatever became of the pings before', async () => {
    await using receiver = await openReceiver((_, response) => {
      response.setHeader('retry-after', '3600')
      return 503
    })
    await using stage = await openWebhookStage()
    const { customer } = stage.shop
    const { path } = await stage.call(customer, receiver.url)
    for (const count of [1, 2, 3]) {
      const pinging = stage.app.ask('POST', `${path}/ping`, { token: customer.token })
      const { event_id: pinged } = await expecting(202, pinging)
      const received = await receiver.until(count)
      assert.equal(received[count - 1]?.headers['webhook-id'], pinged)
    }
  })

  it('of someone who is deactivated, or that is deleted, hears of nothing more', async () => {
    await using receiver = await openReceiver()
    await using witness = await openReceiver()
    await using stage = await openWebhookStage()
    const { customer, provider } = stage.shop
    const { path } = await stage.call(customer, receiver.url)
    await stage.call(customer, witness.url)
    await stage.call(provider, receiver.url)
    await expecting(204, stage.app.ask('DELETE', path, { token: customer.token }))
    const text = 'update auth.users set deactivated_at = now() where id = $1'
    await stage.app.database.query(text, [provider.id])
    const id = await stage.book().catch(() => null)
    assert.equal(id, null, 'nobody books with a provider who is deactivated')
    await stage.app.database.query('update auth.users set deactivated_at = null where id = $1', [provider.id])
    const booking = await stage.book()
    await receiver.until(1)
    await stage.app.database.query(text, [provider.id])
    await stage.cancel(booking)
    await witness.until(2)
    await delay(300)
    assert.deepEqual(told(receiver.received), [`booking.created ${booking}`])
  })
})
