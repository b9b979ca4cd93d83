import assert from 'node:assert/strict'
import { type ChildProcess, execFile, type ForkOptions, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { discardAbandoned } from '../../src/infrastructure/embedded-postgres.ts'
import { withClient } from './postgres-client.ts'

type Answer = { url: string; refusal?: never } | { refusal: string; url?: never }

/** A process that tried to own a data directory. */
export interface Owner {
  readonly pid: number
  /** Where its PostgreSQL listens; empty when it was refused. */
  readonly url: string
  /** Why it was refused; empty when it was not. */
  readonly refusal: string
  /** Ends it as a person would. */
  stop(): Promise<void>
  /** Ends it without a chance to tidy up. */
  kill(): Promise<void>
}

const run = promisify(execFile)
const program = fileURLToPath(new URL('embedded-postgres-child.ts', import.meta.url))

/** All that were started; the processes of a test end before its folder goes. */
const children: ChildProcess[] = []

const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

/** A folder with a space in its path that is gone after the test, with all that runs on it. */
export async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slotwright embedded '))
  t.after(async () => {
    await Promise.all(children.map(kill))
    await discardAbandoned(folder)
  })
  return folder
}

/** Starts a process that owns `dataDir`, without waiting for its answer. */
export function forkOwner(dataDir: string, options: ForkOptions = {}): ChildProcess {
  const child = fork(program, [dataDir], options)
  children.push(child)
  return child
}

/** Starts an owner that ends with its test, and waits until it owns the folder or is refused. */
export async function start(dataDir: string, options: ForkOptions = {}): Promise<Owner> {
  const child = forkOwner(dataDir, options)
  const exit = once(child, 'exit')
  const silence = once(child, 'disconnect').then(() => [{ refusal: 'The owner ended without a word' }])
  const [answer]: Answer[] = await Promise.race([once(child, 'message'), silence])
  return {
    pid: child.pid ?? 0,
    url: answer?.url ?? '',
    refusal: answer?.refusal ?? '',
    async stop() {
      if (child.connected) child.send('stop')
      await exit
    },
    kill: () => kill(child),
  }
}

/** Starts an owner that must not be refused. */
export async function started(dataDir: string, options: ForkOptions = {}): Promise<Owner> {
  const owner = await start(dataDir, options)
  assert.equal(owner.refusal, '')
  return owner
}

/** The rows of one statement, on a connection of its own. */
export const ask = <Row>(url: string, text: string): Promise<Row[]> =>
  withClient(url, async (client) => (await client.query(text)).rows)

/** Leaves something to be found again. */
export const note = (url: string) => ask(url, `create table note as select 'kept' as text`)
export const notes = (url: string) => ask(url, 'select text from note')
export const kept = [{ text: 'kept' }]

export const pidFile = (dataDir: string) => join(dataDir, 'postgres', 'postmaster.pid')
export const postmasterPid = async (dataDir: string) =>
  Number.parseInt(await readFile(pidFile(dataDir), 'utf8'), 10)

export const isRoot = process.getuid?.() === 0

/** What a process has to be started with to run as that user. */
export const idsOf = async (user: string) => {
  const ids = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, user])))
  const [uid, gid] = ids.map(({ stdout }) => Number(stdout))
  assert(uid !== undefined && gid !== undefined)
  return { uid, gid }
}
