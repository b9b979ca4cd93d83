import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type ContractApp, openContractApp } from '../http/support/contract.ts'
import { addService, expecting, makeAdmin, openShop, type Shop } from '../http/support/shop.ts'
import type { TestUser } from '../support/app.ts'

let app: ContractApp
let shop: Shop
let admin: TestUser
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
  admin = await makeAdmin(app)
})
after(() => app[Symbol.asyncDispose]())

let days = 6
const nextDay = () => `2026-01-${String(days++).padStart(2, '0')}`

const request = (day: string, more: object = {}) => ({
  provider_id: shop.provider.id,
  service_id: shop.serviceId,
  start_time: `${day}T10:00:00Z`,
  end_time: `${day}T11:00:00Z`,
  ...more,
})

const post = (body: unknown, { token } = shop.customer) => app.ask('POST', '/bookings', { token, body })
const get = (path: string, { token }: Pick<TestUser, 'token'>) => app.ask('GET', path, { token })

/** Every row that a booking would have made. */
const written = async () =>
  (
    await app.database.query<{ rows: number }>(
      'select (select count(*) from bookings)::integer + (select count(*) from events)::integer as rows',
    )
  )[0]?.rows

describe('The door of the booking service', () => {
  it('books a slot, and answers and reads it in its own words', async () => {
    const day = nextDay()
    const answer = await post(request(day))
    assert.equal(answer.status, 201)
    const { id, ...rest } = answer.json()
    assert.deepEqual(rest, {
      user_id: shop.customer.id,
      provider_id: shop.provider.id,
      service_id: shop.serviceId,
      start_time: `${day}T10:00:00Z`,
      end_time: `${day}T11:00:00Z`,
      status: 'confirmed',
      created_at: '2026-01-05T08:00:00Z',
    })
    assert.equal(answer.headers.location, `/bookings/${id}`)
    assert.deepEqual(await expecting(200, get(`/bookings/${id}`, shop.provider)), answer.json())
    const { customer_id, start, end } = await expecting(200, get(`/v1/bookings/${id}`, shop.customer))
    assert.deepEqual([customer_id, start, end], [shop.customer.id, rest.start_time, rest.end_time])
  })

  it('takes the same instants with another offset', async () => {
    const day = nextDay()
    const times = { start_time: `${day}T12:00:00+02:00`, end_time: `${day}T05:00:00-06:00` }
    assert.equal((await expecting(201, post(request(day, times)))).end_time, `${day}T11:00:00Z`)
  })

  it('sells a slot once, to either door', async () => {
    const day = nextDay()
    await expecting(201, post(request(day)))
    assert.equal((await expecting(409, post(request(day)))).code, 'slot-taken')
    assert.equal((await expecting(409, shop.book(`${day}T10:00:00Z`))).code, 'slot-taken')
  })

  it('refuses another end and another provider than the service has, both at once, and writes nothing', async () => {
    const before = await written()
    const day = nextDay()
    const refused = async (more: object) =>
      (await expecting(422, post(request(day, more)))).errors.map(({ field }: { field: string }) => field)
    assert.deepEqual(await refused({ end_time: `${day}T10:59:00Z` }), ['/end_time'])
    assert.deepEqual(await refused({ end_time: `${day}T10:00:00Z` }), ['/end_time'])
    assert.deepEqual(await refused({ provider_id: shop.customer.id }), ['/provider_id'])
    assert.deepEqual(await refused({ provider_id: admin.id, end_time: `${day}T12:00:00Z` }), [
      '/provider_id',
      '/end_time',
    ])
    const unknown = request(day, { service_id: admin.id })
    assert.equal((await expecting(404, post(unknown))).code, 'service-not-found')
    assert.equal(await written(), before)
    await expecting(201, post(request(day)))
  })

  it('refuses what has the wrong form, naming each field, and writes nothing', async () => {
    const before = await written()
    const day = nextDay()
    for (const [more, field] of [
      [{ provider_id: 'me' }, '/provider_id'],
      [{ service_id: null }, '/service_id'],
      [{ start_time: `${day}T10:00:00` }, '/start_time'],
      [{ start_time: '10000-01-01T10:00:00Z' }, '/start_time'],
      [{ start_time: 1e300 }, '/start_time'],
      [{ end_time: undefined }, '/end_time'],
      [{ end_time: `${day}T25:00:00Z` }, '/end_time'],
      [{ end_time: `${day}T11:00:00Z\0` }, '/end_time'],
      [{ user_id: shop.provider.id }, '/user_id'],
      [{ '\ud800': 1 }, '/\ud800'],
    ] as const) {
      const problem = await expecting(400, post(request(day, more)))
      assert.equal(problem.code, 'malformed-request')
      assert(
        problem.errors.some((error: { field: string }) => error.field === field || '\ud800' in more),
        JSON.stringify(problem.errors),
      )
    }
    for (const body of [[], { a: { b: {} } }]) await expecting(400, post(body))
    assert.equal(await written(), before)
  })

  it('refuses by the rules of the shop, as the other doors do', async () => {
    assert.equal((await expecting(422, post(request('2026-01-04')))).code, 'in-the-past')
    const early = { start_time: '2026-01-06T07:00:00Z', end_time: '2026-01-06T08:00:00Z' }
    assert.equal((await expecting(422, post(request('2026-01-06', early)))).code, 'outside-hours')
    assert.equal((await expecting(422, post(request(nextDay()), shop.provider))).code, 'own-service')
  })

  it('lets a customer book and not look, a provider look at their own, and an admin at everything', async () => {
    const { id } = await expecting(201, post(request(nextDay())))
    const stranger = await app.register('provider')
    for (const path of [`/bookings/${id}`, '/bookings/upcoming', '/bookings/past']) {
      assert.equal((await expecting(403, get(path, shop.customer))).code, 'forbidden')
      assert.equal((await app.ask('GET', path)).status, 401)
    }
    assert.equal((await expecting(404, get(`/bookings/${id}`, stranger))).code, 'booking-not-found')
    await expecting(200, get(`/bookings/${id}`, admin))
    assert.equal((await expecting(200, get('/bookings/upcoming', stranger))).total, 0)
  })

  it('says that it is well', async () => {
    assert.deepEqual(await expecting(200, app.ask('GET', '/health')), { status: 'ok' })
  })
})

