import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { countRows } from './support/row-counts.ts'
import { expecting, makeAdmin, openShop, readPages, type Shop } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'
const NOW = '2026-01-05T08:00:00Z'
const VERBS = ['confirm', 'decline', 'cancel', 'complete', 'no-show'] as const

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp(NOW)
  shop = await openShop(app, { service: { requires_confirmation: true, cancellation_window_minutes: 60 } })
})
after(() => app[Symbol.asyncDispose]())

let days = 6
/** A booking that waits for the provider's yes, on a day of its own. */
async function newRequest() {
  const day = new Date(Date.UTC(2026, 0, days++)).toISOString().slice(0, 10)
  return expecting(201, shop.book(`${day}T09:00:00Z`))
}

const change = (id: string, verb: string, token = shop.provider.token, body?: object, headers = {}) =>
  app.ask('POST', `/v1/bookings/${id}/${verb}`, { token, headers, ...(body && { body }) })

const history = (id: string, token: string) => app.ask('GET', `/v1/bookings/${id}/history`, { token })

test('a booking lives: asked for, confirmed, moved, annotated, completed, and its history has all of it', async () => {
  const { customer, provider } = shop
  const booking = await newRequest()
  const url = `/v1/bookings/${booking.id}`
  assert.equal((await expecting(200, change(booking.id, 'confirm'))).status, 'confirmed')
  const start = booking.start.replace('T09', 'T11')
  const moved = await expecting(200, change(booking.id, 'reschedule', customer.token, { start }))
  assert.deepEqual([moved.id, moved.number, moved.version], [booking.id, booking.number, 3])
  const notes = { notes: 'Ring twice.' }
  await expecting(200, app.ask('PATCH', url, { token: customer.token, body: notes }))
  app.setNow(start)
  const done = await change(booking.id, 'complete', provider.token, { reason: 'Paid in cash.' })
  app.setNow(NOW)
  assert.equal(done.headers.etag, '"5"')
  assert.deepEqual(done.json(), {
    ...moved,
    ...notes,
    status: 'completed',
    version: 5,
    updated_at: start,
  })
  const old = { start: booking.start, end: booking.end }
  const now = { start, end: moved.end }
  const byCustomer = { actor_id: customer.id, acted_as: 'customer', occurred_at: NOW }
  const byProvider = { actor_id: provider.id, acted_as: 'provider', occurred_at: NOW }
  const { data } = await expecting(200, history(booking.id, customer.token))
  assert.deepEqual(data, [
    { version: 1, change: 'booking.created', status: 'pending', ...old, ...byCustomer },
    { version: 2, change: 'booking.confirmed', status: 'confirmed', ...old, ...byProvider },
    { version: 3, change: 'booking.rescheduled', status: 'confirmed', ...now, ...byCustomer },
    { version: 4, change: 'booking.updated', status: 'confirmed', ...now, ...byCustomer },
    {
      ...{ version: 5, change: 'booking.completed', status: 'completed', ...now, ...byProvider },
      ...{ reason: 'Paid in cash.', occurred_at: start },
    },
  ])
  for (const { token } of [provider, await makeAdmin(app)]) {
    assert.deepEqual(await expecting(200, history(booking.id, token)), { data, next_cursor: null })
  }
  for (const limit of [1, 2, 4, 5]) {
    assert.deepEqual(await readPages(app, `${url}/history`, limit, { token: customer.token }), data)
  }
  const cursorOf = (...key: readonly [value: string, id: string]) =>
    Buffer.from(JSON.stringify(key)).toString('base64url')
  for (const [query, fault] of [
    ['limit=0', '/limit minimum'],
    [`cursor=${cursorOf('x', booking.id)}`, '/cursor format'],
    [`cursor=${cursorOf('1', customer.id)}`, '/cursor format'],
    ['page=2', '/page unknown-field'],
  ] as const) {
    assertMalformed(await app.ask('GET', `${url}/history?${query}`, { token: customer.token }), fault)
  }
})

