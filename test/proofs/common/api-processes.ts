import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type ServerProcess, startServer } from '../../support/server-process.ts'
import type { Life, Lived } from './lives.ts'

/** An API process as clients see it: while it is down there is no `url`. */
export interface Door {
  readonly process: number
  life: number
  url: string | null
}

/** API processes on one database; disposing of them ends them. */
export interface ApiProcesses extends AsyncDisposable {
  readonly doors: readonly Door[]
  /** Fails when one has ended by itself: there may be nobody left to ask. */
  readonly failed: Promise<never>
  /** Ends one without a chance to tidy up, and starts it again; false where it is not up. */
  kill(process: number): Promise<boolean>
}

export interface ApiOptions {
  readonly processes: number
  readonly databaseUrl: string
  readonly secret: string
  /** Where each gets a folder of its own. */
  readonly folder: string
  /** Whether a start may fail because there is no database at the moment. */
  readonly isDatabaseDown: () => boolean
  /** Beside those that everyone gets. */
  readonly settings?: Readonly<Record<string, string>>
}

const READY = /Slotwright is ready at (http:\S+)/
const RETRY_MILLISECONDS = 200

/** Starts the processes as developers do, but for people to try things with, and notes each of their lives. */
export async function startApiProcesses(record: Lived, options: ApiOptions): Promise<ApiProcesses> {
  const doors: Door[] = Array.from({ length: options.processes }, (_, process) => ({
    process,
    life: 0,
    url: null,
  }))
  const running: (ServerProcess | undefined)[] = []
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined)
  let isEnding = false

  async function open(door: Door): Promise<void> {
    const started = await startThrough(door)
    if (isEnding) return started[Symbol.asyncDispose]()
    running[door.process] = started
    door.life++
    const life: Life = {
      process: door.process,
      life: door.life,
      up: performance.now(),
      killed: null,
      died: null,
    }
    record.lives.push(life)
    started.process.once('close', (code, signal) => {
      if (life.killed !== null || isEnding) return
      life.died = `${signal ?? code}, ${started.output().trim().slice(-500) || 'without a word'}`
      door.url = null
      failure.reject(new Error(`API process ${door.process} ended by itself: ${life.died}`))
    })
    door.url = started.url
  }

  /** Without a database nothing starts: then it is tried again, as whatever keeps processes running does. */
  async function startThrough(door: Door): Promise<ServerProcess> {
    for (;;) {
      let wasDown = options.isDatabaseDown()
      const watch = setInterval(() => {
        wasDown ||= options.isDatabaseDown()
      }, 20)
      try {
        return await startServer(settingsOf(options, door), READY)
      } catch (error) {
        if (!wasDown || isEnding) throw error
        await delay(RETRY_MILLISECONDS)
      } finally {
        clearInterval(watch)
      }
    }
  }

  await using resources = new AsyncDisposableStack()
  resources.defer(async () => {
    isEnding = true
    await Promise.all(running.map((one) => one?.[Symbol.asyncDispose]()))
  })
  // One after the other: each brings the schema up to date, the first one really.
  for (const door of doors) await open(door)
  const rest = resources.move()
  return {
    doors,
    failed: failure.promise,
    async kill(process) {
      const door = doors[process] as Door
      const life = record.lives.findLast((one) => one.process === process)
      if (!life || door.url === null) return false
      door.url = null
      life.killed = performance.now()
      await running[process]?.stop('SIGKILL')
      await open(door)
      return true
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

const settingsOf = ({ databaseUrl, secret, folder, settings }: ApiOptions, { process }: Door) => ({
  DATABASE_URL: databaseUrl,
  DATA_DIR: join(folder, `api-${process}`),
  JWT_SECRET: secret,
  SAMPLE_DATA: 'false',
  HOST: '127.0.0.1',
  RATE_LIMITS: 'off',
  LOG_LEVEL: 'error',
  ...settings,
})
