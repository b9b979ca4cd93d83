import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { expecting, makeAdmin, makeDeactivated } from '../http/support/shop.ts'
import { forgeToken } from '../http/support/tokens.ts'
import { openTestApp, TEST_SECRET, type TestApp } from '../support/app.ts'
import { refusalOf } from './socket-client.ts'

const OLD_SECRET = 'a-secret-that-the-tests-had-before-0123456789'

let app: TestApp
let url: string
before(async () => {
  app = await openTestApp(undefined, { jwtPreviousSecrets: [OLD_SECRET] })
  url = await app.application.app.listen({ port: 0, host: '127.0.0.1' })
})
after(() => app[Symbol.asyncDispose]())

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const inTenMinutes = () => Math.floor(Date.now() / 1000) + 600

interface Elsewhere {
  readonly claims?: object
  readonly header?: object
  readonly secret?: string
  readonly digest?: string
}

/** A token as another system makes them: as little as there has to be. */
function elsewhere({ claims, header, secret = TEST_SECRET, digest = 'sha256' }: Elsewhere = {}): string {
  const text = `${encode({ alg: 'HS256', ...header })}.${encode({ exp: inTenMinutes(), ...claims })}`
  return `${text}.${createHmac(digest, secret).update(text).digest('base64url')}`
}

/** What the list of a provider is answered with: 200, 403 without the role, 401 without a good token. */
const statusAt = async (path: string, token: string, of = app) =>
  (await of.ask('GET', path, { token })).status
const atDoor = (token: string, of = app) => statusAt('/bookings/upcoming', token, of)
const at = (token: string) => statusAt('/v1/bookings', token)

const accounts = async () =>
  Number((await app.database.query<{ count: string }>('select count(*) from auth.users'))[0]?.count)

