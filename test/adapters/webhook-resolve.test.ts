import assert from 'node:assert/strict'
import { lookup } from 'node:dns/promises'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { resolveNames } from '../../src/adapters/webhook/resolve.ts'
import { openNameServer } from '../support/name-server.ts'
import { openReceiver } from '../support/receiver.ts'
import { ask, NEVER } from './webhook-sending.ts'

const HANGING = 40
const names = Array.from({ length: HANGING }, (_, place) => `silent-${place}.example`)
const silent = () => openNameServer(() => undefined)

async function hostsFile(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'slotwright-hosts-'))
  const path = join(folder, 'hosts')
  await writeFile(path, text)
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

describe('Names whose servers are silent', () => {
  it('keep neither other names waiting nor any other work, and are done with when they are called off', async () => {
    await using server = await silent()
    await using hosts = await hostsFile('10.1.2.3 inside.example')
    // Nothing but being called off ends them while the test lasts.
    const timeoutMilliseconds = 60_000
    const resolve = resolveNames({ servers: [server.address], hostsFile: hosts.path, timeoutMilliseconds })
    let ended = 0
    const hang = (name: string, signal: AbortSignal) =>
      resolve(name, signal).catch((error: unknown) => {
        ended++
        return error
      })
    const [first, rest] = [new AbortController(), new AbortController()]
    const patient = hang('patient.example', rest.signal)
    const hanging = names.map((name) => hang(name, first.signal))
    await server.until(HANGING + 1)
    assert.deepEqual(await resolve('inside.example', NEVER), [{ address: '10.1.2.3', family: 4 }])
    assert((await lookup('localhost')).address)
    assert.equal(await readFile(hosts.path, 'utf8'), '10.1.2.3 inside.example')
    assert.equal(ended, 0)
    const [why, later] = [new Error('called off'), new Error('called off later')]
    first.abort(why)
    for (const outcome of await Promise.all(hanging)) assert.equal(outcome, why)
    assert.equal(ended, HANGING, 'the one that was not called off goes on')
    rest.abort(later)
    assert.equal(await patient, later)
  })

  it('are told apart from names that there are not', async () => {
    await using quiet = await silent()
    await using knowing = await openNameServer(() => [])
    const url = 'https://nobody.example/'
    const unknown = resolveNames({ servers: [knowing.address] })
    assert.deepEqual(await ask(url, { resolve: unknown }), [null, 'name-not-found'])
    const unanswered = resolveNames({ servers: [quiet.address], timeoutMilliseconds: 100 })
    assert.deepEqual(await ask(url, { resolve: unanswered }), [null, 'timed-out'])
  })

  it('are told apart from those whose servers fail, refuse to tell, or take no question', async () => {
    const url = 'https://somebody.example/'
    const closed = await openNameServer(() => [])
    await closed[Symbol.asyncDispose]()
    const resolve = resolveNames({ servers: [closed.address] })
    assert.deepEqual(await ask(url, { resolve }), [null, 'connection-failed'])
    for (const code of [2, 5]) {
      await using server = await openNameServer(() => code)
      const failing = resolveNames({ servers: [server.address] })
      assert.deepEqual(await ask(url, { resolve: failing }), [null, 'connection-failed'], `${code}`)
    }
  })
})

describe('A name', () => {
  it('has the addresses of both families that its server tells, and is asked for as it is', async () => {
    await using server = await openNameServer((name) =>
      name === 'both.example' ? ['192.0.2.1', '192.0.2.2', '2001:db8:0:0:0:0:0:1'] : [],
    )
    const resolve = resolveNames({ servers: [server.address] })
    assert.deepEqual(await resolve('both.example', NEVER), [
      { address: '192.0.2.1', family: 4 },
      { address: '192.0.2.2', family: 4 },
      { address: '2001:db8::1', family: 6 },
    ])
    await assert.rejects(resolve('both', NEVER))
    assert.deepEqual([...new Set(server.asked)], ['both.example', 'both'])
  })

  it('leads nowhere if one of the addresses of either family is inside', async () => {
    for (const inside of ['169.254.169.254', 'fd00:ec2:0:0:0:0:0:254']) {
      await using server = await openNameServer(() => ['127.0.0.1', inside])
      await using receiver = await openReceiver()
      const resolve = resolveNames({ servers: [server.address] })
      const url = `http://rebind.example:${receiver.port}/`
      assert.deepEqual(await ask(url, { resolve }), [null, 'forbidden-address'])
      assert.equal(receiver.connections(), 0)
    }
  })

  it('has the addresses of the hosts file and no others where it is named there, as it is written now', async () => {
    await using server = await openNameServer(() => ['192.0.2.1'])
    await using hosts = await hostsFile(
      [
        '# 10.0.0.9 named.example',
        '10.0.0.1\tother.example  Named.Example # 10.0.0.8 remarked.example',
        'nonsense named.example',
        '  fd00::1 named.example\r',
        '10.0.0.2 named.example.more',
      ].join('\n'),
    )
    const resolve = resolveNames({ servers: [server.address], hostsFile: hosts.path })
    const named = [
      { address: '10.0.0.1', family: 4 },
      { address: 'fd00::1', family: 6 },
    ]
    assert.deepEqual(await resolve('named.example', NEVER), named)
    assert.deepEqual(server.asked, [])
    assert.deepEqual(await resolve('remarked.example', NEVER), [{ address: '192.0.2.1', family: 4 }])
    await writeFile(hosts.path, '')
    assert.deepEqual(await resolve('named.example', NEVER), [{ address: '192.0.2.1', family: 4 }])
  })

  it('may have addresses with a zone in the hosts file, which do not count', async () => {
    await using receiver = await openReceiver()
    await using hosts = await hostsFile(
      '127.0.0.1 localhost\nfe80::1%lo0 localhost\nfe80::1%lo0 zoned.example',
    )
    await using server = await openNameServer(() => ['192.0.2.1'])
    const resolve = resolveNames({ servers: [server.address], hostsFile: hosts.path })
    assert.deepEqual(await resolve('localhost', NEVER), [{ address: '127.0.0.1', family: 4 }])
    assert.deepEqual(await ask(`http://localhost:${receiver.port}/`, { resolve }), [200, null])
    assert.deepEqual(await resolve('zoned.example', NEVER), [{ address: '192.0.2.1', family: 4 }])
  })

  it('that is localhost is this machine, whether the hosts file says so or there is none', async () => {
    await using server = await openNameServer(() => ['192.0.2.1'])
    await using hosts = await hostsFile('127.0.0.2 localhost')
    const resolve = (path: string) =>
      resolveNames({ servers: [server.address], hostsFile: path })('localhost', NEVER)
    assert.deepEqual(await resolve(hosts.path), [{ address: '127.0.0.2', family: 4 }])
    assert.deepEqual(await resolve(`${hosts.path}-not`), [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ])
    assert.deepEqual(server.asked, [])
  })
})
