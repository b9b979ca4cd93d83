import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Account, spawnAs } from './account.ts'
import type { Binaries } from './binaries.ts'
import { clusterFolder } from './cluster.ts'
import { readPidFile, stopOrphan } from './orphan.ts'

const START_SECONDS = 120
const RETRY_SECONDS = 30
const FAST_SHUTDOWN_SECONDS = 60
const LOG_BYTES = 10 * 1024 * 1024

// Another process took the port first, or what a killed server left behind is still ending.
const passingFailure =
  /Address already in use|pre-existing shared memory block|lock file "[^"]*" (already exists|is empty)/

export interface ServerOptions {
  readonly account: Account
  readonly binaries: Binaries
  /** Absolute and without symbolic links. */
  readonly dataDir: string
  readonly settings: Readonly<Record<string, string>>
  readonly onNotice: (line: string) => void
  /** Where it listens; a free port where it is left out. */
  readonly port?: number
  /** Ends the start. */
  readonly signal?: AbortSignal
}

export interface Server extends AsyncDisposable {
  readonly port: number
  /** Done when it has ended, however it did. */
  readonly ended: Promise<void>
}

export const logPath = (dataDir: string): string => join(dataDir, 'postgres.log')

const takeFreePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No TCP port is free on 127.0.0.1')
  return address.port
}

const openLog = async (path: string) => {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size > LOG_BYTES) await rename(path, `${path}.1`)
  const log = await open(path, 'a', 0o600)
  return { log, offset: size > LOG_BYTES ? 0 : size }
}

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

const stop = async (child: ChildProcess): Promise<void> => {
  if (isOver(child)) return
  child.ref()
  const exit = once(child, 'exit')
  child.kill('SIGINT')
  const impatience = setTimeout(() => child.kill('SIGQUIT'), FAST_SHUTDOWN_SECONDS * 1000)
  await exit
  clearTimeout(impatience)
}

const spawnPostgres = async (options: ServerOptions, port: number, logDescriptor: number) => {
  const settings = { ...options.settings, listen_addresses: '127.0.0.1', port, unix_socket_directories: '' }
  const assignments = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const args = ['-D', clusterFolder(options.dataDir), ...assignments]
  const stdio = ['ignore', logDescriptor, logDescriptor] as const
  const child = spawnAs(options.account, options.binaries.postgres, args, [...stdio])
  await once(child, 'spawn')
  // For an end of ours that is not in order; only SIGKILL leaves it running.
  const endWithUs = () => child.kill('SIGINT')
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
  return child
}

/** @returns false when PostgreSQL gave up, or took too long or was not wanted any more and was stopped */
const isReady = async (
  child: ChildProcess,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<boolean> => {
  const deadline = Date.now() + START_SECONDS * 1000
  while (!isOver(child)) {
    const lines = await readPidFile(folder)
    if (lines?.[0] === String(child.pid) && lines[7] === 'ready') return true
    if (Date.now() > deadline || signal?.aborted) {
      await stop(child)
      return false
    }
    await delay(20)
  }
  return false
}

/** @returns the running server, or what it logged when it gave up */
const attempt = async (options: ServerOptions): Promise<Server | string> => {
  const folder = clusterFolder(options.dataDir)
  await stopOrphan(folder, options.onNotice)
  const path = logPath(options.dataDir)
  const { log, offset } = await openLog(path)
  const port = options.port ?? (await takeFreePort())
  const child = await spawnPostgres(options, port, log.fd).finally(() => log.close())
  if (!(await isReady(child, folder, options.signal)))
    return (await readFile(path)).subarray(offset).toString()
  const ended = new Promise<void>((resolve) => {
    if (isOver(child)) resolve()
    else child.once('exit', () => resolve())
  })
  child.unref()
  return { port, ended, [Symbol.asyncDispose]: () => stop(child) }
}

/**
 * Starts PostgreSQL on the files in `dataDir`, on one port of 127.0.0.1 and no other socket, and waits until it
 * takes connections. Disposing of it is a fast shutdown: sessions are ended, everything is written.
 *
 * The server is our child rather than started through pg_ctl, which hands its paths to a shell.
 *
 * @throws when it does not start; the message ends with its log
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const deadline = Date.now() + RETRY_SECONDS * 1000
  for (;;) {
    const outcome = await attempt(options)
    if (typeof outcome !== 'string') return outcome
    options.signal?.throwIfAborted()
    if (!passingFailure.test(outcome) || Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start in ${options.dataDir}:\n${outcome.trim().slice(-2000)}`)
    }
    await delay(200)
  }
}
