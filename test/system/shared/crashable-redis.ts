import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Random } from './random.ts'

/** A Redis whose only purpose is to fail; disposing of it removes it with its files. */
export interface CrashableRedis extends AsyncDisposable {
  /** The same after each start. */
  readonly url: string
  /** Kills, empties or stops it for a while, whichever the choice falls on; fulfils when it runs again. */
  suffer(random: Random): Promise<void>
}

const START_MILLISECONDS = 15_000
const LOOK_MILLISECONDS = 20
const LONGEST_MILLISECONDS = 1_500

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('There is no free port')
  return address.port
}

async function launch(port: number, folder: string): Promise<ChildProcess> {
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
  const child = spawn('redis-server', settings, { stdio: 'ignore' })
  await once(child, 'spawn').catch((cause: unknown) => {
    throw new Error('redis-server is not in PATH: install Redis 7 or later', { cause })
  })
  return child
}

/** Asks one thing on a connection of its own. */
async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  // Whoever asks is told by the answer; without a listener it would be said on the console as well.
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    return await question(redis)
  } finally {
    redis.disconnect()
  }
}

/**
 * Starts a Redis on a free port, with nothing that it keeps.
 *
 * @throws when there is no `redis-server` in PATH
 */
export async function startCrashableRedis(): Promise<CrashableRedis> {
  await using resources = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'slotwright-redis-'))
  resources.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let child: ChildProcess
  let turn: Promise<void> = Promise.resolve()

  async function start(): Promise<void> {
    child = await launch(port, folder)
    const patience = performance.now() + START_MILLISECONDS
    for (;;) {
      const answer = await ask(url, (redis) => redis.ping()).catch(() => undefined)
      if (answer === 'PONG') return
      if (child.exitCode !== null || performance.now() > patience)
        throw new Error('redis-server does not start')
      await delay(LOOK_MILLISECONDS)
    }
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  async function misfortune(random: Random): Promise<void> {
    const chosen = random.below(3)
    const milliseconds = random.below(LONGEST_MILLISECONDS)
    if (chosen === 0) {
      await ask(url, (redis) => redis.flushall())
    } else if (chosen === 1) {
      // It does not answer, and does not say so: slower than any that is away.
      child.kill('SIGSTOP')
      await delay(milliseconds)
      child.kill('SIGCONT')
    } else {
      await kill()
      await delay(milliseconds)
      await start()
    }
  }

  await start()
  resources.defer(kill)
  const rest = resources.move()
  return {
    url,
    suffer(random) {
      // One after the other, and after one that failed none.
      turn = turn.then(() => misfortune(random))
      return turn
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}
