import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FieldError } from '../../src/adapters/http/send-problem.ts'
import { type ContractApp, dereferenced, openContractApp } from './support/contract.ts'
import { type CallableOperation, callableOperations } from './support/operations.ts'
import { assertMalformed } from './support/problem.ts'
import { expecting, openShop, type Shop } from './support/shop.ts'

let app: ContractApp
let shop: Shop
let operations: CallableOperation[]
/** Of someone who may do everything, so that nothing below is refused for want of a role. */
let token: string
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
  const { id } = await app.register('provider')
  const roles = ['customer', 'provider', 'admin']
  await app.database.query('update auth.users set roles = $2 where id = $1', [id, roles])
  token = app.tokenFor({ id, roles })
  operations = callableOperations(await dereferenced(app.application.app.swagger()))
})
after(() => app[Symbol.asyncDispose]())

/** A body of the right form, as the document shows it. */
const exampleOf = ({ requestBody }: CallableOperation['operation']): object => {
  const [media] = Object.values(requestBody?.content ?? {})
  return media?.example ?? Object.values(media?.examples ?? {})[0]?.value ?? {}
}

test('no route of the contract takes a query parameter that it does not name', async () => {
  const ours = operations.filter(({ url }) => url.startsWith('/v1/'))
  for (const { name, method, url, operation } of ours) {
    const response = await app.send({
      method,
      url: `${url}?nope=1`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      // Where the body is refused as well, it is said first.
      ...(operation.requestBody && { payload: exampleOf(operation) }),
    })
    assert.equal(response.status, 400, name)
    const errors: readonly FieldError[] = response.json().errors
    assert.deepEqual(
      errors.map(({ field, code }) => `${field} ${code}`).filter((told) => told.startsWith('/nope')),
      ['/nope unknown-field'],
      name,
    )
  }
})

test('what says dry run and would not be one does nothing', async () => {
  const asCustomer = { token: shop.customer.token }
  const { id } = await expecting(201, shop.book('2026-01-06T14:00:00Z'))
  const start = '2026-01-06T15:00:00Z'
  for (const [method, url, body] of [
    ['POST', `/v1/bookings/${id}/cancel`, undefined],
    ['POST', `/v1/bookings/${id}/reschedule`, { start }],
    ['PATCH', `/v1/bookings/${id}`, { notes: 'Changed.' }],
    ['POST', '/v1/holds', { service_id: shop.serviceId, start }],
  ] as const) {
    const response = await app.ask(method, `${url}?dry_run=true`, { ...asCustomer, body })
    assertMalformed(response, '/dry_run unknown-field')
  }
  const free = await shop.slots('from=2026-01-06&to=2026-01-07')
  assert(free.some((slot) => slot.start === start))
  const { status, version } = await expecting(200, app.ask('GET', `/v1/bookings/${id}`, asCustomer))
  assert.deepEqual([status, version], ['confirmed', 1])
})
