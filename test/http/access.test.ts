import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { accessTable, BAD_TOKENS, type Caller, callersOf, routesOf } from './support/access-table.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import {
  addService,
  everyDay,
  expecting,
  haircut,
  makeAdmin,
  makeDeactivated,
  openShop,
  type Shop,
} from './support/shop.ts'
import { badTokens, forgeToken } from './support/tokens.ts'

let app: ContractApp
let shop: Shop
let confirmedServiceId: string
let held: string | undefined
let called: string | undefined
let forgetful: string
let tokens: Readonly<Record<Caller, string | undefined>>
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
  forgetful = (await app.register('customer')).id
  confirmedServiceId = await addService(app, shop.provider, { requires_confirmation: true })
  tokens = {
    nobody: undefined,
    customer: shop.customer.token,
    'other customer': (await app.register('customer')).token,
    provider: shop.provider.token,
    'other provider': (await app.register('provider')).token,
    admin: (await makeAdmin(app)).token,
    deactivated: (await makeDeactivated(app)).token,
    ...badTokens(shop.customer.id),
  }
})
after(() => app[Symbol.asyncDispose]())

let slots = 0
/** A start that nobody has booked yet: the hours of one day after the other. */
const nextStart = () => {
  const hour = slots++
  return new Date(Date.UTC(2026, 0, 6 + Math.floor(hour / 8), 9 + (hour % 8))).toISOString()
}

const newBooking = async () => (await expecting(201, shop.book(nextStart()))).id

/** A booking that waits for the provider's yes. */
const newRequest = async () =>
  (await expecting(201, shop.book(nextStart(), { service_id: confirmedServiceId }))).id

/** A hold of the customer, in place of the one before: a user may have few. */
const newHold = async () => {
  const { token } = shop.customer
  if (held !== undefined) await app.ask('DELETE', `/v1/holds/${held}`, { token })
  const body = { service_id: shop.serviceId, start: nextStart() }
  held = (await expecting(201, app.ask('POST', '/v1/holds', { token, body }))).id
  return held
}

const farAway = { start: '2026-12-01T00:00:00Z', end: '2026-12-02T00:00:00Z' }
const newTimeOff = async () => {
  const { id, token } = shop.provider
  const url = `/v1/providers/${id}/time-off`
  return `${url}/${(await expecting(201, app.ask('POST', url, { token, body: farAway }))).id}`
}

const webhookBody = { url: 'https://receiver.example/hooks', types: ['booking.created'] }

/** A webhook of the customer, in place of the one before: a user may have few. */
const newWebhook = async () => {
  const { token } = shop.customer
  if (called !== undefined) await app.ask('DELETE', called, { token })
  called = `/v1/webhooks/${(await expecting(201, app.ask('POST', '/v1/webhooks', { token, body: webhookBody }))).id}`
  return called
}

/** Something that was sent to it. */
const newDelivery = async () => {
  const url = await newWebhook()
  const { token } = shop.customer
  await expecting(202, app.ask('POST', `${url}/ping`, { token }))
  const { data } = await expecting(200, app.ask('GET', `${url}/deliveries`, { token }))
  return `${url}/deliveries/${data[0].id}`
}

const trainerNumber = async () =>
  (await expecting(200, app.ask('GET', `/v1/providers/${shop.provider.id}`))).number as number

/** The next free slot in the words of the booking service. */
const newVisit = () => {
  const start = nextStart()
  return {
    provider_id: shop.provider.id,
    service_id: shop.serviceId,
    start_time: start,
    end_time: new Date(Date.parse(start) + 3_600_000).toISOString(),
  }
}

/** The next free slot in the words of the gym, whose zone is UTC. */
const newSession = async () => {
  const start = nextStart()
  const end = new Date(Date.parse(start) + 3_600_000).toISOString()
  const [session_date, start_time, end_time] = [start.slice(0, 10), start.slice(11, 16), end.slice(11, 16)]
  return { trainer_id: await trainerNumber(), session_date, start_time, end_time }
}

let addresses = 0
const newPerson = () => ({
  email: `person-${++addresses}@example.com`,
  password: 'correct horse',
  role: 'customer',
  first_name: 'Ada',
  last_name: 'Byron',
})

const newRefreshToken = async () => {
  const body = { email: shop.customer.email, password: 'correct horse' }
  return (await expecting(200, app.ask('POST', '/v1/auth/login', { body }))).refresh_token
}

/** As the mail would have it, of somebody whose sessions nobody else needs. */
const newResetToken = async () => {
  const token = `token-${++addresses}`
  const text = `
    insert into password_reset_tokens (token_hash, user_id, email, created_at, expires_at)
    select sha256($1), id, email, now(), now() + interval '1 hour'
    from auth.users
    where id = $2
  `
  await app.database.query(text, [Buffer.from(token), forgetful])
  return token
}

