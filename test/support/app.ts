import { pino } from 'pino'
import { type Instant, parseInstant } from '../../src/domain/instant.ts'
import { type Application, type ComposeOptions, compose } from '../../src/infrastructure/compose.ts'
import { FRONT_DOOR_NAMES } from '../../src/infrastructure/front-doors.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { KEPT_MAIL } from './mail.ts'

export const TEST_SECRET = 'a-secret-that-only-the-tests-know-0123456789'

export interface TestResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  /** The body as JSON; throws when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is what the test is about
  json(): any
}

export interface Ask {
  readonly token?: string | undefined
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface TestUser {
  readonly id: string
  readonly email: string
  readonly token: string
}

/** The composed application on a database of its own, at a time that the test sets. */
export interface TestApp extends AsyncDisposable {
  readonly application: Application
  readonly database: TestDatabase
  setNow(instant: string): void
  ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, ask?: Ask): Promise<TestResponse>
  register(role: 'customer' | 'provider', timeZone?: string): Promise<TestUser>
  /** A user of any roles, admins too, made without going through the door. */
  tokenFor(user: { id: string; roles: readonly string[] }): string
}

const at = (text: string) => {
  const instant = parseInstant(text)
  if (instant === undefined) throw new RangeError(`Not an instant: ${text}`)
  return instant
}

/** The present of every test that does not set its own. */
const PRESENT = '2026-01-05T08:00:00Z'

/** One node: everything real but the clock, and the log unless it is given. */
export const composeTestNode = (
  options: Pick<ComposeOptions, 'databaseUrl'> & Partial<ComposeOptions>,
): Promise<Application> =>
  compose({
    redisUrl: null,
    mail: KEPT_MAIL,
    jwtSecret: TEST_SECRET,
    publicUrl: '/',
    accessTokenSeconds: 3600,
    eventRetentionDays: 7,
    ratePolicies: null,
    frontDoors: FRONT_DOOR_NAMES,
    logger: pino({ level: 'silent' }),
    clock: () => at(PRESENT),
    ...options,
  })

/** Everything real but the clock and the network: requests are injected. */
export async function openTestApp(now = PRESENT, more: Partial<ComposeOptions> = {}): Promise<TestApp> {
  const database = await createTestDatabase()
  let present: Instant = at(now)
  const application = await composeTestNode({
    databaseUrl: database.url,
    clock: () => present,
    ...more,
  })
  const { app } = application
  const ask: TestApp['ask'] = async (method, url, { token, body, headers = {} } = {}) => {
    const response = await app.inject({
      method,
      url,
      headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { payload: body as object }),
    })
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      json: () => response.json(),
    }
  }
  let users = 0
  return {
    application,
    database,
    ask,
    setNow(instant) {
      present = at(instant)
    },
    async register(role, timeZone = 'UTC') {
      users++
      const email = `${role}-${users}@example.com`
      const body = {
        email,
        password: 'correct horse',
        role,
        first_name: 'Ada',
        last_name: 'Byron',
        time_zone: timeZone,
      }
      const response = await ask('POST', '/v1/auth/register', { body })
      if (response.status !== 201) throw new Error(response.text)
      const { user, access_token: token } = response.json()
      return { id: user.id, email, token }
    },
    tokenFor: ({ id, roles }) =>
      app.jwt.sign({
        sub: id,
        roles: roles as ('customer' | 'provider' | 'admin')[],
        jti: crypto.randomUUID(),
      }),
    async [Symbol.asyncDispose]() {
      await application[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}
