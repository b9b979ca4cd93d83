import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { SignJWT } from 'jose'
import { openTestApp, type TestApp } from '../support/app.ts'
import { openSocket } from '../websocket/client.ts'
import { assertProblem } from './support/problem.ts'
import { expecting } from './support/shop.ts'

const ISSUER = 'https://login.example.com/'
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }

let app: TestApp
let answer: () => { status: number; body: string; location?: string }
let fetched = 0
const server = createServer((_request, response) => {
  fetched++
  const { status, body, location } = answer()
  response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) }).end(body)
})
let jwksUri = ''
before(async () => {
  answer = () => ({ status: 200, body: JSON.stringify({ keys: [jwk] }) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`
  app = await openTestApp(undefined, { outsideIssuers: [issuer(ISSUER)] })
})
after(async () => {
  await app[Symbol.asyncDispose]()
  server.close()
  server.closeAllConnections()
})

const issuer = (name: string) => ({
  issuer: name,
  audience: 'slotwright',
  jwksUri,
  rolesClaim: ['app', 'roles'],
  roles: { seller: 'provider', buyer: 'customer' } as const,
})

const seconds = () => Math.floor(Date.now() / 1000)

interface Outside {
  readonly claims?: object
  readonly header?: object
  readonly key?: Parameters<SignJWT['sign']>[0]
}

/** A token as the outside issuer makes them, but for what is given. */
const outside = ({ claims, header, key = pair.privateKey }: Outside = {}) =>
  new SignJWT({
    iss: ISSUER,
    aud: 'slotwright',
    sub: 'auth0|7',
    iat: seconds(),
    exp: seconds() + 600,
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
    .sign(key)

const whoIs = async (sub: string) => {
  const [row] = await app.database.query(
    `select users.id, users.email, users.roles, users.password_hash, profiles.first_name, profiles.last_name,
       profiles.time_zone
     from auth.outside_identities
     join auth.users on users.id = outside_identities.user_id
     join profiles on profiles.id = users.id
     where subject = $1`,
    [sub],
  )
  return row as Record<string, unknown> | undefined
}

const bookings = async (token: string) => (await app.ask('GET', '/v1/bookings', { token })).status

test('whoever comes first by an outside token has an account from then on, without a password', async () => {
  const claims = {
    sub: 'first',
    email: 'Grace@example.com',
    email_verified: true,
    given_name: 'Grace',
    family_name: 'Hopper',
    zoneinfo: 'America/New_York',
    app: { roles: ['seller', 'unknown'] },
  }
  const token = await outside({ claims })
  const racers = await Promise.all(Array.from({ length: 20 }, () => bookings(token)))
  assert.deepEqual([...new Set(racers)], [200])
  const { id, ...person } = (await whoIs('first')) ?? assert.fail()
  assert.deepEqual(person, {
    email: 'Grace@example.com',
    roles: ['provider'],
    password_hash: null,
    first_name: 'Grace',
    last_name: 'Hopper',
    time_zone: 'America/New_York',
  })
  // Another token of the same person is the same account; its roles are those the account has here.
  const again = await outside({ claims: { sub: 'first', app: { roles: 'buyer' } } })
  const week = { time_zone: 'UTC', weekly_hours: {} }
  await expecting(200, app.ask('PUT', `/v1/providers/${id}/schedule`, { token: again, body: week }))
  for (const password of ['null', 'undefined', 'correct horse']) {
    const body = { email: 'grace@example.com', password }
    assertProblem(await app.ask('POST', '/v1/auth/login', { body }), 401, 'invalid-credentials')
  }
})

test('an address that is not verified, or that another account has, is not taken over, and accounts are not joined', async () => {
  const { id, email } = await app.register('customer')
  const strangers = {
    unverified: { email: 'who@example.com', email_verified: false },
    spelled: { email: 'who@example.com', email_verified: 'true' },
    taken: { email: email.toUpperCase(), email_verified: true },
    none: {},
    odd: { email: 'no address', email_verified: true, given_name: '\0', family_name: 'x'.repeat(150) },
  }
  for (const [sub, claims] of Object.entries(strangers)) {
    assert.equal(await bookings(await outside({ claims: { sub, ...claims } })), 200)
    const person = (await whoIs(sub)) ?? assert.fail()
    assert.notEqual(person.id, id)
    assert.equal(person.email, `${person.id}@outside.invalid`)
    assert.deepEqual(person.roles, ['customer'])
  }
})

test('nobody is an admin by an outside token', async () => {
  const claims = { sub: 'boss', roles: ['admin'], app: { roles: ['admin', 'constructor', '__proto__'] } }
  assert.equal(await bookings(await outside({ claims })), 200)
  const { id, roles } = (await whoIs('boss')) ?? assert.fail()
  assert.deepEqual(roles, ['customer'])
  await app.database.query(`update auth.users set roles = array['admin', 'customer'] where id = $1`, [id])
  const { id: providerId } = await app.register('provider')
  const token = await outside({ claims: { sub: 'boss', jti: 'another' } })
  const body = { time_zone: 'UTC', weekly_hours: {} }
  const url = `/v1/providers/${providerId}/schedule`
  assertProblem(await app.ask('PUT', url, { token, body }), 403, 'forbidden')
})

test('a deactivated account stays out, whatever its issuer says', async () => {
  const { id } = await app.register('customer')
  const name = [ISSUER, 'gone', id]
  await app.database.query('update auth.users set deactivated_at = now() where id = $1', [id])
  await app.database.query('insert into auth.outside_identities values ($1, $2, $3, now())', name)
  const token = await outside({ claims: { sub: 'gone' } })
  assert.equal(await bookings(token), 401)
  await app.database.query('update auth.users set deactivated_at = null where id = $1', [id])
  assert.equal(await bookings(token), 200)
})

test('an account from outside is told of in the log like any other, and goes with the name it belongs to', async () => {
  const token = await outside({ claims: { sub: 'leaving' } })
  assert.equal(await bookings(token), 200)
  const { id } = (await whoIs('leaving')) ?? assert.fail()
  const events = await app.database.query(
    `select type, actor_id from events where subject_type = 'user' and subject_id = $1`,
    [id],
  )
  assert.deepEqual(events, [{ type: 'user.registered', actor_id: id }])
  await expecting(204, app.ask('DELETE', '/v1/me', { token }))
  assert.deepEqual(
    await app.database.query('select 1 from auth.outside_identities where user_id = $1', [id]),
    [],
  )
  assert.equal(await bookings(token), 401)
  // Another page still has another token from before: that is nobody who comes back.
  const left = await outside({ claims: { sub: 'leaving', jti: 'left', iat: seconds() - 5 } })
  assert.equal(await bookings(left), 401)
  assert.equal(await whoIs('leaving'), undefined)
  // Whoever signs in there again is someone new.
  const claims = { sub: 'leaving', jti: 'later', iat: seconds() + 5 }
  assert.equal(await bookings(await outside({ claims })), 200)
  assert.notEqual((await whoIs('leaving'))?.id, id)
})

const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
const refused: Readonly<Record<string, Outside>> = {
  'that has expired': { claims: { exp: seconds() - 60 } },
  'that is not valid yet': { claims: { nbf: seconds() + 600 } },
  'for another audience': { claims: { aud: 'elsewhere' } },
  'of an issuer nobody named': { claims: { iss: 'https://login.example.com' } },
  'of no issuer': { claims: { iss: undefined } },
  'of nobody': { claims: { sub: undefined } },
  'of a name that cannot be kept': { claims: { sub: 'a\0b' } },
  'of too long a name': { claims: { sub: 'x'.repeat(256) } },
  'without an end': { claims: { exp: undefined } },
  'that ends when nobody counts years any more': { claims: { exp: 1e15 } },
  'of another type': { header: { typ: 'logout+jwt' } },
  'signed with another key': { key: other.privateKey },
  'signed with a key nobody knows': { header: { kid: 'two' } },
  'signed with another algorithm than its key is for': { header: { alg: 'PS256' } },
  'signed with the public key as a secret': {
    header: { alg: 'HS256' },
    key: Buffer.from(String(pair.publicKey.export({ type: 'spki', format: 'pem' }))),
  },
}
for (const [name, forgery] of Object.entries(refused)) {
  test(`an outside token ${name} is refused`, async () => {
    const token = await outside({ ...forgery, claims: { sub: 'refused', ...forgery.claims } })
    assertProblem(await app.ask('GET', '/v1/bookings', { token }), 401, 'unauthenticated')
    assert.equal(await whoIs('refused'), undefined)
  })
}

test('our own name in a token does not make it ours', async () => {
  const claims = { iss: 'slotwright', sub: (await app.register('customer')).id, roles: ['admin'], jti: 'x' }
  assert.equal(await bookings(await outside({ claims, header: { typ: 'at+jwt' } })), 401)
})

test('keys are fetched once for many tokens, and not anew for every name of a key', async () => {
  const before = fetched
  for (let count = 0; count < 20; count++) {
    assert.equal(await bookings(await outside({ header: { kid: `unknown-${count}` } })), 401)
    assert.equal(await bookings(await outside({ claims: { jti: String(count) } })), 200)
  }
  assert(fetched - before <= 1, String(fetched - before))
})

test('an issuer whose keys cannot be had is a reason to come again, and nobody else’s', async () => {
  const usual = answer
  const troubles = [
    { status: 500, body: '' },
    { status: 200, body: '<html>' },
    { status: 200, body: '{"keys": 7}' },
    { status: 302, body: '', location: 'http://127.0.0.1:1/' },
    { status: 200, body: JSON.stringify({ keys: [jwk], padding: 'x'.repeat(300_000) }) },
  ]
  await using fresh = await openTestApp(undefined, { outsideIssuers: [issuer(ISSUER)] })
  const { token: own } = await fresh.register('customer')
  const token = await outside()
  for (const trouble of troubles) {
    answer = () => trouble
    const away = await fresh.ask('GET', '/v1/bookings', { token })
    assertProblem(away, 503, 'unavailable')
    assert.equal(away.headers['retry-after'], '1')
    assert.equal((await fresh.ask('GET', '/v1/bookings', { token: own })).status, 200)
  }
  answer = usual
  assert.equal((await fresh.ask('GET', '/v1/bookings', { token })).status, 200)
})

test('a token that lasts for years lets its bearer listen, and not only for a moment', async () => {
  await app.application.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.application.app.server.address() as AddressInfo
  const token = await outside({ claims: { sub: 'patient', exp: seconds() + 5 * 365 * 86_400 } })
  const headers = { authorization: `Bearer ${token}` }
  const socket = await openSocket(`http://127.0.0.1:${port}/v1/events`, { headers })
  assert.equal((await socket.next()).type, 'hello')
  await delay(200)
  assert.equal(socket.socket.readyState, socket.socket.OPEN)
  await socket[Symbol.asyncDispose]()
})
