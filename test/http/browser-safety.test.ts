import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { openTestApp, type TestApp } from '../support/app.ts'
import { openSocket } from '../websocket/client.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertProblem } from './support/problem.ts'

const SHOP = 'https://shop.example.com'

let app: ContractApp
let open: TestApp
/** Where `app` listens. */
let origin: Promise<string>
before(async () => {
  app = await openContractApp()
  origin = app.application.app.listen({ port: 0, host: '127.0.0.1' })
  open = await openTestApp(undefined, {
    corsOrigins: [SHOP],
    trustedProxies: ['10.0.0.0/8'],
    publicUrl: 'https://api.example.com',
    ratePolicies: { searches: { quota: 1, windowSeconds: 600 } },
  })
})
after(async () => {
  await app[Symbol.asyncDispose]()
  await open[Symbol.asyncDispose]()
})

const STRICT = "default-src 'none';frame-ancestors 'none'"

test('every answer, an error too, tells browsers to show it nowhere, to run nothing of it and to guess no type', async () => {
  for (const url of ['/v1/services', '/v1/bookings', '/nowhere', '/v1/services/1', '/openapi.json']) {
    const { headers } = await app.ask('GET', url)
    assert.equal(headers['content-security-policy'], STRICT, url)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['x-frame-options'], 'DENY')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
    for (const telling of [
      'server',
      'x-powered-by',
      'access-control-allow-origin',
      'strict-transport-security',
    ]) {
      assert.equal(headers[telling], undefined)
    }
  }
  assert.equal((await app.ask('GET', '/%zz')).headers['x-content-type-options'], 'nosniff')
})

test('pages have what they need and nothing else: their own style, their own scripts', async () => {
  const page = await app.ask('GET', '/problems/slot-taken')
  assert.match(
    String(page.headers['content-security-policy']),
    /^default-src 'none'; style-src 'sha256-\S+='; /,
  )
  assert.doesNotMatch(page.text, /<script|style="/)
  const docs = await app.ask('GET', '/docs/')
  const policy = String(docs.headers['content-security-policy'])
  assert.match(policy, /script-src 'self';.*connect-src 'self';.*frame-ancestors 'none'/)
  // Whatever script the page has comes from here.
  for (const [, attributes = '', inline = ''] of docs.text.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
    assert.match(attributes, /src="\.?\/(docs\/)?static\/|src="\/docs/)
    assert.equal(inline.trim(), '')
  }
})

test('a server that is reached by https asks browsers to keep to it', async () => {
  const { headers } = await open.ask('GET', '/health')
  assert.match(String(headers['strict-transport-security']), /^max-age=15552000/)
})

test('a page of a named origin may call and read what it needs, and one of another origin may not', async () => {
  const ask = (origin: string) => open.ask('GET', '/v1/bookings', { headers: { origin } })
  const { headers } = await ask(SHOP)
  assert.equal(headers['access-control-allow-origin'], SHOP)
  assert.equal(headers['access-control-allow-credentials'], undefined)
  const exposed = String(headers['access-control-expose-headers']).split(', ')
  for (const name of [
    'ETag',
    'Location',
    'RateLimit',
    'Retry-After',
    'X-Request-Id',
    'Idempotency-Replayed',
  ]) {
    assert(exposed.includes(name), name)
  }
  for (const other of [
    'https://shop.example.com.evil.example',
    'http://shop.example.com',
    'null',
    `${SHOP}/`,
  ]) {
    assert.equal((await ask(other)).headers['access-control-allow-origin'], undefined, other)
    assert.equal((await ask(other)).headers.vary, 'Origin')
  }
})

test('a preflight is answered without a token, for a path that there is or not', async () => {
  for (const url of ['/v1/bookings', '/nowhere']) {
    const { statusCode, headers, body } = await open.application.app.inject({
      method: 'OPTIONS',
      url,
      headers: { origin: SHOP, 'access-control-request-method': 'PATCH' },
    })
    assert.deepEqual([statusCode, body], [204, ''])
    assert.match(String(headers['access-control-allow-methods']), /PATCH/)
    assert.match(String(headers['access-control-allow-headers']), /Idempotency-Key/)
  }
})

test('a known path with another method is 405 with those it has, and OPTIONS names them', async () => {
  const allowed = {
    '/v1/bookings': 'GET, HEAD, OPTIONS, POST',
    '/v1/auth/login': 'OPTIONS, POST',
    '/v1/services/01900000-0000-7000-8000-000000000001?x=1': 'DELETE, GET, HEAD, OPTIONS, PATCH',
    '/docs/static/x.js': 'GET, HEAD, OPTIONS',
    '/.well-known/jwks.json': 'GET, HEAD, OPTIONS',
  }
  for (const [url, allow] of Object.entries(allowed)) {
    for (const method of ['PUT', 'TRACE', 'PROPFIND'] as const) {
      const refused = await app.send({ method: method as 'PUT', url })
      assertProblem(refused, 405, 'method-not-allowed')
      assert.equal(refused.headers.allow, allow)
    }
    const options = await app.send({ method: 'OPTIONS', url })
    assert.deepEqual([options.status, options.headers.allow, options.text], [204, allow, ''])
  }
  assertProblem(await app.send({ method: 'GET', url: '/v1/auth/login' }), 405, 'method-not-allowed')
  assertProblem(await app.send({ method: 'OPTIONS', url: '/-well-known/jwksXjson' }), 404, 'route-not-found')
})

test('a method in a header is not heard', async () => {
  const { token } = await app.register('customer')
  for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override', '_method']) {
    const answer = await app.ask('GET', '/v1/bookings?limit=1', { token, headers: { [name]: 'DELETE' } })
    assert.equal(answer.status, 200)
    const posted = await app.ask('POST', '/v1/events', { token, headers: { [name]: 'GET' }, body: {} })
    assertProblem(posted, 405, 'method-not-allowed')
  }
})

