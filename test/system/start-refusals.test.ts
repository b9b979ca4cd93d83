import assert from 'node:assert/strict'
import { once } from 'node:events'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { explainListening } from '../../src/infrastructure/listening.ts'
import { runToEnd } from '../support/server-process.ts'

/** A folder of DATA_DIR that is not there yet. */
const newDataDir = async (t: TestContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'slotwright-refused-'))
  t.after(() => rm(folder, { recursive: true }))
  return join(folder, 'data')
}

test('a taken port is told in one line, before anything is made', async (t) => {
  const other = createServer().listen(0, 'localhost')
  t.after(() => other.close())
  await once(other, 'listening')
  const address = other.address()
  assert(typeof address === 'object' && address !== null)
  const dataDir = await newDataDir(t)
  const { code, output } = await runToEnd({ PORT: String(address.port), DATA_DIR: dataDir })
  assert.match(output, /^PORT \d+ is in use: stop what listens there, or set PORT to another one .*\n$/)
  assert.equal(code, 1)
  await assert.rejects(access(dataDir), { code: 'ENOENT' })
})

const refusals = [
  ['HOST', 'nosuchhost.invalid', /^HOST nosuchhost\.invalid is a name without an address: set HOST to .*\n$/],
  ['HOST', '192.0.2.1', /^HOST 192\.0\.2\.1 is not an address of this machine: set HOST to .*\n$/],
  ['NODE_ENV', 'prod', /^NODE_ENV must be one of development, production, test\n$/],
  ['DATA_DIR', import.meta.filename, /^DATA_DIR .* cannot be used: .*\. Set it to a folder .*\n$/],
  ['DATA_DIR', '/proc/x/y', /^DATA_DIR \/proc\/x\/y cannot be used: .*\. Set it to a folder .*\n$/],
  ['DATA_DIR', '/proc', /^DATA_DIR \/proc (cannot be used|belongs to another user).*\n$/],
] as const

for (const [name, value, refusal] of refusals) {
  const isForLinux = value.startsWith('/proc') && process.platform !== 'linux'
  const skip = isForLinux && 'only Linux has /proc'
  test(`a start with ${name}=${value.split('/').slice(-2).join('/')} is refused in one line`, {
    skip,
  }, async (t) => {
    const { code, output } = await runToEnd({ DATA_DIR: await newDataDir(t), [name]: value })
    assert.match(output, refusal)
    assert.equal(code, 1)
  })
}

test('a port that needs more rights is told by the setting', () => {
  const denied = Object.assign(new Error('listen EACCES'), { code: 'EACCES', syscall: 'listen' })
  assert.equal(
    explainListening({ host: 'localhost', port: 80 }, denied).message,
    'PORT 80 is closed to this user: set PORT to 1024 or above (0 takes a free one)',
  )
})
