import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertProblem } from './support/problem.ts'
import { expecting, makeAdmin } from './support/shop.ts'

let app: ContractApp
before(async () => {
  app = await openContractApp()
})
after(() => app[Symbol.asyncDispose]())

test('what its owner may not see any more is not sent again', async () => {
  const [{ id }, other, stranger] = [
    await app.register('provider'),
    await makeAdmin(app),
    await app.register('customer'),
  ]
  const both = { roles: ['admin', 'provider'] as const }
  await expecting(200, app.ask('PATCH', `/v1/users/${id}`, { token: other.token, body: both }))
  const demoted = { id, token: app.tokenFor({ id, ...both }) }
  const wanted = { url: 'https://receiver.example/hooks', types: ['booking.created'] }
  const webhook = await expecting(
    201,
    app.ask('POST', '/v1/webhooks', { token: demoted.token, body: wanted }),
  )
  const url = `/v1/webhooks/${webhook.id}`
  const sentBefore = async (type: string, about: 'booking' | 'hold', data: object) => {
    const [event, subject] = [randomUUID(), randomUUID()]
    const body = JSON.stringify({ id: event, type, subject: { type: about, id: subject, version: 1 }, data })
    await app.database.query(
      `insert into webhook_deliveries (id, endpoint_id, lane, event_id, event_type, subject_id, body, status, created_at)
       values ($1, $2, 0, $1, $3, $4, $5, 'delivered', now())`,
      [event, webhook.id, type, subject, body],
    )
    return `${url}/deliveries/${event}/replay`
  }
  const theirs = { provider_id: stranger.id, customer_id: stranger.id }
  const ofOthers = await sentBefore('booking.created', 'booking', theirs)
  const own = await sentBefore('booking.created', 'booking', { ...theirs, customer_id: demoted.id })
  const heldByAnother = await sentBefore('hold.created', 'hold', { ...theirs, provider_id: demoted.id })
  const replay = (path: string) => app.ask('POST', path, { token: demoted.token })
  await expecting(202, replay(ofOthers))
  await app.database.query(`update webhook_deliveries set status = 'delivered', due_at = null`)
  const body = { roles: ['provider'] }
  await expecting(200, app.ask('PATCH', `/v1/users/${id}`, { token: other.token, body }))
  for (const path of [ofOthers, heldByAnother]) assertProblem(await replay(path), 403, 'forbidden')
  const { data } = await expecting(200, app.ask('GET', `${url}/deliveries`, { token: demoted.token }))
  assert.deepEqual([...new Set(data.map(({ status }: { status: string }) => status))], ['delivered'])
  await expecting(202, replay(own))
})