test('only a trusted proxy says where a request comes from', async () => {
  const ask = async (remoteAddress: string, client: string) => {
    const headers = { 'x-forwarded-for': `198.51.100.1, ${client}` }
    const sent = { method: 'GET', url: '/v1/services', remoteAddress, headers } as const
    return (await open.application.app.inject(sent)).statusCode
  }
  // What a client itself has written before it is not believed.
  assert.deepEqual([await ask('10.1.2.3', '203.0.113.1'), await ask('10.1.2.3', '203.0.113.1')], [200, 429])
  assert.equal(await ask('10.1.2.3', '203.0.113.2'), 200)
  assert.deepEqual([await ask('192.0.2.1', '203.0.113.3'), await ask('192.0.2.1', '203.0.113.4')], [200, 429])
})

/** What a page of an origin hears first when it opens a socket, or what it is refused with. */
const firstHeard = (url: string, origin?: string) =>
  openSocket(url, origin === undefined ? {} : { origin }).then(
    async (client) => {
      await using socket = client
      return (await socket.next()).type
    },
    (error: Error) => error.message,
  )

test('a socket is opened to pages of the origins named, and to programs, which have none', async () => {
  const url = `${await open.application.app.listen({ port: 0, host: '127.0.0.1' })}/v1/events`
  for (const origin of [SHOP, undefined, new URL(url).origin, 'https://api.example.com']) {
    assert.equal(await firstHeard(url, origin), 'hello', String(origin))
  }
  for (const origin of ['https://evil.example', `${SHOP}.evil.example`, 'null', 'http://127.0.0.1:1']) {
    assert.equal(await firstHeard(url, origin), 'Unexpected server response: 403', origin)
  }
})

test('where no origins are named, a socket is opened to pages of its own alone', async () => {
  const url = `${await origin}/v1/events`
  for (const origin of [undefined, new URL(url).origin]) {
    assert.equal(await firstHeard(url, origin), 'hello', String(origin))
  }
  for (const origin of [SHOP, 'https://evil.example', 'null', 'x']) {
    assert.equal(await firstHeard(url, origin), 'Unexpected server response: 403', origin)
  }
})

/** What a connection hears that says this and no more, once the server has closed it. */
async function heardBy(port: number, said: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.on('data', (data) => {
    heard += data
  })
  socket.write(said)
  await once(socket, 'close', { signal: AbortSignal.timeout(45_000) })
  return heard
}

test('who takes too long to say what is wanted is shown the door, and holds up nobody', async () => {
  const port = Number(new URL(await origin).port)
  const heard = await Promise.all([
    heardBy(port, 'GET /health HTTP/1.1\r\nHost: x\r\nX-Slow'),
    heardBy(port, 'GET /health HTTP/1.1\r\nHost: x\r\nX-Long: '.concat('x'.repeat(20_000))),
    fetch(`http://127.0.0.1:${port}/health`).then(({ status }) => `HTTP/1.1 ${status}`),
  ])
  assert.deepEqual(
    heard.map((text) => text.slice(0, 12)),
    ['HTTP/1.1 408', 'HTTP/1.1 431', 'HTTP/1.1 200'],
  )
})
