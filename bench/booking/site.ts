import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { argon2Hasher } from '../../src/adapters/argon2/password-hasher.ts'
import { customerEmail, idOf } from '../support/people.ts'
import { provideServer, type ServerFacts, withClient } from '../support/postgres.ts'
import type { Progress } from '../support/progress.ts'
import { startApi, startBareFastify } from '../support/servers.ts'
import { firstStartAfter, seedShop, shop } from './shop.ts'

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
  const constant = { method: 'POST', path: '/v1/bookings', status: 201, body: answer } as const
  const bare = resources.use(await startBareFastify(constant, folder, signal))
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
