import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Compile } from 'typebox/compile'
import {
  CONTRACT_HEADERS,
  type ContractApp,
  type ContractDocument,
  dereferenced,
  headerViolations,
  openContractApp,
} from './support/contract.ts'
import { answersOf, operationsOf } from './support/document.ts'
import { expecting } from './support/shop.ts'

let app: ContractApp
let document: ContractDocument
before(async () => {
  app = await openContractApp()
  const served = await expecting(200, app.ask('GET', '/openapi.json'))
  document = await dereferenced(served)
})
after(() => app[Symbol.asyncDispose]())

test('every answer is described in words of its own', () => {
  for (const { name, answer } of answersOf(document)) {
    assert.match(answer.description, /^[A-Z`].{2,}\.$/, name)
    assert.notEqual(answer.description, 'Default Response', name)
  }
})

test('every answer declares the headers that its status comes with', () => {
  const needed: Readonly<Record<string, string>> = {
    304: 'ETag',
    401: 'WWW-Authenticate',
    429: 'Retry-After',
    503: 'Retry-After',
  }
  for (const { name, status, operation, answer } of answersOf(document)) {
    const declared = Object.keys(answer.headers ?? {})
    for (const header of declared) assert((CONTRACT_HEADERS as readonly string[]).includes(header), name)
    const known = status === '200' && operation.responses[304] ? 'ETag' : needed[status]
    for (const header of ['X-Request-Id', ...(known === undefined ? [] : [known])]) {
      assert(declared.includes(header), `${name} ${header}`)
    }
  }
})

test('an answer whose headers are not those that are declared is found', async () => {
  const violations = (schema: object, value: unknown) => Compile(schema).Errors(value)
  const response = await app.ask('GET', '/health')
  const declared = answersOf(document).find(({ name }) => name === 'GET /health 200')?.answer
  assert(declared)
  assert.deepEqual(headerViolations(declared, response, violations), [])
  for (const name of CONTRACT_HEADERS) {
    const { [name]: _gone, ...headers } = declared.headers ?? {}
    const sent = { ...response, headers: { ...response.headers, [name.toLowerCase()]: 'anything' } }
    assert.equal(headerViolations({ ...declared, headers }, sent, violations).length, 1, name)
  }
  const silent = { ...response, headers: {} }
  assert.equal(headerViolations(declared, silent, violations).length, 2)
})

test('every operation names the headers that it reads, and none has to be sent', () => {
  for (const { route, operation } of operationsOf(document)) {
    const read = (operation.parameters ?? []).filter((parameter) => parameter.in === 'header')
    const isChange =
      /^(PUT|PATCH|DELETE)|\/v1\/bookings\/:id\//.test(route.replace(/^GET.*/, '')) &&
      !/time-off|holds/.test(route)
    // Answers of these hold tokens, tickets or secrets, which are kept nowhere; what a webhook is sent twice, it can tell.
    const isRepeatable =
      /^POST \/v1\/(?!auth\/|events\/|webhooks)/.test(route) || route === 'PATCH /v1/bookings/:id'
    const expected = [
      ...(isChange ? ['If-Match'] : []),
      ...(isRepeatable ? ['Idempotency-Key'] : []),
      ...(operation.responses[304] ? ['If-None-Match'] : []),
      'X-Request-Id',
    ]
    assert.deepEqual(
      read.map(({ name }) => name),
      expected,
      route,
    )
    assert(!read.some(({ required }) => required), route)
    assert.equal(operation.responses[412] !== undefined, isChange, route)
  }
})

test('a body that may be left out is declared so, and no other', () => {
  const optional = operationsOf(document).filter(({ operation }) => operation.requestBody?.required === false)
  assert.deepEqual(
    optional.map(({ route }) => route),
    ['confirm', 'decline', 'cancel', 'complete', 'no-show'].map((verb) => `POST /v1/bookings/:id/${verb}`),
  )
})