/** Another user like the caller, where the request is the end of whoever sends it. */
const tokenFor = async (route: string, caller: Caller) => {
  const isLetIn = !['nobody', 'deactivated', ...BAD_TOKENS].includes(caller)
  if (route !== 'DELETE /v1/me' || !isLetIn) return tokens[caller]
  const other =
    caller === 'admin' ? makeAdmin(app) : app.register(caller.endsWith('provider') ? 'provider' : 'customer')
  return (await other).token
}

/** What to send where a path or a body is needed; everything is new each time, so that no answer changes the next. */
const requests: Readonly<Record<string, () => Promise<{ url?: string; payload?: object }>>> = {
  'POST /v1/auth/register': async () => ({ payload: newPerson() }),
  'POST /v1/auth/login': async () => ({
    payload: { email: shop.customer.email, password: 'correct horse' },
  }),
  'POST /v1/auth/refresh': async () => ({ payload: { refresh_token: await newRefreshToken() } }),
  'POST /v1/auth/logout': async () => ({ payload: { refresh_token: await newRefreshToken() } }),
  'POST /v1/auth/password-reset': async () => ({ payload: { email: shop.customer.email } }),
  'POST /v1/auth/password-reset/confirm': async () => ({
    payload: { token: await newResetToken(), password: 'correct horse' },
  }),
  'PATCH /v1/me': async () => ({ payload: { address: `${++addresses} Main Street` } }),
  'GET /v1/users/:id': async () => ({ url: `/v1/users/${shop.customer.id}` }),
  'PATCH /v1/users/:id': async () => ({ url: `/v1/users/${shop.customer.id}`, payload: { is_active: true } }),
  'POST /v1/services': async () => ({ payload: haircut }),
  'GET /v1/services/:id': async () => ({ url: `/v1/services/${shop.serviceId}` }),
  'PATCH /v1/services/:id': async () => ({
    url: `/v1/services/${shop.serviceId}`,
    payload: { description: 'Short.' },
  }),
  'DELETE /v1/services/:id': async () => ({ url: `/v1/services/${await addService(app, shop.provider)}` }),
  'GET /v1/providers/:id': async () => ({ url: `/v1/providers/${shop.provider.id}` }),
  'GET /v1/providers/:id/schedule': async () => ({ url: `/v1/providers/${shop.provider.id}/schedule` }),
  'PUT /v1/providers/:id/schedule': async () => ({
    url: `/v1/providers/${shop.provider.id}/schedule`,
    payload: { time_zone: 'UTC', weekly_hours: everyDay('09:00-17:00') },
  }),
  'PUT /v1/providers/:id/schedule/overrides/:date': async () => ({
    url: `/v1/providers/${shop.provider.id}/schedule/overrides/2026-02-01`,
    payload: { hours: [] },
  }),
  'DELETE /v1/providers/:id/schedule/overrides/:date': async () => ({
    url: `/v1/providers/${shop.provider.id}/schedule/overrides/2026-02-01`,
  }),
  'POST /v1/providers/:id/time-off': async () => ({
    url: `/v1/providers/${shop.provider.id}/time-off`,
    payload: farAway,
  }),
  'GET /v1/providers/:id/time-off': async () => ({ url: `/v1/providers/${shop.provider.id}/time-off` }),
  'GET /v1/providers/:id/time-off/:time_off_id': async () => ({ url: await newTimeOff() }),
  'DELETE /v1/providers/:id/time-off/:time_off_id': async () => ({ url: await newTimeOff() }),
  'GET /v1/availability/next': async () => ({ url: `/v1/availability/next?service_id=${shop.serviceId}` }),
  'GET /v1/availability': async () => ({
    url: `/v1/availability?service_id=${shop.serviceId}&from=2026-01-06&to=2026-01-07`,
  }),
  'GET /v1/providers/:id/days/:date': async () => ({
    url: `/v1/providers/${shop.provider.id}/days/2026-01-06?service_id=${shop.serviceId}`,
  }),
  'POST /v1/bookings': async () => ({ payload: { service_id: shop.serviceId, start: nextStart() } }),
  'GET /v1/bookings/:id': async () => ({ url: `/v1/bookings/${await newBooking()}` }),
  'GET /v1/bookings/:id/history': async () => ({ url: `/v1/bookings/${await newBooking()}/history` }),
  'PATCH /v1/bookings/:id': async () => ({
    url: `/v1/bookings/${await newBooking()}`,
    payload: { notes: 'Ring twice.' },
  }),
  'POST /v1/bookings/:id/confirm': async () => ({ url: `/v1/bookings/${await newRequest()}/confirm` }),
  'POST /v1/bookings/:id/decline': async () => ({ url: `/v1/bookings/${await newRequest()}/decline` }),
  'POST /v1/bookings/:id/cancel': async () => ({ url: `/v1/bookings/${await newBooking()}/cancel` }),
  'POST /v1/bookings/:id/complete': async () => ({ url: `/v1/bookings/${await newBooking()}/complete` }),
  'POST /v1/bookings/:id/no-show': async () => ({ url: `/v1/bookings/${await newBooking()}/no-show` }),
  'POST /v1/bookings/:id/reschedule': async () => ({
    url: `/v1/bookings/${await newBooking()}/reschedule`,
    payload: { start: nextStart() },
  }),
  'POST /v1/holds': async () => ({ payload: { service_id: shop.serviceId, start: nextStart() } }),
  'GET /v1/holds/:id': async () => ({ url: `/v1/holds/${await newHold()}` }),
  'DELETE /v1/holds/:id': async () => ({ url: `/v1/holds/${await newHold()}` }),
  'GET /v1/events': async () => ({ url: `/v1/events?topics=availability:${shop.provider.id}` }),
  'POST /v1/webhooks': async () => ({ payload: webhookBody }),
  'GET /v1/webhooks/:id': async () => ({ url: await newWebhook() }),
  'PATCH /v1/webhooks/:id': async () => ({ url: await newWebhook(), payload: { description: 'Mine.' } }),
  'DELETE /v1/webhooks/:id': async () => ({ url: await newWebhook() }),
  'POST /v1/webhooks/:id/rotate-secret': async () => ({ url: `${await newWebhook()}/rotate-secret` }),
  'POST /v1/webhooks/:id/ping': async () => ({ url: `${await newWebhook()}/ping` }),
  'GET /v1/webhooks/:id/deliveries': async () => ({ url: `${await newWebhook()}/deliveries` }),
  'POST /v1/webhooks/:id/deliveries/:delivery_id/replay': async () => ({
    url: `${await newDelivery()}/replay`,
  }),
  'POST /bookings': async () => ({ payload: newVisit() }),
  'GET /bookings/:id': async () => ({ url: `/bookings/${await newBooking()}` }),
  'POST /api/users/register': async () => ({ payload: newPerson() }),
  'GET /api/users/profile/:userId': async () => ({ url: `/api/users/profile/${shop.customer.id}` }),
  'POST /api/members/book-training-session': async () => ({ payload: await newSession() }),
  'GET /api/members/trainers/:trainerId/schedule/:date': async () => ({
    url: `/api/members/trainers/${await trainerNumber()}/schedule/2026-01-06`,
  }),
  'GET /api/members/trainers/:trainerId/schedule': async () => ({
    url: `/api/members/trainers/${await trainerNumber()}/schedule`,
  }),
  'GET /problems/:code': async () => ({ url: '/problems/slot-taken' }),
  'GET /docs/*': async () => ({ url: '/docs/static/swagger-ui.css' }),
}

