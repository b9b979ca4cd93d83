import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { argon2Hasher } from '../../src/adapters/argon2/password-hasher.ts'
import { freePort, startServer } from '../support/children.ts'
import { provideServer, type ServerFacts, withClient } from '../support/postgres.ts'
import type { Progress } from '../support/progress.ts'
import { customerEmail, firstStartAfter, idOf, seedShop, shop } from './shop.ts'

/** Everything that runs during a benchmark; disposing of it ends it and removes its files. */
export interface Site extends AsyncDisposable {
  readonly folder: string
  readonly facts: ServerFacts
  /** The server under test and its database. */
  readonly http: { readonly url: string; readonly databaseUrl: string }
  /** The database of the statement alone. */
  readonly direct: { readonly databaseUrl: string }
  /** Fastify that answers a constant. */
  readonly bare: { readonly url: string }
  readonly tokens: readonly string[]
  readonly firstStart: number
  /** The characters of the body that answers a booking. */
  readonly answerLength: number
  /** The last that the server under test has logged. */
  serverLog(): Promise<string>
}

export interface SiteOptions {
  readonly progress: Progress
  readonly signal: AbortSignal
}

export const metadata = '{"source":"bench","party_size":2}'

const LOG_TAIL = 2_000
const project = fileURLToPath(new URL('../..', import.meta.url))
const bareFastify = fileURLToPath(new URL('bare-fastify.ts', import.meta.url))

const loggedIn = z.object({ access_token: z.string() })

/** Starts it all: PostgreSQL, two equal databases, the server as production runs it, and bare Fastify. */
export async function openSite({ progress, signal }: SiteOptions): Promise<Site> {
  await using resources = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'slotwright-bench-files-'))
  resources.defer(() => rm(folder, { recursive: true, force: true }))
  progress.step('Starting PostgreSQL')
  const postgres = resources.use(await provideServer(process.env.DATABASE_URL || undefined))
  signal.throwIfAborted()
  progress.step('Filling two databases')
  const password = randomBytes(16).toString('base64url')
  const passwordHash = await argon2Hasher().hash(password)
  const [httpDatabase, directDatabase] = [
    await postgres.createDatabase('http'),
    await postgres.createDatabase('direct'),
  ]
  for (const url of [httpDatabase, directDatabase]) {
    await withClient(url, (client) => seedShop(client, passwordHash))
  }
  progress.step('Starting the server')
  const logFile = join(folder, 'server.log')
  const http = resources.use(await startApi(httpDatabase, logFile, signal))
  const tokens = await Promise.all(
    Array.from({ length: shop.customers }, (_, number) => logIn(http.url, number, password)),
  )
  const firstStart = firstStartAfter(Date.now())
  const answer = await bookFirstSlot(http.url, tokens, firstStart)
  const bare = resources.use(await startBareFastify(answer, join(folder, 'bare.log'), signal))
  const rest = resources.move()
  return {
    folder,
    facts: postgres.facts,
    http: { url: http.url, databaseUrl: httpDatabase },
    direct: { databaseUrl: directDatabase },
    bare: { url: bare.url },
    tokens,
    firstStart,
    answerLength: answer.length,
    serverLog: async () => (await readFile(logFile, 'utf8')).slice(-LOG_TAIL),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

const startApi = async (databaseUrl: string, logFile: string, signal: AbortSignal) => {
  const port = await freePort()
  const environment = {
    PATH: process.env.PATH,
    // The only variable that goes through, so that the server can be profiled: --cpu-prof and its kin.
    NODE_OPTIONS: process.env.SERVER_NODE_OPTIONS,
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    JWT_SECRET: randomBytes(48).toString('base64url'),
    ACCESS_TOKEN_SECONDS: '86400',
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: 'warn',
  }
  const command = { path: process.execPath, args: ['src/main.ts'], environment, folder: project }
  return startServer({ ...command, port, readyPath: '/ready', logFile }, signal)
}

const startBareFastify = async (answer: string, logFile: string, signal: AbortSignal) => {
  const port = await freePort()
  const environment = { PATH: process.env.PATH, NODE_ENV: 'production' }
  const command = { path: process.execPath, args: [bareFastify, String(port), answer], environment }
  return startServer({ ...command, port, readyPath: '/ready', logFile }, signal)
}

async function post(url: string, body: unknown, token?: string): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (response.ok) return response
  throw new Error(`${new URL(url).pathname} answered ${response.status}: ${await response.text()}`)
}

async function logIn(url: string, number: number, password: string): Promise<string> {
  const response = await post(`${url}/v1/auth/login`, { email: customerEmail(number), password })
  return loggedIn.parse(await response.json()).access_token
}

/** One booking by hand: it proves that the shop can be booked, and its answer is the constant of bare Fastify. */
async function bookFirstSlot(url: string, tokens: readonly string[], firstStart: number): Promise<string> {
  const slot = { service_id: idOf('service', 0), start: new Date(firstStart * 1000).toISOString() }
  const response = await post(`${url}/v1/bookings`, { ...slot, metadata: JSON.parse(metadata) }, tokens[0])
  return response.text()
}
