import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '../../src/domain/actor.ts'
import type { ServiceId, UserId } from '../../src/domain/ids.ts'
import { commandOf } from '../application/stage.ts'
import { at, rejectionOf } from '../support/fixtures.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertProblem } from './support/problem.ts'
import { expecting, haircut, openShop } from './support/shop.ts'
import { type Forgery, forgeToken, readToken } from './support/tokens.ts'

let app: ContractApp
/** A user that there is, so that a token below fails by what is wrong with it and nothing else. */
let known = ''
before(async () => {
  app = await openContractApp()
  known = (await app.register('customer')).id
})
after(() => app[Symbol.asyncDispose]())

const authorized = (authorization: string, url = '/v1/bookings') =>
  app.send({ method: 'GET', url, headers: { authorization } })

const seconds = () => Math.floor(Date.now() / 1000)

test('a token says who, in which roles, from whom, for whom and for how long', async () => {
  const { id, email } = await app.register('provider')
  const body = { email, password: 'correct horse' }
  const { access_token: token, expires_in: lifetime } = await expecting(
    200,
    app.ask('POST', '/v1/auth/login', { body }),
  )
  const { header, claims } = readToken(token)
  assert.deepEqual({ ...header, kid: header.kid.length }, { alg: 'HS256', typ: 'at+jwt', kid: 16 })
  assert.deepEqual(Object.keys(claims).sort(), ['aud', 'exp', 'iat', 'iss', 'jti', 'roles', 'sid', 'sub'])
  assert.equal(claims.sub, id)
  assert.deepEqual(claims.roles, ['provider'])
  assert.equal(claims.exp - claims.iat, lifetime)
  assert.equal(lifetime, 3600)
  assert(Math.abs(claims.iat - seconds()) < 60)
})

test('a token from before there were sessions is good, and one whose session is no id is not', async () => {
  const claims = { sub: known }
  assert.equal((await authorized(`Bearer ${forgeToken({ claims })}`)).status, 200)
  for (const sid of ['x', '', 1, null, {}, ['01900000-0000-7000-8000-000000000002']]) {
    const answer = await authorized(`Bearer ${forgeToken({ claims: { ...claims, sid } })}`)
    assertProblem(answer, 401, 'unauthenticated')
  }
})

test('every token has an id of its own', async () => {
  const { id, email, token } = await app.register('customer')
  const body = { email, password: 'correct horse' }
  const { access_token: second } = await expecting(200, app.ask('POST', '/v1/auth/login', { body }))
  assert.notEqual(readToken(token).claims.jti, readToken(second).claims.jti)
  assert.equal(readToken(second).claims.sub, id)
})

test('a token made as the server makes them is taken, so that those below fail by what is wrong with them', async () => {
  assert.equal((await authorized(`Bearer ${ofKnown()}`)).status, 200)
})

const forgeries: Readonly<Record<string, Forgery>> = {
  'an expired token': { claims: { iat: seconds() - 7200, exp: seconds() - 3600 } },
  'a token of a foreign secret': { secret: 'a-secret-that-somebody-else-knows-0123456789' },
  'a token of a foreign issuer': { claims: { iss: 'elsewhere' } },
  'a token for a foreign audience': { claims: { aud: 'elsewhere' } },
  'a token of another type': { header: { typ: 'JWT' } },
  'a token without a type': { header: { typ: undefined } },
  'a token signed with HS512': { header: { alg: 'HS512' }, digest: 'sha512' },
  'a token whose header names another algorithm than signed it': { header: { alg: 'HS384' } },
  'a token that is not valid yet': { claims: { nbf: seconds() + 3600 } },
  'a token with roles that are no list': { claims: { roles: 'admin' } },
  'a token with a subject that is no text': { claims: { sub: 7 } },
  'a token with a subject that is no id': { claims: { sub: 'ada' } },
  ...Object.fromEntries(
    ['sub', 'roles', 'iss', 'aud', 'iat', 'exp', 'jti'].map((claim) => [
      `a token without ${claim}`,
      { claims: { [claim]: undefined } },
    ]),
  ),
}