const call = async (route: string, caller: Caller, asHead = false) => {
  const [method = '', path = ''] = route.split(' ')
  const request = await (requests[route] ?? (async () => ({})))()
  const token = await tokenFor(route, caller)
  const sent: InjectOptions = {
    method: (asHead ? 'HEAD' : method) as 'GET',
    url: path,
    ...request,
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
  }
  return (await app.send(sent)).status
}

test('every route of the application is in the table, and nothing else', () => {
  const routes = routesOf(app.application.app.printRoutes({ commonPrefix: false }))
  const known = Object.keys(accessTable)
  const heads = known.filter((route) => route.startsWith('GET ')).map((route) => route.replace('GET', 'HEAD'))
  assert.deepEqual(routes.sort(), [...known, ...heads].sort())
})

for (const [route, row] of Object.entries(accessTable)) {
  test(`${route} is for whom the table says`, async () => {
    const callers = callersOf(row)
    const expected = callers.map(({ caller, status }) => `${caller}: ${status}`)
    const seen: string[] = []
    for (const { caller } of callers) seen.push(`${caller}: ${await call(route, caller)}`)
    assert.deepEqual(seen, expected)
    if (!route.startsWith('GET ')) return
    const heads: string[] = []
    for (const { caller } of callers) heads.push(`${caller}: ${await call(route, caller, true)}`)
    assert.deepEqual(heads, expected)
  })
}

test('whoever is not let in would be, were it not for the one thing that is wrong', async () => {
  const { id } = shop.customer
  const isLetIn = async (token: string) => (await app.ask('GET', '/v1/bookings', { token })).status === 200
  assert(await isLetIn(forgeToken({ claims: { sub: id } })))
  for (const kind of BAD_TOKENS) assert(!(await isLetIn(badTokens(id)[kind])), kind)
  const { id: deactivated, token } = await makeDeactivated(app)
  assert(!(await isLetIn(token)))
  await app.database.query('update auth.users set deactivated_at = null where id = $1', [deactivated])
  assert(await isLetIn(token))
})
