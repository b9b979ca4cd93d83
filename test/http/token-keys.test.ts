import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { type KeySettings, tokenKeys } from '../../src/infrastructure/token-keys.ts'
import { openTestApp, TEST_SECRET, type TestApp } from '../support/app.ts'
import { expecting } from './support/shop.ts'
import { forgeToken, readToken } from './support/tokens.ts'

const pemOf = ({ privateKey, publicKey }: ReturnType<typeof ed25519>) => ({
  secret: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  open: String(publicKey.export({ type: 'spki', format: 'pem' })),
})
const ed25519 = () => generateKeyPairSync('ed25519')
const edwards = pemOf(ed25519())
const rivest = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }))

async function opened(t: TestContext, keys: KeySettings): Promise<TestApp> {
  const app = await openTestApp(undefined, keys)
  t.after(() => app[Symbol.asyncDispose]())
  return app
}

const isTaken = async (app: TestApp, token: string) => {
  const { status } = await app.ask('GET', '/v1/bookings', { token })
  assert(status === 200 || status === 401, String(status))
  return status === 200
}

/** Someone known, so that a token can fail by its key alone. */
const newUser = async (app: TestApp) => (await app.register('customer')).id

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
/** A token with any header over the claims of another one, signed by hand. */
const resigned = (token: string, header: object, signature: (text: string) => Buffer) => {
  const text = `${encode(header)}.${token.split('.')[1]}`
  return `${text}.${signature(text).toString('base64url')}`
}

for (const [algorithm, pem] of [
  ['EdDSA', edwards],
  ['RS256', rivest],
] as const) {
  test(`tokens signed with ${algorithm} can be checked by anybody with the published key, and made by nobody`, async (t) => {
    const app = await opened(t, { jwtSecret: null, jwtPrivateKey: pem.secret })
    const { token } = await app.register('customer')
    assert(await isTaken(app, token))
    const set = await expecting(200, app.ask('GET', '/.well-known/jwks.json'))
    const { header } = readToken(token)
    assert.deepEqual([header.alg, header.kid], [algorithm, set.keys[0].kid])
    await jwtVerify(token, createLocalJWKSet(set), { issuer: 'slotwright', audience: 'slotwright' })
    assert.equal(JSON.stringify(set).includes('"d"'), false)
    // Confusion: the public key, which everybody has, taken for a secret.
    for (const secret of [pem.open, pem.open.trim(), JSON.stringify(set.keys[0])]) {
      for (const kid of [header.kid, undefined]) {
        const hmac = (text: string) => createHmac('sha256', secret).update(text).digest()
        assert(!(await isTaken(app, resigned(token, { alg: 'HS256', typ: 'at+jwt', kid }, hmac))))
      }
    }
  })
}

test('a new secret logs nobody out, and an old one that is taken back does', async (t) => {
  const next = 'the-secret-that-comes-next-0123456789-abcdef'
  const rotated = await opened(t, { jwtSecret: next, jwtPreviousSecrets: [TEST_SECRET] })
  const id = await newUser(rotated)
  const older = forgeToken({ claims: { sub: id } })
  const { id: oldKey } = (await tokenKeys({ jwtSecret: TEST_SECRET })).signing
  const old = forgeToken({ header: { kid: oldKey }, claims: { sub: id } })
  assert.deepEqual([await isTaken(rotated, older), await isTaken(rotated, old)], [true, true])
  const fresh = rotated.tokenFor({ id, roles: ['customer'] })
  assert.notEqual(readToken(fresh).header.kid, oldKey)
  const after = await opened(t, { jwtSecret: next })
  await after.database.query(
    `insert into auth.users (id, email, roles, created_at, updated_at)
     values ($1, 'moved@example.com', array['customer'], now(), now())`,
    [id],
  )
  await after.database.query(
    `insert into profiles (id, first_name, last_name, created_at, updated_at) values ($1, 'A', 'B', now(), now())`,
    [id],
  )
  assert.deepEqual([await isTaken(after, fresh), await isTaken(after, old)], [true, false])
})

