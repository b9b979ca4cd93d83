import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { resolveNames } from '../../src/adapters/webhook/resolve.ts'
import { webhookSender } from '../../src/adapters/webhook/sender.ts'
import { targetViolations } from '../../src/domain/webhook-target.ts'
import { openNameServer } from '../support/name-server.ts'
import { openReceiver, openTrap } from '../support/receiver.ts'
import { HOSTILE_ADDRESSES, hostileUrls } from './webhook-hostile-targets.ts'
import { ask, message, NEVER, resolvesTo } from './webhook-sending.ts'

describe('Nobody can have the server call', () => {
  it('an address inside, however it is written: of hundreds none is reached', async () => {
    await using trap = await openTrap()
    await using names = await openNameServer(() => [])
    const resolve = resolveNames({ servers: [names.address] })
    const sender = webhookSender({ allowPrivate: false, resolve })
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
