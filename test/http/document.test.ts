import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import SwaggerParser from '@apidevtools/swagger-parser'
import { Compile } from 'typebox/compile'
import { FRONT_DOOR_NAMES, tagsOf } from '../../src/infrastructure/front-doors.ts'
import { goldenFiles, readGolden } from '../support/golden.ts'
import { accessTable } from './support/access-table.ts'
import { type ContractApp, type ContractDocument, dereferenced, openContractApp } from './support/contract.ts'
import { operationsOf } from './support/document.ts'
import { assertMalformed, violationsOf } from './support/problem.ts'
import { expecting } from './support/shop.ts'

let app: ContractApp
let served: object
let document: ContractDocument
before(async () => {
  app = await openContractApp()
  served = await expecting(200, app.ask('GET', '/openapi.json'))
  document = await dereferenced(served)
})
after(() => app[Symbol.asyncDispose]())

const operations = () => operationsOf(document)

test('the document is valid OpenAPI 3.1', async () => {
  assert.equal(document.openapi, '3.1.0')
  await SwaggerParser.validate(structuredClone(served) as never)
})

test('the document that is served is the committed one', async () => {
  const golden = goldenFiles.find(({ file }) => file === 'docs/openapi.json')
  assert(golden)
  assert.deepEqual(JSON.parse(await readGolden(golden)), served)
})

test('every route of the contract is in it, and nothing else', () => {
  const documented = operations().map(({ route }) => route)
  const known = Object.keys(accessTable).filter(
    (route) => !/ \/(docs|openapi\.json|asyncapi\.json|socket\.io)/.test(route),
  )
  assert.deepEqual(documented.sort(), known.sort())
})

test('every operation has a name of its own, a summary and a tag that is explained', () => {
  const names = operations().map(({ operation }) => operation.operationId)
  assert.equal(new Set(names).size, names.length)
  const { tags } = served as { tags: { name: string; description: string }[] }
  for (const { route, operation } of operations()) {
    const { summary, tags: ownTags = [] } = operation as { summary?: string; tags?: string[] }
    assert.match(operation.operationId, /^[a-z][A-Za-z]+$/, route)
    assert(summary, route)
    assert.equal(ownTags.length, 1, route)
    assert(
      tags.some(({ name, description }) => name === ownTags[0] && description),
      route,
    )
  }
})

test('what the document says of tokens is what the routes ask for', () => {
  for (const { route, operation } of operations()) {
    const [nobody, ...others] = accessTable[route]?.split(' ') ?? []
    const needed = nobody === '401' ? [{ bearer: [] }] : [{}, { bearer: [] }]
    assert.deepEqual(operation.security, others.includes('401') ? needed : [], route)
  }
})

test('every operation declares a success, what any route may answer, and who may not', () => {
  for (const { route, operation } of operations()) {
    const statuses = Object.keys(operation.responses)
    assert(
      statuses.some((status) => status.startsWith('2')),
      route,
    )
    for (const status of ['400', '500', '503']) assert(statuses.includes(status), `${route} ${status}`)
    for (const status of new Set(accessTable[route]?.split(/[ /]/))) {
      assert(statuses.includes(status), `${route} ${status}`)
    }
    const hasBody = operation.requestBody !== undefined
    assert.equal(hasBody, statuses.includes('413') && statuses.includes('415'), route)
  }
})

/** Front doors answer errors in shapes of their own. */
const doorTags = new Set(tagsOf(FRONT_DOOR_NAMES).map(({ name }) => name))

test('every problem is declared as one', () => {
  for (const { route, operation } of operations()) {
    const { tags: [tag = ''] = [] } = operation as { tags?: string[] }
    for (const [status, { content }] of Object.entries(operation.responses)) {
      if (Number(status) < 400 || route === 'GET /ready' || doorTags.has(tag)) continue
      assert.deepEqual(Object.keys(content ?? {}), ['application/problem+json'], `${route} ${status}`)
    }
  }
})

interface WithExamples {
  readonly examples?: readonly object[]
}

/** Each example of a body that the document gives, with the route it is for. */
const examples = () =>
  operations().flatMap(({ route, operation: { requestBody } }) => {
    const media = requestBody?.content['application/json'] as
      | { schema: WithExamples; example?: object; examples?: Record<string, { value: object }> }
      | undefined
    if (!media) return []
    const own = [media.example, ...Object.values(media.examples ?? {}).map(({ value }) => value)]
    const bodies = [...own, ...(media.schema.examples ?? [])].filter((body) => body !== undefined)
    return [{ route, schema: media.schema, bodies }]
  })

test('every body has an example, and every example is one that its schema takes', () => {
  assert(examples().length > 5)
  for (const { route, schema, bodies } of examples()) {
    assert(bodies.length > 0, `${route} has no example`)
    for (const body of bodies) assert.deepEqual(Compile(schema).Errors(body), [], route)
  }
})

test('the examples that need no id of one’s own work as they stand', async () => {
  const bodyOf = (route: string) => examples().find((example) => example.route === route)?.bodies[0]
  const account = bodyOf('POST /v1/auth/register')
  const { user, access_token: token } = await expecting(
    201,
    app.ask('POST', '/v1/auth/register', { body: account }),
  )
  const login = bodyOf('POST /v1/auth/login')
  await expecting(200, app.ask('POST', '/v1/auth/login', { body: login }))
  assert.deepEqual(user.roles, ['provider'])
  const service = bodyOf('POST /v1/services')
  const { id } = await expecting(201, app.ask('POST', '/v1/services', { token, body: service }))
  const change = bodyOf('PATCH /v1/services/:id')
  await expecting(200, app.ask('PATCH', `/v1/services/${id}`, { token, body: change }))
  const week = bodyOf('PUT /v1/providers/:id/schedule')
  await expecting(200, app.ask('PUT', `/v1/providers/${user.id}/schedule`, { token, body: week }))
})

test('the page of the contract and the document in other clothes are served', async () => {
  for (const path of ['/docs', '/docs/']) {
    const { status, headers, text } = await app.ask('GET', path)
    assert.deepEqual([status, String(headers['content-type']).split(';')[0]], [200, 'text/html'])
    assert.match(text, /swagger-ui/)
  }
  assert.deepEqual(await expecting(200, app.ask('GET', '/docs/json')), served)
  const page = await app.ask('GET', '/docs')
  for (const [, asset = ''] of page.text.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)) {
    assert.equal((await app.ask('GET', asset)).status, 200, asset)
  }
})

test('a validator of the tests that finds nothing would find something', async () => {
  const response = await app.ask('POST', '/v1/auth/login', { body: { email: 1 } })
  assert.deepEqual(violationsOf(response), ['/email type', '/password required'])
  assert.throws(() => assertMalformed(response, '/email type'))
})
