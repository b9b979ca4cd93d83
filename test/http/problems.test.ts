import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { problems } from '../../src/adapters/http/problems.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertProblem } from './support/problem.ts'
import { openShop } from './support/shop.ts'

let app: ContractApp
before(async () => {
  app = await openContractApp()
})
after(() => app[Symbol.asyncDispose]())

test('every code has a page that explains it in words', async () => {
  const codes = Object.entries(problems)
  assert(codes.length > 25)
  for (const [code, { status, title }] of codes) {
    const { status: answered, headers, text } = await app.ask('GET', `/problems/${code}`)
    assert.equal(answered, 200, code)
    assert.match(String(headers['content-type']), /^text\/html/)
    for (const part of ['<!doctype html>', `<code>${code}</code>`, String(status), title]) {
      assert(text.includes(part.replaceAll("'", '&#39;')) || text.includes(part), `${code}: ${part}`)
    }
  }
})

test('a code that there is not has no page, and none of the words of the language is one', async () => {
  for (const code of ['nope', '__proto__', 'constructor', 'toString', '<script>', 'x'.repeat(64)]) {
    assertProblem(await app.ask('GET', `/problems/${encodeURIComponent(code)}`), 404, 'route-not-found')
  }
})

test('a problem has a type that leads to its page, and the words of that page', async () => {
  const shop = await openShop(app)
  const answers = [
    await app.ask('GET', '/v1/bookings'),
    await app.ask('GET', '/nowhere'),
    await shop.book('2026-01-06T09:10:00Z'),
    await app.ask('POST', '/v1/auth/login', { body: {} }),
  ]
  for (const answer of answers) {
    const { type, title, status, detail, instance, code } = answer.json()
    assert.equal(type, `/problems/${code}`)
    assert.equal((await app.ask('GET', type)).status, 200)
    const { help, ...kind } = problems[code as keyof typeof problems]
    assert.deepEqual({ status, title, detail }, { ...kind, detail: help })
    assert.equal(instance, answer.headers['x-request-id'])
  }
})

test('a request keeps the id that it came with, in the answer and in its problem', async () => {
  for (const id of ['a', 'trace-7.1:2_x', '01900000-0000-7000-8000-000000000001', 'x'.repeat(128)]) {
    const headers = { 'x-request-id': id }
    assert.equal((await app.ask('GET', '/health', { headers })).headers['x-request-id'], id)
    assert.equal((await app.ask('GET', '/nowhere', { headers })).json().instance, id)
    assert.equal((await app.ask('GET', '/v1/services/%', { headers })).headers['x-request-id'], id)
  }
})

test('an id that could do harm in a log or a header is replaced', async () => {
  for (const id of ['', ' ', 'a b', 'a\tb', '"', '<script>', '{"level":60}', 'ü', 'x'.repeat(129)]) {
    const { headers } = await app.ask('GET', '/health', { headers: { 'x-request-id': id } })
    assert.match(String(headers['x-request-id']), /^[0-9a-f]{8}-[0-9a-f]{4}-7/, id)
  }
})

test('without an id every request gets one of its own', async () => {
  const first = (await app.ask('GET', '/health')).headers['x-request-id']
  assert.notEqual(first, (await app.ask('GET', '/health')).headers['x-request-id'])
})

test('a server that is well says so, and that its answer is not to be kept', async () => {
  const health = await app.ask('GET', '/health')
  assert.deepEqual([health.status, health.json()], [200, { status: 'ok' }])
  const ready = await app.ask('GET', '/ready')
  assert.deepEqual([ready.status, ready.json()], [200, { status: 'ok', database: 'ok', redis: 'memory' }])
  for (const { headers } of [health, ready]) assert.equal(headers['cache-control'], 'no-store')
})
