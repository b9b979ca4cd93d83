import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Ask } from '../support/app.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed } from './support/problem.ts'
import { countRows } from './support/row-counts.ts'
import { expecting, haircut, openShop, type Shop } from './support/shop.ts'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
})
after(() => app[Symbol.asyncDispose]())

const NUL = 'a\0b'
const LONE = 'a\ud800b'

const person = {
  email: 'ada@example.com',
  password: 'correct horse',
  role: 'customer',
  first_name: 'Ada',
  last_name: 'Byron',
}

interface Door {
  readonly method: 'POST' | 'PUT' | 'PATCH'
  readonly url: (of: Shop) => string
  readonly token?: (of: Shop) => string
  readonly body: (of: Shop) => object
  /** Where the body has texts, each as the names that lead to it. */
  readonly texts: readonly string[]
}

/** The body with a text in place of the value at a pointer. */
const withText = (body: object, pointer: string, text: string): object => {
  const [name = '', ...rest] = pointer.split('/').slice(1)
  const inner = (body as Record<string, object>)[name] ?? {}
  const value = rest.length === 0 ? text : withText(inner, `/${rest.join('/')}`, text)
  return Array.isArray(body) ? [value] : { ...body, [name]: value }
}

const doors: Readonly<Record<string, Door>> = {
  register: {
    method: 'POST',
    url: () => '/v1/auth/register',
    body: () => person,
    texts: [
      'email',
      'password',
      'role',
      'first_name',
      'last_name',
      'phone_number',
      'account_type',
      'address',
      'time_zone',
    ],
  },
  login: { method: 'POST', url: () => '/v1/auth/login', body: () => person, texts: ['email', 'password'] },
  'a new service': {
    method: 'POST',
    url: () => '/v1/services',
    token: ({ provider }) => provider.token,
    body: () => ({ ...haircut, images: [] }),
    texts: ['title', 'description', 'category', 'price/amount', 'price/currency', 'images/0'],
  },
  'a changed service': {
    method: 'PATCH',
    url: ({ serviceId }) => `/v1/services/${serviceId}`,
    token: ({ provider }) => provider.token,
    body: () => ({}),
    texts: ['title', 'description', 'category'],
  },
  'a schedule': {
    method: 'PUT',
    url: ({ provider }) => `/v1/providers/${provider.id}/schedule`,
    token: ({ provider }) => provider.token,
    body: () => ({
      time_zone: 'UTC',
      weekly_hours: {},
      breaks: { monday: [{ start: '09:00', end: '10:00' }] },
    }),
    texts: ['time_zone'],
  },
  'an override': {
    method: 'PUT',
    url: ({ provider }) => `/v1/providers/${provider.id}/schedule/overrides/2026-01-06`,
    token: ({ provider }) => provider.token,
    body: () => ({ hours: [] }),
    texts: ['reason'],
  },
  'time off': {
    method: 'POST',
    url: ({ provider }) => `/v1/providers/${provider.id}/time-off`,
    token: ({ provider }) => provider.token,
    body: () => ({ start: '2026-01-06T09:00:00Z', end: '2026-01-06T10:00:00Z' }),
    texts: ['start', 'end', 'reason'],
  },
  'a booking': {
    method: 'POST',
    url: () => '/v1/bookings',
    token: ({ customer }) => customer.token,
    body: ({ serviceId }) => ({ service_id: serviceId, start: '2026-01-06T09:00:00Z', metadata: {} }),
    texts: ['service_id', 'start', 'notes', 'metadata/text'],
  },
}

for (const [name, { method, url, token, body, texts }] of Object.entries(doors)) {
  test(`${name} with a NUL byte or half a surrogate pair in any text is refused, and nothing is written`, async () => {
    const counts = await countRows(app.database)
    for (const pointer of texts) {
      for (const text of [NUL, LONE]) {
        const ask: Ask = {
          body: withText(body(shop), `/${pointer}`, text),
          ...(token && { token: token(shop) }),
        }
        assertMalformed(await app.ask(method, url(shop), ask), `/${pointer} unkeepable-text`)
      }
    }
    assert.deepEqual(await countRows(app.database), counts)
  })
}

test('the names and depths of metadata are held to it as well', async () => {
  const counts = await countRows(app.database)
  const refused = (metadata: object) => shop.book('2026-01-06T09:00:00Z', { metadata })
  for (const text of [NUL, LONE, '\udc00']) {
    assertMalformed(await refused({ [text]: 1 }), '/metadata unkeepable-text')
    assertMalformed(
      await refused({ a: { 'b/c~': [1, { [text]: 1 }] } }),
      '/metadata/a/b~1c~0/1 unkeepable-text',
    )
    assertMalformed(
      await refused({ a: [text, 'fine', text] }),
      '/metadata/a/0 unkeepable-text',
      '/metadata/a/2 unkeepable-text',
    )
  }
  assert.deepEqual(await countRows(app.database), counts)
})

test('a reason of a cancellation and the label of a break are held to it', async () => {
  const { id } = await expecting(201, shop.book('2026-01-06T10:00:00Z'))
  const counts = await countRows(app.database)
  const breaks = { monday: [{ start: '09:00', end: '10:00', label: NUL }] }
  const schedule = { time_zone: 'UTC', weekly_hours: {}, breaks }
  const { provider, customer } = shop
  assertMalformed(
    await app.ask('PUT', `/v1/providers/${provider.id}/schedule`, { token: provider.token, body: schedule }),
    '/breaks/monday/0/label unkeepable-text',
  )
  assertMalformed(
    await app.ask('POST', `/v1/bookings/${id}/cancel`, { token: customer.token, body: { reason: LONE } }),
    '/reason unkeepable-text',
  )
  assert.deepEqual(await countRows(app.database), counts)
})

test('whole surrogate pairs, control characters and every script are kept', async () => {
  const notes = '😀 \u0001\u001f\u007f\u0085 ﷽ нет 中文 \u202e \ufffe'
  const { id } = await expecting(
    201,
    shop.book('2026-01-06T11:00:00Z', { notes, metadata: { [notes]: notes } }),
  )
  const { token } = shop.customer
  const booking = await expecting(200, app.ask('GET', `/v1/bookings/${id}`, { token }))
  assert.deepEqual([booking.notes, booking.metadata], [notes, { [notes]: notes }])
})