test('from a secret to a key, and from a key to another, nobody is logged out', async (t) => {
  const settings = {
    jwtSecret: null,
    jwtPrivateKey: rivest.secret,
    jwtPreviousKeys: edwards.open,
    jwtPreviousSecrets: [TEST_SECRET],
  }
  const app = await opened(t, settings)
  const id = await newUser(app)
  const bySecret = forgeToken({ claims: { sub: id } })
  assert(await isTaken(app, bySecret))
  const [, previous] = (await expecting(200, app.ask('GET', '/.well-known/jwks.json'))).keys
  const byKey = resigned(bySecret, { alg: 'EdDSA', typ: 'at+jwt', kid: previous.kid }, (text) =>
    sign(null, Buffer.from(text), edwards.secret),
  )
  assert(await isTaken(app, byKey))
})

test('a kid only chooses among the keys there are', async (t) => {
  const app = await opened(t, { jwtSecret: TEST_SECRET })
  const sub = await newUser(app)
  const { id: kid } = (await tokenKeys({ jwtSecret: TEST_SECRET })).signing
  assert(await isTaken(app, forgeToken({ header: { kid }, claims: { sub } })))
  const tricks = [
    '',
    'other',
    '../../../../dev/null',
    "' or 1=1 --",
    '/dev/null\0',
    `${kid}\n`,
    7,
    null,
    [kid],
    {},
  ]
  for (const trick of tricks) {
    for (const secret of [TEST_SECRET, '', '\0']) {
      const token = forgeToken({ header: { kid: trick }, claims: { sub }, secret })
      assert(!(await isTaken(app, token)), JSON.stringify(trick))
    }
  }
})

test('a header that brings its own key, or has to be understood, opens nothing', async (t) => {
  const app = await opened(t, { jwtSecret: null, jwtPrivateKey: edwards.secret })
  const { token } = await app.register('customer')
  const own = ed25519()
  const jwk = own.publicKey.export({ format: 'jwk' })
  const byOwn = (text: string) => sign(null, Buffer.from(text), own.privateKey)
  const byServer = (text: string) => sign(null, Buffer.from(text), edwards.secret)
  const { header } = readToken(token)
  assert(await isTaken(app, resigned(token, header, byServer)))
  for (const trick of [
    { jwk },
    { jku: 'https://evil.example/jwks' },
    { x5c: ['x'] },
    { kid: undefined, jwk },
  ]) {
    assert(!(await isTaken(app, resigned(token, { ...header, ...trick }, byOwn))))
  }
  assert(!(await isTaken(app, resigned(token, { ...header, crit: ['exp'] }, byServer))))
  const none = resigned(token, { ...header, alg: 'none' }, () => Buffer.alloc(0))
  for (const alg of ['none', 'None', 'NONE', 'nOnE', 'RS256', 'ES256', 'HS256']) {
    assert(!(await isTaken(app, resigned(token, { ...header, alg }, byServer))), alg)
    assert(!(await isTaken(app, none.replace(/^[^.]+/, encode({ ...header, alg })))), alg)
  }
})

test('keys are read from files as well, and what is no key is told by its setting and never quoted', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'slotwright-keys-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'key.pem')
  await writeFile(file, edwards.secret)
  const signing = { jwtSecret: null, jwtPrivateKey: file }
  assert.equal((await tokenKeys(signing)).signing.algorithm, 'EdDSA')
  const short = pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 })).secret
  const broken = edwards.secret.replace(/\n(.{20})/, '\nSECRETSECRETSECRET00')
  for (const jwtPrivateKey of [short, edwards.open, 'nowhere.pem', broken, edwards.secret + rivest.secret]) {
    await assert.rejects(tokenKeys({ jwtSecret: null, jwtPrivateKey }), (error: Error) => {
      assert.match(error.message, /^JWT_PRIVATE_KEY /)
      assert.doesNotMatch(error.message, /SECRETSECRET|MC4C|MII/)
      return true
    })
  }
  await assert.rejects(
    tokenKeys({ ...signing, jwtPreviousKeys: 'nonsense' }),
    /^ConfigError: JWT_PREVIOUS_KEYS /,
  )
})
