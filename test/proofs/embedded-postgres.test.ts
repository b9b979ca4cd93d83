import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { takeOwnership } from '../../src/infrastructure/embedded-postgres/ownership.ts'
import { hasEnded, lifeOf } from '../../src/infrastructure/embedded-postgres/process-table.ts'
import { startEmbeddedPostgres } from '../../src/infrastructure/embedded-postgres.ts'
import {
  ask,
  forkOwner,
  idsOf,
  isRoot,
  kept,
  makeFolder,
  note,
  notes,
  type Owner,
  pidFile,
  postmasterPid,
  start,
  started,
} from '../support/embedded-postgres-owner.ts'

const run = promisify(execFile)
/** Of an owner that has stopped, with a note in it. */
let used: string
before(async () => {
  used = await mkdtemp(join(tmpdir(), 'slotwright used '))
  const owner = await started(used)
  await note(owner.url)
  await owner.stop()
})
after(() => rm(used, { recursive: true }))

/** A folder with a note in it, as an owner has left it; to make a cluster anew takes longer than most tests. */
async function makeUsedFolder(t: TestContext): Promise<string> {
  const dataDir = await makeFolder(t)
  await run('cp', ['-a', `${used}/.`, dataDir])
  return dataDir
}

const postgresProcesses = async (url: string): Promise<number[]> => {
  const others = await ask<{ pid: number }>(
    url,
    'select pid from pg_stat_activity where backend_type <> $$client backend$$',
  )
  return others.map(({ pid }) => pid)
}

/** Kills the owner and its PostgreSQL, which leaves `postmaster.pid` as a crash of the machine does. */
const crash = async (owner: Owner, dataDir: string): Promise<void> => {
  const pid = await postmasterPid(dataDir)
  await owner.kill()
  process.kill(pid, 'SIGKILL')
  assert(await hasEnded(pid, 10))
}

test('keeps the data over a restart and leaves no process behind', async (t) => {
  const dataDir = await makeFolder(t)
  const first = await started(dataDir)
  await note(first.url)
  const pids = [await postmasterPid(dataDir), ...(await postgresProcesses(first.url))]
  await first.stop()
  assert(pids.length > 3)
  for (const pid of pids) assert.equal(await lifeOf(pid), undefined)
  const second = await started(dataDir)
  assert.deepEqual(await notes(second.url), kept)
  assert.deepEqual((await readdir(dataDir)).filter((name) => !name.startsWith('owner.')).sort(), [
    'postgres',
    'postgres-password',
    'postgres.log',
  ])
})

test('listens on 127.0.0.1 alone, asks for the password and writes safely', async (t) => {
  const dataDir = await makeFolder(t)
  const misleading = { PGDATA: '/nowhere', PGPORT: '1', PGHOST: 'nowhere', PGUSER: 'stranger' }
  const { url } = await started(dataDir, { env: { ...process.env, ...misleading } })
  const address = new URL(url)
  assert.match(url, /^postgres:\/\/slotwright:[\w-]{32}@127\.0\.0\.1:\d+\/slotwright$/)
  const expected = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'on',
    synchronous_commit: 'on',
    TimeZone: 'UTC',
  }
  const names = Object.keys(expected).map((name) => `'${name}'`)
  const settings = await ask<{ found: object }>(
    url,
    `select json_object_agg(name, setting) as found from pg_settings where name in (${names})`,
  )
  assert.deepEqual(settings, [{ found: expected }])
  address.password = 'wrong'
  await assert.rejects(ask(address.href, 'select 1'), /password authentication failed/)
  assert.equal((await stat(join(dataDir, 'postgres-password'))).mode & 0o777, 0o600)
})

test('has ended when disposing of it is done', async (t) => {
  const dataDir = await makeUsedFolder(t)
  const postgres = await startEmbeddedPostgres({ dataDir })
  const pid = await postmasterPid(dataDir)
  await postgres[Symbol.asyncDispose]()
  assert.equal(await lifeOf(pid), undefined)
})

test('starts again at the same address when it was killed, and gives up when that goes on', async (t) => {
  const dataDir = await makeUsedFolder(t)
  const lost = Promise.withResolvers<unknown>()
  await using postgres = await startEmbeddedPostgres({ dataDir, onLost: lost.resolve })
  const isUp = () =>
    notes(postgres.url).then(
      () => true,
      () => false,
    )
  for (let round = 1; round <= 4; round += 1) {
    while (!(await isUp())) await delay(50)
    assert.deepEqual(await notes(postgres.url), kept)
    const pid = await postmasterPid(dataDir)
    process.kill(pid, 'SIGKILL')
    assert(await hasEnded(pid, 10))
  }
  assert.match(String(await lost.promise), /PostgreSQL ended 4 times within a minute, see .*postgres\.log/)
})

