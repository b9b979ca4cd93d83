import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hostileUrls } from '../adapters/webhook-hostile-targets.ts'
import type { TestUser } from '../support/app.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertInvalid, assertMalformed, assertProblem } from './support/problem.ts'
import { countRows } from './support/row-counts.ts'
import { expecting, makeAdmin, readPages } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'
const URL_ = 'https://receiver.example/hooks'

let app: ContractApp
let owner: TestUser
before(async () => {
  app = await openContractApp()
  owner = await app.register('customer')
})
after(() => app[Symbol.asyncDispose]())

const create = (more: object = {}, user: Pick<TestUser, 'token'> = owner) =>
  app.ask('POST', '/v1/webhooks', {
    token: user.token,
    body: { url: URL_, types: ['booking.created'], ...more },
  })

const created = async (more: object = {}, user?: TestUser) => {
  const { secret, ...webhook } = await expecting(201, create(more, user))
  return { secret: secret as string, webhook, url: `/v1/webhooks/${webhook.id}` }
}

/** Someone with no webhooks yet. */
const someone = () => app.register('provider')

test('a webhook comes with its secret, once, and an answer that is kept nowhere', async () => {
  const user = await someone()
  const answer = await create({ description: 'Mine', types: ['hold.created', 'booking.created'] }, user)
  const { id, secret, ...rest } = await expecting(201, Promise.resolve(answer))
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  assert.deepEqual(rest, {
    owner_id: user.id,
    url: URL_,
    types: ['hold.created', 'booking.created'],
    description: 'Mine',
    is_active: true,
    disabled_because: null,
    version: 1,
    created_at: '2026-01-05T08:00:00Z',
    updated_at: '2026-01-05T08:00:00Z',
  })
  assert.deepEqual(
    [answer.headers.location, answer.headers.etag, answer.headers['cache-control']],
    [`/v1/webhooks/${id}`, '"1"', 'no-store'],
  )
  const { token } = user
  for (const url of [`/v1/webhooks/${id}`, '/v1/webhooks', `/v1/webhooks/${id}/deliveries`]) {
    assert.doesNotMatch((await app.ask('GET', url, { token })).text, /whsec_|secret/, url)
  }
  const headers = { 'idempotency-key': 'one' }
  const twice = [1, 2].map(() =>
    expecting(
      201,
      app.ask('POST', '/v1/webhooks', { token, headers, body: { url: URL_, types: ['hold.created'] } }),
    ),
  )
  const [first, second] = await Promise.all(twice)
  assert.notEqual(first.secret, second.secret)
  const kept = await app.database.query('select 1 from idempotency_keys where user_id = $1', [user.id])
  assert.deepEqual(kept, [])
})

test('a webhook is changed by version, and by nobody who has an old one', async () => {
  const { url, webhook } = await created()
  const { token } = owner
  const patch = (body: object, tag?: string) =>
    app.ask('PATCH', url, { token, body, ...(tag !== undefined && { headers: { 'if-match': tag } }) })
  const changed = await expecting(
    200,
    patch({ url: 'https://other.example:8443/', types: ['hold.expired'] }, '"1"'),
  )
  assert.deepEqual(changed, {
    ...webhook,
    url: 'https://other.example:8443/',
    types: ['hold.expired'],
    version: 2,
  })
  assertProblem(await patch({ description: 'x' }, '"1"'), 412, 'version-mismatch', { version: 2 })
  assertMalformed(await patch({ description: 'x' }, 'two'), '/headers/if-match format')
  assert.equal((await expecting(200, patch({}))).version, 2)
  const off = await expecting(200, patch({ is_active: false }))
  assert.deepEqual([off.is_active, off.disabled_because, off.version], [false, 'owner', 3])
  assertProblem(await app.ask('POST', `${url}/ping`, { token }), 409, 'webhook-disabled')
  const replay = `${url}/deliveries/${UNKNOWN}/replay`
  assertProblem(await app.ask('POST', replay, { token }), 409, 'webhook-disabled')
  assert.equal((await expecting(200, patch({ is_active: true }))).disabled_because, null)
  const read = await app.ask('GET', url, { token })
  assert.equal(read.headers.etag, '"4"')
  assert.equal((await app.ask('GET', url, { token, headers: { 'if-none-match': '"4"' } })).status, 304)
  const old = { token, headers: { 'if-match': '"3"' } }
  assertProblem(await app.ask('DELETE', url, old), 412, 'version-mismatch', { version: 4 })
  await expecting(204, app.ask('DELETE', url, { token }))
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/ping'],
    ['POST', '/rotate-secret'],
    ['GET', '/deliveries'],
  ] as const) {
    assertProblem(await app.ask(method, url + path, { token }), 404, 'webhook-not-found')
  }
})

