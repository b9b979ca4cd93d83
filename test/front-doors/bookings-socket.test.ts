import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { expecting, openShop, type Shop } from '../http/support/shop.ts'
import { openTestApp, type TestApp } from '../support/app.ts'
import { everythingIsReadable } from '../support/database.ts'
import { listen, refusalOf } from './socket-client.ts'

let app: TestApp
let shop: Shop
let url: string
before(async () => {
  app = await openTestApp()
  shop = await openShop(app, { service: { reminder_minutes: [10] } })
  url = await app.application.app.listen({ port: 0, host: '127.0.0.1' })
})
after(() => app[Symbol.asyncDispose]())

let hours = 0
const nextStart = () =>
  new Date(Date.UTC(2026, 0, 6 + Math.floor(hours / 8), 9 + (hours++ % 8))).toISOString()
const book = async () => (await expecting(201, shop.book(nextStart()))).id as string

describe('Socket.IO', () => {
  it('tells of a booking', async () => {
    await everythingIsReadable(app.database)
    await using listener = await listen(url, { auth: { token: shop.customer.token } })
    const id = await book()
    const [name, words, cursor] = await listener.next()
    console.log(name, words, cursor)
    assert.equal(words.id, id)
    console.log(await refusalOf(url, {}), await refusalOf(url, { transports: ['polling'] }))
    await using polling = await listen(url, { transports: ['polling'], auth: { token: shop.provider.token } })
    await using both = await listen(url, {
      transports: ['polling', 'websocket'],
      auth: { token: shop.provider.token },
    })
    await book()
    console.log(await polling.next(), (await both.next())[0], both.socket.io.engine.transport.name)
  })
})