describe('The pages of the booking service', () => {
  it('are numbered, with the total, in the order of the list', async () => {
    const other = await openShop(app)
    const starts = ['2026-01-06T09:00:00Z', '2026-01-06T12:00:00Z', '2026-01-07T09:00:00Z']
    const ids = []
    for (const start of starts) ids.push((await expecting(201, other.book(start))).id)
    const page = async (path: string, as = other.provider) => {
      const { data, ...rest } = await expecting(200, get(path, as))
      return { ids: data.map(({ id }: { id: string }) => id), ...rest }
    }
    const counts = { page: 1, limit: 10, total: 3, total_pages: 1 }
    assert.deepEqual(await page('/bookings/upcoming'), { ids, ...counts })
    assert.deepEqual(await page('/bookings/past'), { ids: [], ...counts, total: 0, total_pages: 0 })
    const second = { page: 2, limit: 2, total: 3, total_pages: 2 }
    assert.deepEqual(await page('/bookings/upcoming?page=2&limit=2'), { ids: [ids[2]], ...second })
    assert.deepEqual(await page('/bookings/upcoming?page=3&limit=2'), { ids: [], ...second, page: 3 })
    app.setNow('2026-01-06T12:00:01Z')
    assert.deepEqual((await page('/bookings/past')).ids, [ids[1], ids[0]])
    assert.deepEqual((await page('/bookings/upcoming')).ids, [ids[2]])
    assert((await page('/bookings/past', admin)).total >= 2)
    app.setNow('2026-01-05T08:00:00Z')
  })

  it('show as a provider’s own what they have booked elsewhere, too', async () => {
    const [own, other] = [await openShop(app), await openShop(app)]
    const body = { service_id: other.serviceId, start: '2026-01-06T09:00:00Z' }
    await expecting(201, app.ask('POST', '/v1/bookings', { token: own.provider.token, body }))
    assert.equal((await expecting(200, get('/bookings/upcoming', own.provider))).total, 1)
  })

  it('are none of numbers that there cannot be', async () => {
    const queries = ['page=0', 'page=-1', 'page=1.5', 'page=x', 'page=', 'page=1e3', 'page=1000000001']
    queries.push('page=99999999999999999999', 'limit=0', 'limit=101', 'limit=1&limit=2', 'offset=1')
    for (const query of queries) {
      const problem = await expecting(400, get(`/bookings/past?${query}`, shop.provider))
      assert.equal(problem.code, 'malformed-request', query)
      assert.equal(problem.errors[0].field, `/${query.split('=')[0]}`)
    }
    const last = await expecting(200, get('/bookings/past?page=1000000000&limit=100', shop.provider))
    assert.deepEqual(last.data, [])
  })

  it('are for paths that there are', async () => {
    assert.equal((await expecting(400, get('/bookings/later', shop.provider))).errors[0].field, '/id')
    assert.equal((await app.ask('PUT', '/bookings', { token: admin.token, body: {} })).status, 405)
  })

  it('has a service of another length booked for that length', async () => {
    const serviceId = await addService(app, shop.provider, {
      duration_minutes: 30,
      slot_interval_minutes: 30,
    })
    const day = nextDay()
    const half = { service_id: serviceId, end_time: `${day}T10:30:00Z` }
    assert.equal((await expecting(422, post(request(day, { service_id: serviceId })))).code, 'invalid-input')
    await expecting(201, post(request(day, half)))
  })
})
