import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { memoryTally } from '../../src/adapters/memory/rate-tally.ts'
import { Unavailable } from '../../src/application/ports/unavailable.ts'
import type { Role } from '../../src/domain/actor.ts'
import type { UserId } from '../../src/domain/ids.ts'
import { type EveryUseCase, type MemoryApp, openMemoryApp } from './support/memory-app.ts'

const USER = '01900000-0000-7000-8000-000000000001' as UserId

/** What nobody outside may read. */
const INSIDE = /fastify|FST_|slonik|typebox|node:|node_modules|\bat \S+ \(|secret of the house/i

interface DoorRoute {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly payload?: object
  /** Whose token is sent; without one for nobody. */
  readonly role?: Role
  /** Whether it is for everybody. */
  readonly isOpen?: true
}

/** A request to each route of each door that gets as far as its use case. */
const DOORS: Readonly<Record<string, readonly DoorRoute[]>> = {
  marketplace: [
    {
      method: 'POST',
      url: '/api/users/register',
      payload: {
        email: 'ada@example.com',
        password: 'correct horse',
        role: 'customer',
        first_name: 'Ada',
        last_name: 'Byron',
      },
      isOpen: true,
    },
    { method: 'GET', url: `/api/users/profile/${USER}`, role: 'customer' },
  ],
  bookings: [
    {
      method: 'POST',
      url: '/bookings',
      payload: {
        provider_id: USER,
        service_id: USER,
        start_time: '2030-01-21T09:00:00Z',
        end_time: '2030-01-21T10:00:00Z',
      },
      role: 'customer',
    },
    { method: 'GET', url: `/bookings/${USER}`, role: 'provider' },
    { method: 'GET', url: '/bookings/upcoming', role: 'provider' },
    { method: 'GET', url: '/bookings/past?page=7', role: 'admin' },
  ],
  'trainer-booking': [
    {
      method: 'POST',
      url: '/api/members/book-training-session',
      payload: { trainer_id: 1, session_date: '2030-01-21', start_time: '09:00', end_time: '10:00' },
      role: 'customer',
    },
    { method: 'GET', url: '/api/members/trainers/1/schedule/2030-01-21', isOpen: true },
    { method: 'GET', url: '/api/members/trainers/1/schedule', isOpen: true },
  ],
}

/** Fails at anything but the one shape that the errors of a door have. */
const SHAPES: Readonly<Record<string, (body: Record<string, unknown>) => void>> = {
  marketplace({ success, message, data, errors, ...rest }) {
    assert.deepEqual([success, data, rest], [false, null, {}])
    assert(typeof message === 'string' && message.length > 0)
    assert(Array.isArray(errors))
    for (const error of errors) assert.deepEqual(Object.keys(error), ['field', 'message'])
  },
  bookings({ type, title, status, detail, instance, code }) {
    for (const text of [title, detail, instance]) assert(typeof text === 'string' && text.length > 0)
    assert.equal(type, `/problems/${code}`)
    assert.equal(typeof status, 'number')
  },
  'trainer-booking'({ success, error, message, ...rest }) {
    assert.deepEqual([success, rest], [false, {}])
    assert(typeof error === 'string' && error.length > 0)
    assert(typeof message === 'string' && message.length > 0)
  },
}

const FAULT = new Error('secret of the house')
let fault: Error = FAULT

/** The use cases of the doors, all of which fail; those of other routes are never called here. */
const failing = Object.fromEntries(
  [
    'registerAccount',
    'readProfile',
    'bookDescribedSlot',
    'readBooking',
    'pageBookings',
    'bookSession',
    'readTrainerDay',
    'readTrainerWeek',
  ].map((name) => [
    name,
    async () => {
      throw fault
    },
  ]),
) as unknown as EveryUseCase

let opened: MemoryApp
before(async () => {
  opened = await openMemoryApp(failing)
})
after(() => opened[Symbol.asyncDispose]())
afterEach(() => {
  fault = FAULT
})

function requestOf({ tokenOf }: MemoryApp, route: DoorRoute, token?: string): InjectOptions {
  const { method, url, payload, role } = route
  const bearer = token ?? (role && tokenOf({ userId: USER, roles: [role] }))
  return {
    method,
    url,
    ...(payload && { payload }),
    headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
  }
}

async function expectError(opened: MemoryApp, door: string, status: number, request: InjectOptions) {
  const response = await opened.app.inject(request)
  const what = `${request.method} ${request.url} ${response.statusCode} ${response.body}`
  assert.equal(response.statusCode, status, what)
  const media = door === 'bookings' ? /^application\/problem\+json/ : /^application\/json/
  assert.match(String(response.headers['content-type']), media, what)
  assert.doesNotMatch(response.body, INSIDE)
  SHAPES[door]?.(response.json())
  return response
}

const eachRoute = (test: (door: string, route: DoorRoute) => Promise<unknown>) =>
  Promise.all(Object.entries(DOORS).flatMap(([door, routes]) => routes.map((route) => test(door, route))))

test('a fault is told in the shape of the door, and nothing of the inside', async () => {
  await eachRoute((door, route) => expectError(opened, door, 500, requestOf(opened, route)))
})

test('a database that is away is told in the shape of the door, with when to come again', async () => {
  fault = new Unavailable('secret of the house')
  await eachRoute(async (door, route) => {
    const { headers } = await expectError(opened, door, 503, requestOf(opened, route))
    assert.equal(headers['retry-after'], '1')
  })
})

test('whoever is not let in is told so in the shape of the door', async () => {
  await eachRoute(async (door, route) => {
    if (route.isOpen) return
    for (const token of ['', 'nonsense']) {
      const { headers } = await expectError(opened, door, 401, requestOf(opened, route, token))
      assert.match(String(headers['www-authenticate']), /^Bearer/)
    }
  })
  const [book] = DOORS['trainer-booking'] ?? []
  assert(book)
  for (const role of ['provider', 'admin'] as const) {
    await expectError(opened, 'trainer-booking', 403, requestOf(opened, { ...book, role }))
  }
})

test('a body that cannot be read is told in the shape of the door', async () => {
  await eachRoute(async (door, route) => {
    if (!route.payload) return
    const request = requestOf(opened, route)
    const sent = (type: string, payload: string) => ({
      ...request,
      payload,
      headers: { ...request.headers, 'content-type': type },
    })
    const { payload } = route
    await expectError(opened, door, 415, sent('text/plain', 'hello'))
    await expectError(opened, door, 415, sent('application/x-www-form-urlencoded', 'a=b'))
    await expectError(opened, door, 413, sent('application/json', `"${'x'.repeat(70_000)}"`))
    for (const text of ['{', '[]', 'null', '', '{"__proto__": {}}', '1e999']) {
      await expectError(opened, door, 400, sent('application/json', text))
    }
    for (const more of [
      { x: 'x'.repeat(1_000) },
      { x: { x: { x: { x: { x: { x: { x: { x: {} } } } } } } } },
    ]) {
      await expectError(opened, door, 400, sent('application/json', JSON.stringify({ ...payload, ...more })))
    }
  })
})

test('another method and a path beside a route are told in the shape of the door, with what there is', async () => {
  await eachRoute(async (door, { method, url }) => {
    const { headers } = await expectError(opened, door, 405, { method: 'DELETE', url })
    assert.match(String(headers.allow), new RegExp(`\\b${method}\\b`))
    await expectError(opened, door, 404, { method: 'GET', url: `${url.split('?')[0]}/nothing/here` })
  })
  for (const [door, url] of [
    ['marketplace', '/api/users/nobody'],
    ['marketplace', '/api/users/%'],
    ['trainer-booking', '/api/members/nobody?x=1'],
    ['trainer-booking', '/api/members/trainers/%zz/schedule'],
  ] as const) {
    await expectError(opened, door, url.includes('%') ? 400 : 404, { method: 'GET', url })
  }
})

test('whoever asks too often is told so in the shape of the door, with when to come again', async () => {
  const once = { quota: 1, windowSeconds: 60 }
  const policies = {
    address: { quota: 2, windowSeconds: 60 },
    register: once,
    searches: once,
    account: once,
  }
  await using limited = await openMemoryApp(failing, { tally: memoryTally(), policies })
  let others = 0
  await eachRoute(async (door, route) => {
    const number = ++others
    const userId = USER.replace(/1$/, String(number)) as UserId
    const token = route.role && limited.tokenOf({ userId, roles: [route.role] })
    const request = { ...requestOf(limited, route, token), remoteAddress: `192.0.2.${number}` }
    await expectError(limited, door, 500, request)
    // First by what the route or the account may, then by what the address may.
    for (const _ of [1, 2]) {
      const { headers } = await expectError(limited, door, 429, request)
      assert.match(String(headers['retry-after']), /^\d+$/)
    }
  })
})

test('the errors of every other route are problems as ever', async () => {
  for (const [method, url] of [
    ['GET', '/v1/bookings'],
    ['GET', '/api'],
    ['GET', '/api/nothing'],
    ['GET', '/%'],
    ['DELETE', '/v1/services'],
    ['POST', '/v1/auth/login'],
  ] as const) {
    const response = await opened.app.inject({ method, url })
    assert.match(String(response.headers['content-type']), /^application\/problem\+json/, url)
  }
})