/** What leads to each state, and the verbs that are possible in it. */
const STATES: Readonly<Record<string, readonly [made: readonly string[], possible: readonly string[]]>> = {
  pending: [[], ['confirm', 'decline', 'cancel']],
  confirmed: [['confirm'], ['cancel', 'complete', 'no-show']],
  completed: [['confirm', 'complete'], []],
  no_show: [['confirm', 'no-show'], []],
  cancelled: [['decline'], []],
}

for (const [state, [made, possible]] of Object.entries(STATES)) {
  test(`what a ${state} booking does not allow is refused with its state, and changes nothing`, async () => {
    const booking = await newRequest()
    for (const verb of made) {
      app.setNow(verb === 'confirm' ? NOW : booking.start)
      await expecting(200, change(booking.id, verb))
    }
    const rows = await countRows(app.database)
    for (const verb of VERBS) {
      if (possible.includes(verb)) continue
      assertProblem(await change(booking.id, verb), 409, 'invalid-transition', { booking_status: state })
    }
    if (possible.length === 0) {
      const start = booking.start.replace('T09', 'T12')
      const moved = await change(booking.id, 'reschedule', shop.provider.token, { start })
      assertProblem(moved, 409, 'invalid-transition', { booking_status: state })
    }
    assert.deepEqual(await countRows(app.database), rows)
    app.setNow(NOW)
  })
}

test('only in its time: confirmed before the start, completed or missed from it on', async () => {
  const { id, start } = await newRequest()
  app.setNow(start)
  assertProblem(await change(id, 'confirm'), 422, 'started-already', { start, now: start })
  app.setNow(NOW)
  await expecting(200, change(id, 'confirm'))
  for (const verb of ['complete', 'no-show']) {
    assertProblem(await change(id, verb), 422, 'not-started-yet', { start, now: NOW })
  }
  app.setNow(start)
  assert.equal((await expecting(200, change(id, 'no-show'))).status, 'no_show')
  app.setNow(NOW)
})

test('a decline says who and why, and frees the slot', async () => {
  const { id, start } = await newRequest()
  const declined = await expecting(200, change(id, 'decline', shop.provider.token, { reason: 'Full.' }))
  assert.deepEqual(
    [declined.status, declined.cancelled_by, declined.cancellation_reason],
    ['cancelled', 'provider', 'Full.'],
  )
  await expecting(201, shop.book(start))
})

test('to a stranger there is no booking, whatever is asked of it; the customer only may not', async () => {
  const { id, start } = await newRequest()
  const { token } = await app.register('provider')
  const rows = await countRows(app.database)
  for (const [verb, body] of [
    ...VERBS.map((verb) => [verb, {}] as const),
    ['reschedule', { start }],
  ] as const) {
    assertProblem(await change(id, verb, token, body), 404, 'booking-not-found')
    assertProblem(await change(UNKNOWN, verb, token, body), 404, 'booking-not-found')
    assertMalformed(await change('7', verb, token, body), '/id format')
  }
  const notes = { notes: 'mine' }
  assertProblem(
    await app.ask('PATCH', `/v1/bookings/${id}`, { token, body: notes }),
    404,
    'booking-not-found',
  )
  assertProblem(await history(id, token), 404, 'booking-not-found')
  for (const verb of ['confirm', 'decline', 'complete', 'no-show']) {
    assertProblem(await change(id, verb, shop.customer.token), 403, 'forbidden')
  }
  assert.deepEqual(await countRows(app.database), rows)
})