describe('A token of another system with the same secret', () => {
  it('is its user’s at this door and on its socket, and nobody’s at any other, also once it is known', async () => {
    const { id } = await app.register('provider')
    const token = elsewhere({ claims: { sub: id, roles: ['provider'] } })
    assert.equal(await at(token), 401)
    assert.equal(await atDoor(token), 200)
    assert.equal(await refusalOf(url, { auth: { token } }), 'connected')
    for (const path of ['/v1/bookings', '/v1/me', '/v1/events', '/v1/users', '/v1/services']) {
      assert.equal(await statusAt(path, token), 401, path)
    }
    assert.equal(await atDoor(token), 200)
  })

  it('may have been signed with a secret from before', async () => {
    const { id } = await app.register('provider')
    const claims = { sub: id, roles: ['provider'] }
    assert.equal(await atDoor(elsewhere({ claims, secret: OLD_SECRET })), 200)
    assert.equal(await atDoor(elsewhere({ claims, secret: 'x'.repeat(40) })), 401)
  })

  it('acts in those of its roles that its user holds', async () => {
    const provider = await app.register('provider')
    const customer = await app.register('customer')
    const admin = await makeAdmin(app)
    for (const [sub, roles, status] of [
      [provider.id, ['customer', 'provider'], 200],
      [provider.id, ['customer'], 403],
      [provider.id, [], 403],
      [provider.id, ['Provider', 'root', 7, null], 403],
      [customer.id, ['provider', 'admin'], 403],
      [admin.id, ['admin'], 200],
      [admin.id, ['customer'], 403],
    ] as const) {
      assert.equal(await atDoor(elsewhere({ claims: { sub, roles } })), status, `${roles}`)
    }
  })

  it('has to be signed with HS256, to end, not to have ended, and to say who and in which roles', async () => {
    const sub = (await app.register('provider')).id
    const good = { sub, roles: ['provider'] }
    const bad: Record<string, Elsewhere> = {
      'no exp': { claims: { ...good, exp: undefined } },
      'exp of a text': { claims: { ...good, exp: String(inTenMinutes()) } },
      expired: { claims: { ...good, exp: Math.floor(Date.now() / 1000) - 1 } },
      'not yet good': { claims: { ...good, nbf: inTenMinutes() - 60 } },
      'no sub': { claims: { ...good, sub: undefined } },
      'empty sub': { claims: { ...good, sub: '' } },
      'sub of a number': { claims: { ...good, sub: 7 } },
      'sub with NUL': { claims: { ...good, sub: 'a\0b' } },
      'half a surrogate pair': { claims: { ...good, sub: '\ud800' } },
      'long sub': { claims: { ...good, sub: 'x'.repeat(256) } },
      'no roles': { claims: { ...good, roles: undefined } },
      'roles of a text': { claims: { ...good, roles: 'provider' } },
      none: { claims: good, header: { alg: 'none' } },
      HS384: { claims: good, header: { alg: 'HS384' }, digest: 'sha384' },
      HS512: { claims: good, header: { alg: 'HS512' }, digest: 'sha512' },
      'signed with another digest': { claims: good, digest: 'sha512' },
      'of another kind': { claims: good, header: { typ: 'refresh+jwt' } },
      critical: { claims: good, header: { crit: ['exp'] } },
      'in our name': { claims: { ...good, iss: 'slotwright' } },
    }
    assert.equal(await atDoor(elsewhere({ claims: good, header: { typ: 'JWT' } })), 200)
    for (const [name, forgery] of Object.entries(bad)) {
      assert.equal(await atDoor(elsewhere(forgery)), 401, name)
      assert.equal(await refusalOf(url, { auth: { token: elsewhere(forgery) } }), 'unauthenticated', name)
    }
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const text = `${encode({ alg: 'RS256' })}.${encode({ ...good, exp: inTenMinutes() })}`
    const signed = `${text}.${sign('sha256', Buffer.from(text), rsa.privateKey).toString('base64url')}`
    assert.equal(await atDoor(signed), 401)
  })

  it('in our name has to be all that ours are', async () => {
    const sub = (await app.register('provider')).id
    const claims = { sub, roles: ['provider'] }
    assert.equal(await atDoor(forgeToken({ claims })), 200)
    for (const less of [{ aud: undefined }, { aud: 'elsewhere' }, { jti: undefined }, { iat: undefined }]) {
      assert.equal(await atDoor(forgeToken({ claims: { ...claims, ...less } })), 401, JSON.stringify(less))
    }
    assert.equal(await atDoor(forgeToken({ claims, header: { typ: 'JWT' } })), 401)
  })

  it('ends at once with the account, deactivated or erased, and with the role', async () => {
    const deactivated = await makeDeactivated(app)
    const claims = { sub: deactivated.id, roles: ['customer'] }
    assert.equal(await atDoor(elsewhere({ claims })), 401)
    const admin = await makeAdmin(app)
    const user = await app.register('provider')
    const token = elsewhere({ claims: { sub: user.id, roles: ['provider'] } })
    assert.equal(await atDoor(token), 200)
    const roles = { token: admin.token, body: { roles: ['customer'] } }
    await expecting(200, app.ask('PATCH', `/v1/users/${user.id}`, roles))
    assert.equal(await atDoor(token), 403)
    const own = app.tokenFor({ id: user.id, roles: ['customer'] })
    await expecting(204, app.ask('DELETE', '/v1/me', { token: own }))
    assert.equal(await atDoor(token), 401)
    const another = elsewhere({ claims: { sub: user.id, roles: ['provider'], jti: 'another' } })
    assert.equal(await atDoor(another), 401)
  })

  it('makes the account of someone who is new, under their id where it has the form of one, and once', async () => {
    const before = await accounts()
    const sub = crypto.randomUUID()
    const claims = { sub, roles: ['provider', 'admin'], given_name: 'Grace', email: 'grace@example.com' }
    const tokens = [1, 2, 3, 4].map((jti) => elsewhere({ claims: { ...claims, jti } }))
    assert.deepEqual(await Promise.all(tokens.map((token) => atDoor(token))), [200, 200, 200, 200])
    assert.equal(await accounts(), before + 1)
    const admin = await makeAdmin(app)
    const made = await expecting(200, app.ask('GET', `/v1/users/${sub}`, { token: admin.token }))
    // Nobody has verified the address, and nobody is made an admin from elsewhere.
    assert.deepEqual([made.roles, made.email], [['provider'], `${sub}@outside.invalid`])
    const odd = { sub: 'user|42', roles: ['provider'] }
    for (const jti of [1, 2]) assert.equal(await atDoor(elsewhere({ claims: { ...odd, jti } })), 200)
    assert.equal(await accounts(), before + 3)
  })

  it('does not take over the address of somebody else', async () => {
    const { email } = await app.register('customer')
    const sub = crypto.randomUUID()
    const claims = { sub, roles: ['provider'], email, email_verified: true }
    assert.equal(await atDoor(elsewhere({ claims })), 200)
    const [row] = await app.database.query<{ email: string }>('select email from auth.users where id = $1', [
      sub,
    ])
    assert.equal(row?.email, `${sub}@outside.invalid`)
  })

  it('is none where a private key signs, whatever old secrets there are', async () => {
    const pem = String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const keys = { jwtSecret: null, jwtPrivateKey: pem, jwtPreviousSecrets: [TEST_SECRET] }
    await using other = await openTestApp(undefined, keys)
    const { id, token } = await other.register('provider')
    assert.equal(await atDoor(token, other), 200)
    assert.equal(await atDoor(elsewhere({ claims: { sub: id, roles: ['provider'] } }), other), 401)
  })
})
