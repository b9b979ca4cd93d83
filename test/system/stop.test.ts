import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { launch } from '../support/server-process.ts'

/** Takes connections and never says a word. */
async function silentServer() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert(typeof address === 'object' && address !== null)
  return {
    url: `postgres://me:hushhush@127.0.0.1:${address.port}/x`,
    asked: once(server, 'connection'),
    [Symbol.dispose]: () => void server.close(),
  }
}

const settingsFor = (url: string) => ({ PORT: '0', DATABASE_URL: url, JWT_SECRET: 'x'.repeat(32) })

test('a start on a database that says nothing ends with a line', async () => {
  using database = await silentServer()
  using server = launch(settingsFor(database.url))
  const { code, output } = await server.end
  assert.match(output, /^Cannot connect to PostgreSQL at 127\.0\.0\.1:\d+: no answer within 10 seconds\n$/)
  assert.equal(code, 1)
})

test('a start that is interrupted says so at once, and ends at once when it is interrupted again', async () => {
  using database = await silentServer()
  using server = launch(settingsFor(database.url))
  await Promise.race([database.asked, server.end])
  server.process.kill('SIGINT')
  // What npm passes on of the same Ctrl-C is not a second one.
  server.process.kill('SIGINT')
  await delay(700)
  assert.equal(server.output(), 'Stopping; once more to end now\n')
  assert.equal(server.process.exitCode, null)
  const asked = performance.now()
  server.process.kill('SIGINT')
  assert.deepEqual(await server.end, { code: 1, output: 'Stopping; once more to end now\n' })
  assert.ok(performance.now() - asked < 5000)
})