test('only the version that the client names is changed, by whatever way', async () => {
  const { id, start } = await newRequest()
  const url = `/v1/bookings/${id}`
  const { token } = shop.provider
  const stale = { 'if-match': '"7"' }
  const rows = await countRows(app.database)
  for (const verb of VERBS) {
    assertProblem(await change(id, verb, token, {}, stale), 412, 'version-mismatch', { version: 1 })
  }
  assertProblem(await change(id, 'reschedule', token, { start }, stale), 412, 'version-mismatch', {
    version: 1,
  })
  const patch = (tag: string) =>
    app.ask('PATCH', url, { token, body: { notes: 'x' }, headers: { 'if-match': tag } })
  assertProblem(await patch('"7"'), 412, 'version-mismatch', { version: 1 })
  for (const tag of ['7', 'W/"1"', '"1", "2"', '""', '"01"']) {
    assertMalformed(await patch(tag), '/headers/if-match format')
  }
  assert.deepEqual(await countRows(app.database), rows)
  assert.equal((await patch('"1"')).headers.etag, '"2"')
  await expecting(200, change(id, 'confirm', token, {}, { 'if-match': '"2"' }))
  await expecting(200, change(id, 'cancel', token, {}, { 'if-match': '*' }))
})

test('of two who change the version that they have read, the second is told', async () => {
  const { id } = await newRequest()
  const tag = { 'if-match': '"1"' }
  const answers = await Promise.all([
    change(id, 'confirm', shop.provider.token, {}, tag),
    change(id, 'cancel', shop.customer.token, {}, tag),
    change(id, 'decline', shop.provider.token, {}, tag),
  ])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412])
})

test('remarks that say nothing new make no version, no history and no event, and keep their answer', async () => {
  const { id } = await newRequest()
  const { token } = shop.customer
  const patch = (body: object, headers = {}) =>
    app.ask('PATCH', `/v1/bookings/${id}`, { token, body, headers })
  await expecting(200, patch({ notes: 'Ring.', metadata: { a: { b: [1, null] }, c: 'd' } }))
  const rows = await countRows(app.database)
  for (const body of [
    { notes: 'Ring.' },
    { metadata: { c: 'd', a: { b: [1, null] } } },
    { notes: 'Ring.', metadata: { a: { b: [1, null] }, c: 'd' } },
  ]) {
    const same = await patch(body, { 'if-match': '"2"' })
    assert.deepEqual([same.status, same.headers.etag, same.json().version], [200, '"2"', 2])
  }
  assert.deepEqual(await countRows(app.database), rows)
  const key = { 'idempotency-key': 'the same again' }
  const first = await patch({ notes: 'Ring.' }, key)
  assert.equal(
    (await expecting(200, patch({ notes: 'Knock.', metadata: { a: { b: [null, 1] } } }))).version,
    3,
  )
  const again = await patch({ notes: 'Ring.' }, key)
  assert.deepEqual([again.text, again.headers['idempotency-replayed']], [first.text, 'true'])
  const { notes, version } = await expecting(200, app.ask('GET', `/v1/bookings/${id}`, { token }))
  assert.deepEqual([notes, version], ['Knock.', 3])
})

test('remarks are replaced one by one, in whatever state; nothing else can be changed', async () => {
  const { id } = await newRequest()
  const { token } = shop.customer
  const patch = (body: object) => app.ask('PATCH', `/v1/bookings/${id}`, { token, body })
  const said = async (body: object) => {
    const { notes, metadata } = await expecting(200, patch(body))
    return [notes, metadata]
  }
  assert.deepEqual(await said({ notes: 'Ring.', metadata: { a: 1 } }), ['Ring.', { a: 1 }])
  assert.deepEqual(await said({ metadata: {} }), ['Ring.', {}])
  assert.deepEqual(await said({ notes: null }), [null, {}])
  await expecting(200, change(id, 'cancel', token))
  assert.deepEqual(await said({ notes: 'Sorry.' }), ['Sorry.', {}])
  assertMalformed(await patch({ status: 'confirmed' }), '/status unknown-field')
  assertMalformed(await patch({ notes: 'x'.repeat(2_001) }), '/notes maxLength')
  assertMalformed(await patch({ metadata: { text: 'x'.repeat(16_384) } }), '/metadata invalid')
  const deep = JSON.parse(`${'{"a":'.repeat(9)}1${'}'.repeat(9)}`)
  assertMalformed(await patch({ metadata: deep }), `/metadata${'/a'.repeat(8)} too-deep`)
})
