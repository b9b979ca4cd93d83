import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Application } from '../../src/infrastructure/compose.ts'
import { composeTestNode, openTestApp, type TestApp } from '../support/app.ts'
import { expecting, openShop, type Shop } from './support/shop.ts'

let app: TestApp
let shop: Shop
let other: Application
before(async () => {
  app = await openTestApp()
  shop = await openShop(app)
  other = await composeTestNode({ databaseUrl: app.database.url })
})
after(async () => {
  await other[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})

/** Everyone annotates a new booking at once, whatever its version, each at one of the nodes; it has to have every change. */
async function annotateAtOnce(start: string, clients: number, nodes: readonly Application[]) {
  const { id } = await expecting(201, shop.book(start))
  const headers = { authorization: `Bearer ${shop.customer.token}` }
  const annotate = async (client: number) => {
    const node = nodes[client % nodes.length] as Application
    const payload = { notes: `remark ${client}` }
    return await node.app.inject({ method: 'PATCH', url: `/v1/bookings/${id}`, headers, payload })
  }
  const answers = await Promise.all(Array.from({ length: clients }, (_, client) => annotate(client)))
  assert.deepEqual([...new Set(answers.map(({ statusCode, body }) => statusCode === 200 || body))], [true])
  const versions = answers.map((answer) => answer.json().version).sort((a, b) => a - b)
  assert.deepEqual(
    versions,
    Array.from({ length: clients }, (_, client) => client + 2),
  )
}

test('fifty who change one booking at once at one node all do', () =>
  annotateAtOnce('2026-01-06T10:00:00Z', 50, [app.application]))

test('those who change one booking at once at two nodes all do', () =>
  annotateAtOnce('2026-01-06T12:00:00Z', 24, [app.application, other]))