test('recovers when the owner was killed and its PostgreSQL still runs', async (t) => {
  const dataDir = await makeUsedFolder(t)
  const first = await started(dataDir)
  const orphan = await postmasterPid(dataDir)
  await first.kill()
  assert.notEqual(await lifeOf(orphan), undefined)
  const second = await started(dataDir)
  assert.deepEqual(await notes(second.url), kept)
  assert.equal(await lifeOf(orphan), undefined)
})

test('recovers when both were killed', async (t) => {
  const dataDir = await makeUsedFolder(t)
  const first = await started(dataDir)
  await crash(first, dataDir)
  const second = await started(dataDir)
  assert.deepEqual(await notes(second.url), kept)
})

test('recovers when the pids of both now belong to other processes, and leaves these alone', async (t) => {
  const dataDir = await makeUsedFolder(t)
  const first = await started(dataDir)
  await crash(first, dataDir)
  // A process of the user that PostgreSQL runs as: of another one's it would say itself that it is none of it.
  const bystander = spawn('sleep', ['600'], isRoot ? { ...(await idsOf('nobody')), cwd: '/' } : {})
  using cleanup = new DisposableStack()
  cleanup.defer(() => bystander.kill())
  await once(bystander, 'spawn')
  const [, ...rest] = (await readFile(pidFile(dataDir), 'utf8')).split('\n')
  await writeFile(pidFile(dataDir), [bystander.pid, ...rest].join('\n'))
  await symlink(`${bystander.pid}@an earlier life`, join(dataDir, 'owner.9'))
  const second = await started(dataDir)
  assert.deepEqual(await notes(second.url), kept)
  assert.equal(bystander.exitCode ?? bystander.signalCode, null)
})

test('recovers from an empty postmaster.pid', async (t) => {
  const dataDir = await makeUsedFolder(t)
  const first = await started(dataDir)
  await crash(first, dataDir)
  await truncate(pidFile(dataDir))
  const second = await started(dataDir)
  assert.deepEqual(await notes(second.url), kept)
})

test('refuses a second owner by the pid of the first, which goes on', async (t) => {
  const dataDir = await makeUsedFolder(t)
  const first = await started(dataDir)
  const second = await start(dataDir)
  assert.match(second.refusal, new RegExp(`^DATA_DIR .* is in use by process ${first.pid}\\.`))
  assert.deepEqual(await notes(first.url), kept)
  await first.stop()
  await started(dataDir)
})

test('lets one of many simultaneous starts win, on a fresh folder and on one of a killed owner', async (t) => {
  const dataDir = await makeFolder(t)
  for (const round of ['fresh', 'killed']) {
    const owners = await Promise.all(Array.from({ length: 5 }, () => start(dataDir)))
    const winners = owners.filter(({ url }) => url !== '')
    assert.equal(winners.length, 1, `${round}: ${owners.map(({ refusal }) => refusal).join('\n')}`)
    for (const { pid, refusal } of owners.filter(({ url }) => url === '')) {
      assert.match(refusal, new RegExp(`is in use by process (?!${pid}\\.)\\d+\\.`))
    }
    await winners[0]?.kill()
  }
})

test('gives a folder to one of many takers, round after round', async (t) => {
  const dataDir = await makeFolder(t)
  for (let round = 1; round <= 20; round += 1) {
    const takers = await Promise.allSettled(Array.from({ length: 20 }, () => takeOwnership(dataDir)))
    const winners = takers.filter((taker) => taker.status === 'fulfilled')
    assert.equal(winners.length, 1, `round ${round}`)
    await winners[0]?.value[Symbol.asyncDispose]()
    assert.equal((await readdir(dataDir)).length, 1)
  }
})

test('starts afresh when the first start was killed half way', async (t) => {
  const dataDir = await makeFolder(t)
  const unfinished = async () => (await readdir(dataDir)).filter((name) => name.startsWith('postgres.new.'))
  const first = forkOwner(dataDir)
  const isUnderWay = async () => {
    const [workshop] = await unfinished()
    return (
      workshop !== undefined && (await readdir(join(dataDir, workshop, 'data')).catch(() => [])).length > 5
    )
  }
  while (first.exitCode === null && !(await isUnderWay())) await delay(2)
  first.kill('SIGKILL')
  await once(first, 'exit')
  assert.equal((await unfinished()).length, 1)
  await started(dataDir)
  assert.deepEqual(await unfinished(), [])
})

test('begins a new log when the old one has grown large', async (t) => {
  const dataDir = await makeFolder(t)
  const log = join(dataDir, 'postgres.log')
  await writeFile(log, Buffer.alloc(11 * 1024 * 1024))
  await started(dataDir)
  assert.equal((await stat(`${log}.1`)).size, 11 * 1024 * 1024)
  assert((await stat(log)).size < 10_000)
})

test('says what PostgreSQL said when it does not start', async (t) => {
  const dataDir = await makeUsedFolder(t)
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '9\n')
  const owner = await start(dataDir)
  assert.match(owner.refusal, /did not start in .*database files are incompatible with server/s)
})