test('everyone lists their own, and an admin all, page by page', async () => {
  const user = await someone()
  const mine: string[] = []
  for (let count = 0; count < 5; count++) mine.push((await created({}, user)).webhook.id)
  for (const limit of [1, 2, 5]) {
    const ids = (await readPages(app, '/v1/webhooks', limit, { token: user.token })).map(({ id }) => id)
    assert.deepEqual(ids, mine)
  }
  const all = await readPages(app, '/v1/webhooks', 100, { token: (await makeAdmin(app)).token })
  assert(mine.every((id) => all.some((each) => each.id === id)) && all.length > mine.length)
})

test('a user may have twenty', async () => {
  const user = await someone()
  for (let count = 0; count < 20; count++) await created({}, user)
  assertProblem(await create({}, user), 422, 'too-many-webhooks', { limit: 20 })
})

test('a secret is rotated into another, and the one before is good for a day', async () => {
  const { secret, url } = await created()
  const answer = await app.ask('POST', `${url}/rotate-secret`, { token: owner.token })
  const rotated = await expecting(200, Promise.resolve(answer))
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.equal(rotated.previous_secret_expires_at, '2026-01-06T08:00:00Z')
  assert.notEqual(rotated.secret, secret)
  const rows = await app.database.query(
    'select secret, previous_secret from auth.webhook_secrets where endpoint_id = $1',
    [url.split('/').at(-1)],
  )
  assert.deepEqual(rows, [{ secret: rotated.secret, previous_secret: secret }])
})

test('a ping is a delivery like any other, in the words of an event', async () => {
  const { url, webhook } = await created()
  const { token } = owner
  const { event_id: eventId } = await expecting(202, app.ask('POST', `${url}/ping`, { token }))
  const { data } = await expecting(200, app.ask('GET', `${url}/deliveries`, { token }))
  const [{ id, created_at: createdAt, next_attempt_at: next, ...rest }] = data
  assert.deepEqual(rest, {
    webhook_id: webhook.id,
    event_id: eventId,
    event_type: 'webhook.ping',
    status: 'pending',
    attempts: [],
  })
  assert(Date.parse(next) - Date.parse(createdAt) < 1_000)
  const [{ body }] = (await app.database.query<{ body: string }>(
    'select body from webhook_deliveries where id = $1',
    [id],
  )) as [{ body: string }]
  assert.deepEqual(JSON.parse(body), {
    id: eventId,
    type: 'webhook.ping',
    occurred_at: '2026-01-05T08:00:00Z',
    subject: { type: 'webhook', id: webhook.id, version: 1 },
    data: {},
  })
  const replayed = await expecting(202, app.ask('POST', `${url}/deliveries/${id}/replay`, { token }))
  assert.deepEqual([replayed.id, replayed.status], [id, 'pending'])
  assertProblem(
    await app.ask('POST', `${url}/deliveries/${UNKNOWN}/replay`, { token }),
    404,
    'delivery-not-found',
  )
  const { url: other } = await created()
  assertProblem(
    await app.ask('POST', `${other}/deliveries/${id}/replay`, { token }),
    404,
    'delivery-not-found',
  )
})

test('no address inside is taken, in whatever words, and the field is named', async () => {
  const urls = hostileUrls(8443).filter((url) => url.length > 0 && url.isWellFormed())
  const { url: known } = await created()
  const before = await expecting(200, app.ask('GET', known, { token: owner.token }))
  const rows = await countRows(app.database)
  for (const url of urls) {
    const refused = await create({ url })
    assert.equal(refused.status, 422, url)
    assert(
      refused.json().errors.every(({ field }: { field: string }) => field === '/url'),
      url,
    )
    const kept = await app.ask('PATCH', known, { token: owner.token, body: { url } })
    assert.equal(kept.status, 422, url)
  }
  assert.deepEqual(await expecting(200, app.ask('GET', known, { token: owner.token })), before)
  assert.deepEqual(await countRows(app.database), rows)
  assertInvalid(
    await create({ url: 'http://user@127.0.0.1:22/#x' }),
    ...['/url address', '/url credentials', '/url fragment', '/url port', '/url scheme'],
  )
})