for (const [name, forgery] of Object.entries(forgeries)) {
  test(`${name} is no token`, async () => {
    const response = await authorized(
      `Bearer ${forgeToken({ ...forgery, claims: { sub: known, ...forgery.claims } })}`,
    )
    assertProblem(response, 401, 'unauthenticated')
    assert.match(String(response.headers['www-authenticate']), /^Bearer realm=/)
  })
}

const ofKnown = (header: object = {}) => forgeToken({ header, claims: { sub: known } })
const unsigned = () => `${ofKnown({ alg: 'none' }).replace(/[^.]*$/, '')}`

const headers: Readonly<Record<string, () => string>> = {
  'nothing but a scheme': () => 'Bearer',
  'another scheme': () => `Basic ${ofKnown()}`,
  'a token without its scheme': () => ofKnown(),
  'garbled text': () => 'Bearer not.a.token',
  'a token cut short': () => `Bearer ${ofKnown().slice(0, -2)}`,
  'a token with one more part': () => `Bearer ${ofKnown()}.x`,
  'an unsigned token': () => `Bearer ${unsigned()}`,
  'an unsigned token with a signature': () => `Bearer ${ofKnown({ alg: 'none' })}`,
  'an empty header': () => '',
}

for (const [name, header] of Object.entries(headers)) {
  test(`${name} is refused, also where a token is not needed but looked at`, async () => {
    for (const url of ['/v1/bookings', '/v1/services']) {
      const response = await authorized(header(), url)
      assertProblem(response, 401, 'unauthenticated')
      assert.match(String(response.headers['www-authenticate']), /^Bearer realm=/)
    }
  })
}

test('a token that has expired does not keep its owner from signing in again', async () => {
  const { email } = await app.register('customer')
  const token = forgeToken({ claims: { exp: seconds() - 3600 } })
  const body = { email, password: 'correct horse' }
  await expecting(200, app.ask('POST', '/v1/auth/login', { token, body }))
})

test('a request without a token is told how to get one', async () => {
  const response = await app.ask('GET', '/v1/bookings')
  assertProblem(response, 401, 'unauthenticated')
  assert.match(String(response.headers['www-authenticate']), /^Bearer realm=/)
})

test('a role that there is not opens nothing', async () => {
  const token = forgeToken({ claims: { sub: known, roles: ['superuser'] } })
  assertProblem(await app.ask('GET', '/v1/bookings', { token }), 403, 'forbidden')
  await expecting(200, app.ask('GET', '/v1/services', { token }))
})

const START = '2026-01-06T09:00:00Z'

test('a token of a user that there is not gets nowhere', async () => {
  const { serviceId } = await openShop(app)
  const token = forgeToken({ claims: { roles: ['customer', 'provider'] } })
  const booking = await app.ask('POST', '/v1/bookings', {
    token,
    body: { service_id: serviceId, start: START },
  })
  assertProblem(booking, 401, 'unauthenticated')
  assertProblem(await app.ask('POST', '/v1/services', { token, body: haircut }), 401, 'unauthenticated')
})

test('a deactivated account does not book, and a deactivated provider is neither listed nor booked', async () => {
  const shop = await openShop(app)
  const deactivate = (id: string) =>
    app.database.query('update auth.users set deactivated_at = now() where id = $1', [id])
  await deactivate(shop.customer.id)
  // Whoever was let in a moment before: the booking itself has the last word.
  const customer: Actor = { userId: shop.customer.id as UserId, roles: ['customer'] }
  const command = commandOf(shop.serviceId as ServiceId, at(START))
  const refused = await app.application.useCases.bookSlot(customer, command, null)
  assert.deepEqual(rejectionOf(refused), { code: 'account-inactive' })
  await deactivate(shop.provider.id)
  const { token } = await app.register('customer')
  const body = { service_id: shop.serviceId, start: '2026-01-06T10:00:00Z' }
  assertProblem(await app.ask('POST', '/v1/bookings', { token, body }), 422, 'service-retired')
  const services = (await app.ask('GET', `/v1/services?provider_id=${shop.provider.id}`)).json()
  assert.deepEqual(services.data, [])
})
