import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import type { LookupAddress } from 'node:dns'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { Webhook } from 'standardwebhooks'
import { type SenderOptions, webhookSender } from '../../src/adapters/webhook/sender.ts'
import type { EventId } from '../../src/domain/ids.ts'
import type { Instant } from '../../src/domain/instant.ts'
import { targetViolations } from '../../src/domain/webhook-target.ts'
import { CERTIFICATE } from '../support/certificate.ts'
import { openReceiver, openTrap, type Receiver } from '../support/receiver.ts'
import { HOSTILE_ADDRESSES, hostileUrls } from './webhook-hostile-targets.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const NEVER = new AbortController().signal
const body = '{"id":"event-1","note":"ä 😀 \\u0000"}'
const message = (url: string) => ({
  url,
  id: 'event-1' as EventId,
  body,
  at: Date.now() as Instant,
  secrets: [SECRET],
})

const local = (options: Partial<SenderOptions> = {}) => webhookSender({ allowPrivate: true, ...options })
const ask = async (url: string, options: Partial<SenderOptions> = {}) => {
  const answer = await local(options).send(message(url), NEVER)
  assert(answer)
  return [answer.status, answer.error]
}

const resolvesTo = (...addresses: string[]) => {
  const asked: string[] = []
  const resolve = async (name: string): Promise<readonly LookupAddress[]> => {
    asked.push(name)
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  return { resolve, asked }
}

const headersOf = ({ received }: Receiver, place = 0) => {
  const { headers } = received[place] ?? assert.fail('nothing came')
  return headers as Record<string, string>
}

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
    const resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
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

describe('Nobody can have the server call', () => {
  it('an address inside, however it is written: of hundreds none is reached', async () => {
    await using trap = await openTrap()
    const sender = webhookSender({ allowPrivate: false, wholeMilliseconds: 1_000 })
    const urls = hostileUrls(trap.port)
    assert(urls.length >= 170, `${urls.length}`)
    for (const url of urls) {
      assert.notDeepEqual(targetViolations(sender.readTarget(url), false), [], url)
      if (!URL.canParse(url)) continue
      const answer = await sender.send(message(url), NEVER)
      assert(
        answer?.error === 'forbidden-address' || answer?.error === 'name-not-found',
        `${url} ${answer?.error}`,
      )
    }
    assert.equal(trap.connections(), 0)
    await knock(trap.port)
    assert.equal(trap.connections(), 1, 'the trap counts')
  })

  it('a name that leads inside, with all its addresses or one of them', async () => {
    await using trap = await openTrap()
    const url = `https://rebind.example:${trap.port}/`
    const answers = HOSTILE_ADDRESSES.flatMap((address) => [
      [address],
      ['93.184.215.14', address],
      [address, '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
    ])
    assert(answers.length >= 200, `${answers.length}`)
    for (const addresses of answers) {
      const { resolve, asked } = resolvesTo(...addresses)
      const answer = await webhookSender({ allowPrivate: false, resolve }).send(message(url), NEVER)
      assert.deepEqual([answer?.status, answer?.error], [null, 'forbidden-address'], addresses.join())
      assert.deepEqual(asked, ['rebind.example'])
    }
    assert.equal(trap.connections(), 0)
  })

  it('another address than the one that was judged, whatever the name says a moment later', async () => {
    await using judged = await openReceiver(() => 200, { host: '127.0.0.1' })
    let asked = 0
    const resolve = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }]
    const isAllowed = (address: string) => address === '127.0.0.1'
    const url = `http://rebind.example:${judged.port}/`
    assert.deepEqual(await ask(url, { resolve, isAllowed }), [200, null])
    assert.equal(asked, 1)
    assert.deepEqual(await ask(url, { resolve, isAllowed }), [null, 'forbidden-address'])
    assert.equal(judged.received.length, 1)
  })

  it('without TLS where nothing private is allowed', async () => {
    await using receiver = await openReceiver()
    const answer = await webhookSender({ allowPrivate: false, isAllowed: () => true }).send(
      message(receiver.url),
      NEVER,
    )
    assert.equal(answer?.error, 'forbidden-address')
    assert.equal(receiver.connections(), 0)
  })

  it('what must never be called, even where private addresses are allowed', async () => {
    for (const address of [
      '169.254.169.254',
      '168.63.129.16',
      'fd00:ec2::254',
      '224.0.0.1',
      '::ffff:127.0.0.1',
    ]) {
      const url = `https://${address.includes(':') ? `[${address}]` : address}:8443/`
      assert.deepEqual(await ask(url), [null, 'forbidden-address'], address)
    }
  })

  it('through a proxy of the environment', async () => {
    await using receiver = await openReceiver()
    await using proxy = await openReceiver()
    const program = `
      import { webhookSender } from ${JSON.stringify(new URL('../../src/adapters/webhook/sender.ts', import.meta.url).href)}
      const message = ${JSON.stringify(message(receiver.url))}
      const answer = await webhookSender({ allowPrivate: true }).send(message, new AbortController().signal)
      console.log(answer.status)`
    const through = `http://127.0.0.1:${proxy.port}`
    const environment = {
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: through,
      HTTPS_PROXY: through,
      http_proxy: through,
    }
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, ...environment, NO_PROXY: '', no_proxy: '' },
    })
    assert.equal(stdout.trim(), '200')
    assert.deepEqual([receiver.received.length, proxy.connections()], [1, 0])
  })
})

const knock = (port: number) =>
  new Promise<void>((resolve) => {
    connect(port, '127.0.0.1')
      .on('close', () => resolve())
      .on('error', () => undefined)
  })
