import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { argon2Hasher } from '../adapters/argon2/password-hasher.ts'
import { memoryBell } from '../adapters/memory/bell.ts'
import { memoryTally } from '../adapters/memory/rate-tally.ts'
import { postgresAccounts } from '../adapters/postgres/account-store.ts'
import { postgresAnswers } from '../adapters/postgres/answers.ts'
import { postgresAudit } from '../adapters/postgres/audit.ts'
import { postgresBookingArchive } from '../adapters/postgres/booking-archive.ts'
import { postgresBookingLedger } from '../adapters/postgres/booking-ledger.ts'
import { postgresBookingPages } from '../adapters/postgres/booking-pages.ts'
import { openPostgres } from '../adapters/postgres/database.ts'
import { postgresErasures } from '../adapters/postgres/erasures.ts'
import { postgresEventLog } from '../adapters/postgres/event-log.ts'
import { postgresEventTickets } from '../adapters/postgres/event-tickets.ts'
import { postgresHoldLedger } from '../adapters/postgres/hold-ledger.ts'
import { postgresOccupancy } from '../adapters/postgres/occupancy.ts'
import { postgresOutsideIdentities } from '../adapters/postgres/outside-identities.ts'
import { postgresPasswordResets } from '../adapters/postgres/password-resets.ts'
import { postgresProviderDirectory } from '../adapters/postgres/provider-directory.ts'
import { postgresReminderLedger } from '../adapters/postgres/reminder-ledger.ts'
import { postgresScheduleCatalog } from '../adapters/postgres/schedule-catalog.ts'
import { postgresServiceCatalog } from '../adapters/postgres/service-catalog.ts'
import { postgresSessions } from '../adapters/postgres/sessions.ts'
import { postgresStandings } from '../adapters/postgres/standings.ts'
import { postgresWebhookDeliveries } from '../adapters/postgres/webhook-deliveries.ts'
import { postgresWebhookEndpoints } from '../adapters/postgres/webhook-endpoints.ts'
import { redisBell } from '../adapters/redis/bell.ts'
import { redisTally } from '../adapters/redis/rate-tally.ts'
import { webhookSender } from '../adapters/webhook/sender.ts'
import { commonPasswords } from '../adapters/wordlist/common-passwords.ts'
import { eventHub } from '../application/event-hub.ts'
import type { Clock } from '../application/ports/clock.ts'
import { ringingBookings, ringingHolds, ringingSchedules, ringingServices } from '../application/ringing.ts'
import { takeTurns } from '../application/turns.ts'
import { watchStandings } from '../application/watch-standings.ts'
import type { Instant } from '../domain/instant.ts'

export interface PortOptions {
  readonly databaseUrl: string
  /** Null for one node that does without. */
  readonly redisUrl: string | null
  /** Whether webhooks may call what is not public; they may not where it is left out. */
  readonly webhookAllowPrivate?: boolean
  readonly accessTokenSeconds: number
  readonly logger: Logger
  /** The present; the system's clock where it is left out. */
  readonly clock?: Clock
}

/** How many requests for one slot are judged at once, and how much longer than that others have the room to themselves. */
const MOST_OF_ONE_SLOT = 4
const REST_OF_ONE_SLOT = 3
/** How many listeners who have come back read what they have missed at once. */
const MOST_CATCHING_UP = 4

const systemClock: Clock = () => Date.now() as Instant

/** Fulfils after some time or at a ring, whichever comes first. */
export const waitForRing = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined)

export type Ports = Awaited<ReturnType<typeof openPorts>>

/** Everything behind the ports, opened; the stack takes it down. */
export async function openPorts(
  {
    databaseUrl,
    redisUrl,
    webhookAllowPrivate: allowPrivate = false,
    accessTokenSeconds,
    logger,
    clock = systemClock,
  }: PortOptions,
  stack: AsyncDisposableStack,
) {
  const told = (what: string) => (error: unknown) => logger.warn({ err: error }, what)
  const onConnectionLost = told('database connection lost')
  const database = stack.use(await openPostgres(databaseUrl, { onConnectionLost }))
  const onRedisLost = (reason: string) => logger.warn({ reason }, 'redis cannot be reached')
  const redis = redisUrl === null ? null : stack.use(redisBell(redisUrl, { onLost: onRedisLost }))
  const bell = redis ?? memoryBell()
  const local = memoryTally()
  const onTallyLost = (reason: string) => logger.warn({ reason }, 'limits are counted by this node alone')
  const tally = redisUrl === null ? local : stack.use(redisTally(redisUrl, { local, onLost: onTallyLost }))
  const log = postgresEventLog(database)
  const onFailure = told('the event log could not be read')
  const hub = stack.use(eventHub({ log, bell, onFailure, wait: waitForRing }))
  const standings = postgresStandings(database)
  const onLookFailure = told('the accounts of those who listen could not be looked at')
  const standingWatch = stack.use(watchStandings({ standings, onFailure: onLookFailure, wait: waitForRing }))
  const archive = postgresBookingArchive(database)
  return {
    database,
    redis,
    bell,
    tally,
    log,
    hub,
    clock,
    newId: randomUUIDv7,
    hasher: argon2Hasher(),
    inTurn: takeTurns(MOST_OF_ONE_SLOT, { rest: { times: REST_OF_ONE_SLOT, now: () => performance.now() } }),
    oneByOne: takeTurns(1),
    readInTurn: takeTurns(MOST_CATCHING_UP, { longestWaitMilliseconds: null }),
    wait: (milliseconds: number) => delay(milliseconds),
    isCommonPassword: commonPasswords(),
    accounts: postgresAccounts(database),
    outsideIdentities: postgresOutsideIdentities(database),
    standings,
    standingWatch,
    sessions: postgresSessions(database, { accessTokenSeconds }),
    resets: postgresPasswordResets(database),
    audit: postgresAudit(database),
    erasures: postgresErasures(database),
    directory: postgresProviderDirectory(database),
    catalog: ringingServices(postgresServiceCatalog(database), bell),
    schedules: ringingSchedules(postgresScheduleCatalog(database), bell),
    ledger: ringingBookings(postgresBookingLedger(database), bell),
    holds: ringingHolds(postgresHoldLedger(database), bell),
    reminders: postgresReminderLedger(database),
    answers: postgresAnswers(database),
    archive,
    pages: postgresBookingPages(database, archive),
    eventTickets: postgresEventTickets(database),
    webhooks: postgresWebhookEndpoints(database),
    deliveries: postgresWebhookDeliveries(database),
    sender: webhookSender({ allowPrivate }),
    allowPrivate,
    chance: Math.random,
    ...postgresOccupancy(database),
  }
}
