import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { NameNotFound } from '../../src/adapters/webhook/resolve.ts'
import type { Instant } from '../../src/domain/instant.ts'
import { CERTIFICATE } from '../support/certificate.ts'
import { openReceiver } from '../support/receiver.ts'
import { ask, body, headersOf, local, message, NEVER, resolvesTo, SECRET } from './webhook-sending.ts'

describe('A message', () => {
  it('comes byte for byte, is taken by the official verifier, and says what it is', async () => {
    await using receiver = await openReceiver(() => 204)
    assert.deepEqual(await ask(receiver.url), [204, null])
    assert.equal(receiver.received[0]?.body, body)
    assert.deepEqual(new Webhook(SECRET).verify(body, headersOf(receiver)), JSON.parse(body))
    assert.equal(headersOf(receiver)['webhook-id'], 'event-1')
    assert.equal(headersOf(receiver)['content-type'], 'application/json')
    assert.equal(headersOf(receiver).host, `127.0.0.1:${receiver.port}`)
  })

  it('is refused by the official verifier with another body, secret or id, and when it is old', async () => {
    await using receiver = await openReceiver()
    await ask(receiver.url)
    const headers = headersOf(receiver)
    const refused = (secret: string, text: string, more: object = {}) =>
      assert.throws(() => new Webhook(secret).verify(text, { ...headers, ...more }))
    refused(SECRET, `${body} `)
    refused('whsec_bm90IHRoZSBzZWNyZXQgb2YgYW55Ym9keQ==', body)
    refused(SECRET, body, { 'webhook-id': 'event-2' })
    const at = (Date.now() - 6 * 60_000) as Instant
    await local().send({ ...message(receiver.url), at }, NEVER)
    assert.throws(() => new Webhook(SECRET).verify(body, headersOf(receiver, 1)), /too old/)
  })

  it('is signed with each secret that is valid, and each of them verifies it', async () => {
    await using receiver = await openReceiver()
    const secrets = [local().newSecret(), local().newSecret()]
    await local().send({ ...message(receiver.url), secrets }, NEVER)
    for (const secret of secrets) {
      assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
      new Webhook(secret).verify(body, headersOf(receiver))
    }
    assert.equal(headersOf(receiver)['webhook-signature']?.split(' ').length, 2)
  })
})

describe('What a receiver answers', () => {
  it('is its status alone; a redirect is not followed', async () => {
    await using inner = await openReceiver()
    await using receiver = await openReceiver((_, response) => {
      response.setHeader('location', inner.url)
      return 302
    })
    assert.deepEqual(await ask(receiver.url), [302, null])
    for (const status of [301, 303, 307, 308]) {
      await using other = await openReceiver((_, response) => {
        response.setHeader('location', inner.url)
        return status
      })
      assert.deepEqual(await ask(other.url), [status, null])
    }
    assert.equal(inner.connections(), 0)
  })

  it('may ask for more time', async () => {
    await using receiver = await openReceiver((_, response) => {
      response.setHeader('retry-after', '120')
      return 503
    })
    assert.equal((await local().send(message(receiver.url), NEVER))?.retryAfterSeconds, 120)
  })

  it('is not read beyond a limit, and its end is not waited for once its status is known', async () => {
    let sent = 0
    await using flood = await openReceiver((_, response) => {
      response.writeHead(200)
      const pour = () => {
        while (!response.destroyed && sent < 200_000_000 && response.write(Buffer.alloc(65_536)))
          sent += 65_536
      }
      response.on('drain', pour).on('error', () => undefined)
      pour()
      return undefined
    })
    assert.deepEqual(await ask(flood.url), [200, null])
    assert(sent < 20_000_000, `${sent} bytes were poured`)
    await using dripping = await openReceiver((_, response) => {
      response.writeHead(200).write('.')
      return undefined
    })
    assert.deepEqual(await ask(dripping.url, { wholeMilliseconds: 200 }), [200, null])
  })

  it('may be nothing, nonsense, too much head or another protocol: no answer', async () => {
    const told: [string, string][] = [
      ['', 'connection-failed'],
      ['nonsense\r\n\r\n', 'broken-answer'],
      [`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`, 'broken-answer'],
      ['HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n', 'connection-failed'],
    ]
    for (const [text, error] of told) {
      await using receiver = await openReceiver((_, response) => {
        response.socket?.end(text)
        return undefined
      })
      assert.deepEqual(await ask(receiver.url), [null, error], text.slice(0, 20))
    }
  })
})

describe('A receiver', () => {
  it('that says nothing is waited for as long as is allowed', async () => {
    await using receiver = await openReceiver(() => undefined)
    const begun = Date.now()
    assert.deepEqual(await ask(receiver.url, { wholeMilliseconds: 200 }), [null, 'timed-out'])
    assert(Date.now() - begun < 2_000)
  })

  it('that takes a connection and does not speak TLS in time is given up', async () => {
    await using receiver = await openReceiver()
    const url = receiver.url.replace('http:', 'https:')
    const [, error] = await ask(url, { connectMilliseconds: 200 })
    assert(error === 'tls-failed' || error === 'timed-out', String(error))
  })

  it('whose name is never resolved is given up', async () => {
    const resolve = () => new Promise<never>(() => undefined)
    const options = { resolve, wholeMilliseconds: 100 }
    assert.deepEqual(await ask('https://slow.example/', options), [null, 'timed-out'])
  })

  it('that is not there, or has no name, is told apart', async () => {
    const { port } = await (async () => {
      await using gone = await openReceiver()
      return gone
    })()
    assert.deepEqual(await ask(`http://127.0.0.1:${port}/`), [null, 'connection-failed'])
    const resolve = () => Promise.reject(new NameNotFound('no'))
    assert.deepEqual(await ask('https://nobody.example/', { resolve }), [null, 'name-not-found'])
    assert.deepEqual(await ask('https://nobody.example/', resolvesTo()), [null, 'name-not-found'])
  })

  it('is not called any more once the sender is called off, and nobody knows what became of it', async () => {
    await using receiver = await openReceiver(() => undefined)
    const off = new AbortController()
    const sending = local().send(message(receiver.url), off.signal)
    await receiver.until(1)
    off.abort()
    assert.equal(await sending, null)
  })
})

describe('TLS', () => {
  it('is for the name of the receiver, whatever address it has', async () => {
    await using receiver = await openReceiver(() => 200, { secure: true })
    const { resolve, asked } = resolvesTo('127.0.0.1')
    const url = (name: string) => `https://${name}:${receiver.port}/hooks`
    assert.deepEqual(await ask(url('receiver.test'), { resolve, ca: CERTIFICATE }), [200, null])
    assert.equal(headersOf(receiver).host, `receiver.test:${receiver.port}`)
    assert.deepEqual(asked, ['receiver.test'])
    assert.deepEqual(await ask(url('other.test'), { resolve, ca: CERTIFICATE }), [null, 'tls-failed'])
    assert.deepEqual(await ask(url('receiver.test'), { resolve }), [null, 'tls-failed'])
    assert.equal(receiver.received.length, 1)
  })
})
