import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { lifeOf } from '../../src/infrastructure/embedded-postgres/process-table.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/database.ts'
import { runToEnd, type ServerProcess, startServer } from '../support/server-process.ts'

const shell = promisify(execFile)
/** The end of the start message. */
const BOOKING_COMMAND = /^curl -i (http:\/\/[^/]+)\/[\s\S]*?'\{.*\}'$/m
const SECRET = 'a-secret-that-only-the-tests-know-0123456789'

const postmasterPid = async (dataDir: string): Promise<number> =>
  Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '0'), 10)

/** The command of the start message, with what curl should print besides the body. */
const printedCommand = (output: string) => {
  const command = BOOKING_COMMAND.exec(output)?.[0]
  assert.ok(command, `no curl in:\n${output}`)
  return command.replace('curl -i', "curl -s -w '\\n%{http_code}'")
}

const runPrinted = async (output: string) => {
  const { stdout } = await shell('sh', ['-c', printedCommand(output)])
  const [body = '', status] = stdout.split(/\n(?=\d{3}$)/)
  return { status: Number(status), body: JSON.parse(body) }
}

describe('a first start without any setting', () => {
  let dataDir = ''
  let server: ServerProcess

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'slotwright-start-'))
    server = await startServer({ DATA_DIR: dataDir }, BOOKING_COMMAND)
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('prints a curl that books, and is refused with three alternatives when it is run again', async () => {
    const first = await runPrinted(server.output())
    assert.equal(first.status, 201)
    assert.equal(first.body.status, 'confirmed')
    const second = await runPrinted(server.output())
    assert.equal(second.status, 409)
    assert.equal(second.body.code, 'slot-taken')
    assert.equal(second.body.alternatives.length, 3)
  })

  it('keeps its bookings and its tokens over a kill -9 and a restart', async () => {
    const { output } = server
    assert.equal(await server.stop('SIGKILL'), 'SIGKILL')
    server = await startServer({ DATA_DIR: dataDir }, BOOKING_COMMAND)
    const command = printedCommand(output()).replace(/http:\/\/[^/]+/, server.url)
    const { stdout } = await shell('sh', ['-c', command])
    assert.match(stdout, /"code":"slot-taken"[\s\S]*\n409$/)
  })

  it('goes on by itself when its PostgreSQL was killed', async () => {
    const killed = await postmasterPid(dataDir)
    process.kill(killed, 'SIGKILL')
    const services = () => fetch(`${server.url}/v1/providers`).then(({ status }) => status)
    const isBack = async () => {
      const pid = await postmasterPid(dataDir)
      return pid !== killed && (await lifeOf(pid)) !== undefined && (await services()) === 200
    }
    while (!(await isBack())) await delay(100)
    assert.equal((await fetch(`${server.url}/ready`)).status, 200)
    assert.match(server.output(), /PostgreSQL ended unexpectedly, see .*; starting it again/)
  })

  it('takes its PostgreSQL with it when its terminal is closed', async () => {
    const pid = await postmasterPid(dataDir)
    const ended = server.stop('SIGHUP')
    server.process.kill('SIGHUP')
    assert.equal(await ended, 0)
    assert.equal(await lifeOf(pid), undefined)
  })
})

test('two first starts on one empty database both print the booking, of the same three services', async () => {
  await using database = await createEmptyDatabase()
  const starting = () => startServer({ DATABASE_URL: database.url, JWT_SECRET: SECRET }, BOOKING_COMMAND)
  const starts = await Promise.allSettled([starting(), starting()])
  await using servers = new AsyncDisposableStack()
  for (const started of starts) if (started.status === 'fulfilled') servers.use(started.value)
  assert.deepEqual(
    starts.map(({ status }) => status),
    ['fulfilled', 'fulfilled'],
  )
  const added = await database.query(
    'select (select count(*)::integer from auth.users) as people, (select count(*)::integer from services) as services',
  )
  assert.deepEqual(added, [{ people: 4, services: 3 }])
})

describe('a server in production', () => {
  it('ends with a line for each missing setting', async () => {
    const { code, output } = await runToEnd({ NODE_ENV: 'production' })
    assert.equal(code, 1)
    assert.match(output, /^DATABASE_URL is missing: .+\nJWT_SECRET is missing: .+\n$/)
  })

  it('does not start on a database whose migrations are pending, and says what to run', async () => {
    await using database = await createEmptyDatabase()
    const { code, output } = await runToEnd({
      NODE_ENV: 'production',
      DATABASE_URL: database.url,
      JWT_SECRET: SECRET,
    })
    assert.equal(code, 1)
    assert.match(output, /npm run migrate \(0001_accounts/)
    assert.doesNotMatch(output, / at .*\.ts:/)
  })

  it('has no sample people and prints no token', async () => {
    await using database = await createTestDatabase()
    await using server = await startServer({
      NODE_ENV: 'production',
      DATABASE_URL: database.url,
      JWT_SECRET: SECRET,
    })
    assert.equal((await fetch(`${server.url}/ready`)).status, 200)
    assert.doesNotMatch(server.output(), /Bearer|eyJ/)
    assert.deepEqual(await database.query('select id from auth.users'), [])
  })

  it('stops in order under keep-alive load, within three seconds and with no answer cut off', async () => {
    await using database = await createTestDatabase()
    await using server = await startServer({
      NODE_ENV: 'production',
      DATABASE_URL: database.url,
      JWT_SECRET: SECRET,
    })
    const load = keepAliveLoad(`${server.url}/v1/services`)
    await load.warm
    const begun = performance.now()
    assert.equal(await server.stop(), 0)
    assert.ok(performance.now() - begun < 3000)
    assert.deepEqual(await load.finish(), { cutOff: 0 })
  })

  it('says that a port is taken in one line', async () => {
    await using database = await createTestDatabase()
    const settings = { NODE_ENV: 'production', DATABASE_URL: database.url, JWT_SECRET: SECRET }
    await using server = await startServer(settings)
    const { code, output } = await runToEnd({ ...settings, PORT: new URL(server.url).port })
    assert.equal(code, 1)
    assert.match(output, /^PORT \d+ is in use/m)
  })
})

/** Sixteen connections that ask again as soon as they are answered, until the server closes them. */
function keepAliveLoad(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const warm = Promise.withResolvers<void>()
  let answered = 0
  let cutOff = 0
  const ask = () =>
    new Promise<boolean>((resolve) => {
      const asked = request(url, { agent }, (response) => {
        response.on('error', () => {
          cutOff++
          resolve(false)
        })
        response.on('end', () => resolve(true))
        response.resume()
      })
      asked.on('error', () => resolve(false))
      asked.end()
    })
  const loop = async () => {
    while (await ask()) {
      answered++
      if (answered > 200) warm.resolve()
    }
  }
  const loops = Promise.all(Array.from({ length: 16 }, loop))
  return {
    warm: warm.promise,
    async finish() {
      await loops
      agent.destroy()
      return { cutOff }
    },
  }
}