test('a host that DNS cannot have is refused, and the longest that it can is taken', async () => {
  const label = 'x'.repeat(63)
  const longest = `${[label, label, label].join('.')}.${'x'.repeat(61)}`
  const { url: known } = await created()
  for (const host of [
    ...['a..example', 'example..', '.example', 'localhost..', `${label}x.example`, `${longest}x`],
    // 60 letters, which are more where they are written as a URL has them.
    `${'äöü'.repeat(20)}.example`,
  ]) {
    const url = `https://${host}/hooks`
    const patched = app.ask('PATCH', known, { token: owner.token, body: { url } })
    for (const refused of [await create({ url }), await patched]) assertInvalid(refused, '/url host')
  }
  for (const host of [longest, `${longest}.`, 'ä.example', '93.184.215.14', '[2606:2800:21f:cb07::1]']) {
    await created({ url: `https://${host}/hooks` })
  }
})

test('what is wrong with a body is told by field', async () => {
  assertMalformed(await app.ask('POST', '/v1/webhooks', { token: owner.token }), ' type')
  assertMalformed(
    await app.ask('POST', '/v1/webhooks', { token: owner.token, body: {} }),
    '/types required',
    '/url required',
  )
  for (const [body, ...violations] of [
    [{ url: 7 }, '/url type'],
    [{ url: '' }, '/url minLength'],
    [{ url: `https://a.example/${'x'.repeat(2048)}` }, '/url maxLength'],
    [{ url: 'https://a.example/\u0000' }, '/url unkeepable-text'],
    [{ url: 'https://a.example/\ud800' }, '/url unkeepable-text'],
    [{ types: [] }, '/types minItems'],
    [{ types: 'booking.created' }, '/types type'],
    [{ types: ['booking.created', 'booking.created'] }, '/types uniqueItems'],
    [{ types: ['booking.eaten'] }, '/types/0 enum'],
    [{ types: ['availability.changed'] }, '/types/0 enum'],
    [{ types: ['webhook.ping'] }, '/types/0 enum'],
    [{ description: 'x'.repeat(501) }, '/description maxLength'],
    [{ description: null }, '/description type'],
    [{ secret: 'whsec_mine' }, '/secret unknown-field'],
    [{ is_active: false }, '/is_active unknown-field'],
  ] as const) {
    assertMalformed(await create(body), ...violations)
  }
  const { url } = await created()
  for (const [body, ...violations] of [
    [{ is_active: 'yes' }, '/is_active type'],
    [{ types: [] }, '/types minItems'],
    [{ owner_id: UNKNOWN }, '/owner_id unknown-field'],
    [{ disabled_because: null }, '/disabled_because unknown-field'],
  ] as const) {
    assertMalformed(await app.ask('PATCH', url, { token: owner.token, body }), ...violations)
  }
})

test('an id or a page that is none is refused by every route', async () => {
  const { token } = owner
  for (const [method, path] of [
    ['GET', '/v1/webhooks/x'],
    ['PATCH', '/v1/webhooks/x'],
    ['DELETE', '/v1/webhooks/x'],
    ['POST', '/v1/webhooks/x/ping'],
    ['POST', '/v1/webhooks/x/rotate-secret'],
    ['GET', '/v1/webhooks/x/deliveries'],
  ] as const) {
    const ask = { token, ...(method === 'PATCH' && { body: {} }) }
    assertMalformed(await app.ask(method, path, ask), '/id format')
  }
  const replay = await app.ask('POST', '/v1/webhooks/x/deliveries/y/replay', { token })
  assertMalformed(replay, '/delivery_id format', '/id format')
  const { url } = await created()
  const cursor = (value: unknown) => Buffer.from(JSON.stringify([value, UNKNOWN])).toString('base64url')
  for (const list of ['/v1/webhooks', `${url}/deliveries`]) {
    for (const text of [cursor('x'), cursor('-1'), cursor('99999999999999'), cursor(1), 'e30']) {
      assertMalformed(await app.ask('GET', `${list}?cursor=${text}`, { token }), '/cursor format')
    }
    assert.equal((await app.ask('GET', `${list}?cursor=${cursor('9999999999999')}`, { token })).status, 200)
    assertMalformed(await app.ask('GET', `${list}?limit=0`, { token }), '/limit minimum')
    assertMalformed(await app.ask('GET', `${list}?x=1`, { token }), '/x unknown-field')
  }
})
