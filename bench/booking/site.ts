import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from 'pg'
import { z } from 'zod'
import { argon2Hasher } from '../../src/adapters/argon2/password-hasher.ts'
import type { Bench } from '../support/bench.ts'
import { InvalidRun } from '../support/invalid-run.ts'
import { customerEmail } from '../support/people.ts'
import { withClient } from '../support/postgres.ts'
import { startApi } from '../support/servers.ts'
import { firstStartAfter, seedShop, shop } from './shop.ts'

export type BookingBench = Bench<'wrk' | 'pgbench'>

/** Of wrk and of constant rates, and the clients of pgbench. */
export const CONNECTIONS = 32
export const WARM_UP_SECONDS = 3

/** The server under test as production runs it, on a shop of its own. */
export interface Site {
  readonly url: string
  /** Of the server's process. */
  readonly pid: number
  readonly databaseUrl: string
  /** Of the customers, by their numbers. */
  readonly tokens: readonly string[]
  /** Of slot 0, in seconds since 1970. */
  readonly firstStart: number
}

const LOG_TAIL = 2_000
const loggedIn = z.object({ access_token: z.string() })

export interface SiteOptions {
  /** What is in the shop from the beginning. */
  readonly fill?: (client: Client) => Promise<void>
  /** Of the server, beside those that production needs. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Opens a shop, works with it and closes it. What the server has logged goes with a run that is refused. */
export async function withSite<T>(
  bench: BookingBench,
  name: string,
  work: (site: Site) => Promise<T>,
  { fill = async () => undefined, settings = {} }: SiteOptions = {},
): Promise<T> {
  const { folder, progress, signal } = bench
  progress.step(`Opening the shop: ${name}`)
  const password = randomBytes(16).toString('base64url')
  const hashed = await argon2Hasher().hash(password)
  if (!hashed.ok) throw new Error('Nobody else hashes passwords here')
  const databaseUrl = await openShop(bench, name, hashed.value, fill)
  const logFile = join(folder, `${name}.log`)
  await using server = await startApi(databaseUrl, logFile, signal, settings)
  const { url, pid } = server
  try {
    const tokens = await Promise.all(
      Array.from({ length: shop.customers }, (_, number) => logIn(url, number, password)),
    )
    return await work({ url, pid, databaseUrl, tokens, firstStart: firstStartAfter(Date.now()) })
  } catch (error) {
    if (!(error instanceof InvalidRun)) throw error
    const log = (await readFile(logFile, 'utf8')).slice(-LOG_TAIL)
    throw new InvalidRun(`${error.message}\n${log}`.trim())
  }
}

/** A database with the shop alone. */
export async function openShop(
  { postgres }: BookingBench,
  name: string,
  passwordHash = 'nobody logs in',
  fill: (client: Client) => Promise<void> = async () => undefined,
): Promise<string> {
  const databaseUrl = await postgres.createDatabase(name)
  await withClient(databaseUrl, async (client) => {
    await seedShop(client, passwordHash)
    await fill(client)
    // Else autovacuum would do it while something is measured.
    await client.query('vacuum (analyze)')
  })
  return databaseUrl
}

export interface Sent {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly token?: string
  readonly key?: string
}

/** One request by hand. @throws when it is refused */
export async function ask(url: string, { method, path, body, token, key }: Sent): Promise<string> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (response.ok) return text
  throw new Error(`${path} answered ${response.status}: ${text}`)
}

async function logIn(url: string, number: number, password: string): Promise<string> {
  const body = { email: customerEmail(number), password }
  const text = await ask(url, { method: 'POST', path: '/v1/auth/login', body })
  return loggedIn.parse(JSON.parse(text)).access_token
}
