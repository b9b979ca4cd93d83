import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const isThere = (process.env.PATH ?? '')
  .split(delimiter)
  .some((folder) => isExecutable(join(folder, 'redis-server')))

/** Why tests with a real Redis are skipped, or false where there is one. */
export const redisIsMissing: string | false = isThere
  ? false
  : 'redis-server is not in PATH: install it (Debian and Ubuntu: apt-get install redis-server; macOS: brew install redis)'

/** A Redis of a test's own that keeps nothing; disposing of it stops it. */
export interface TestRedis extends AsyncDisposable {
  readonly url: string
  /** Ends it without a word to anyone. */
  kill(): Promise<void>
  /** Starts it at the same address, if it does not run. */
  start(): Promise<void>
  /** It takes connections and bytes, and answers nothing, until it is thawed. */
  freeze(): void
  thaw(): void
  /** Sends one command, as redis-cli does, and gives the raw answer. */
  command(...words: string[]): Promise<string>
}

export interface TestRedisOptions {
  readonly password?: string
  /** Whether it is to be started by the test itself. */
  readonly isDown?: boolean
}

const HOST = '127.0.0.1'
const START_SECONDS = 60

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, HOST)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('There is no free port')
  return address.port
}

async function command(port: number, words: readonly string[]): Promise<string> {
  const socket = connect(port, HOST)
  try {
    await once(socket, 'connect')
    socket.write(`${words.join(' ')}\r\n`)
    const [answer] = await once(socket, 'data')
    return String(answer)
  } finally {
    socket.destroy()
  }
}

/** Starts a Redis on a free port, in a temporary folder, without persistence. */
export async function startRedis({ password, isDown = false }: TestRedisOptions = {}): Promise<TestRedis> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'slotwright-redis-'))
  const secret = password === undefined ? [] : ['--requirepass', password]
  const settings = ['--port', `${port}`, '--bind', HOST, '--dir', folder, '--save', '', '--appendonly', 'no']
  let child: ChildProcess | undefined

  const start = async () => {
    if (child) return
    child = spawn('redis-server', [...settings, ...secret], { stdio: 'ignore' })
    const started = child
    const deadline = Date.now() + START_SECONDS * 1000
    while (!/PONG|NOAUTH/.test(await command(port, ['PING']).catch(() => ''))) {
      if (started.exitCode !== null) throw new Error('redis-server has ended instead of listening')
      if (Date.now() > deadline) throw new Error(`redis-server does not listen after ${START_SECONDS} s`)
      await delay(20)
    }
  }
  const kill = async () => {
    if (!child) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    child = undefined
    await ended
  }

  if (!isDown) await start()
  const authority = password === undefined ? '' : `:${password}@`
  return {
    url: `redis://${authority}${HOST}:${port}`,
    start,
    kill,
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    command: (...words) => command(port, words),
    async [Symbol.asyncDispose]() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
