import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { argon2Hasher } from '../adapters/argon2/password-hasher.ts'
import type { Chore } from '../adapters/cron/chores.ts'
import { createApp, registerRoutes, type UseCases } from '../adapters/http/app.ts'
import type { App } from '../adapters/http/app-types.ts'
import { tokenIssuer } from '../adapters/http/authentication.ts'
import { accountStates } from '../adapters/memory/account-states.ts'
import { memoryBell } from '../adapters/memory/bell.ts'
import { postgresAccounts } from '../adapters/postgres/account-store.ts'
import { postgresAnswers } from '../adapters/postgres/answers.ts'
import { postgresBookingArchive } from '../adapters/postgres/booking-archive.ts'
import { postgresBookingLedger } from '../adapters/postgres/booking-ledger.ts'
import { openPostgres } from '../adapters/postgres/database.ts'
import { postgresEventLog } from '../adapters/postgres/event-log.ts'
import { postgresEventTickets } from '../adapters/postgres/event-tickets.ts'
import { postgresHoldLedger } from '../adapters/postgres/hold-ledger.ts'
import { postgresOccupancy } from '../adapters/postgres/occupancy.ts'
import { forgetOldChanges } from '../adapters/postgres/old-changes.ts'
import { postgresProviderDirectory } from '../adapters/postgres/provider-directory.ts'
import { postgresReminderLedger } from '../adapters/postgres/reminder-ledger.ts'
import { postgresScheduleCatalog } from '../adapters/postgres/schedule-catalog.ts'
import { postgresServiceCatalog } from '../adapters/postgres/service-catalog.ts'
import { redisBell } from '../adapters/redis/bell.ts'
import { logIn, registerAccount } from '../application/accounts.ts'
import {
  findNextSlots,
  readDayBoard,
  searchAvailability,
  searchFreeTime,
} from '../application/availability.ts'
import { bookSlot } from '../application/book-slot.ts'
import { annotate, rescheduleBooking, transitBooking } from '../application/booking-changes.ts'
import { listBookings, readBooking, readBookingHistory } from '../application/bookings.ts'
import { eventHub } from '../application/event-hub.ts'
import { listEvents } from '../application/events.ts'
import { followEvents } from '../application/follow-events.ts'
import { forgetAnswers } from '../application/forget-answers.ts'
import { expireHolds, holdSlot, readHold, releaseHold } from '../application/holds.ts'
import { judgeBooking } from '../application/judge-booking.ts'
import { putOverride, removeOverride } from '../application/overrides.ts'
import type { Clock } from '../application/ports/clock.ts'
import { ringingBookings, ringingHolds } from '../application/ringing.ts'
import { listProviders, readProvider, readSchedule, replaceWeek } from '../application/schedules.ts'
import { sendReminders } from '../application/send-reminders.ts'
import {
  changeService,
  createService,
  listServices,
  readService,
  retireService,
} from '../application/services.ts'
import { settleBookings } from '../application/settle-bookings.ts'
import { addTimeOff, listTimeOff, readTimeOff, removeTimeOff } from '../application/time-off.ts'
import { trimEvents } from '../application/trim-events.ts'
import { takeTurns } from '../application/turns.ts'
import type { Instant } from '../domain/instant.ts'

export interface ComposeOptions {
  readonly databaseUrl: string
  /** Null for one node that does without. */
  readonly redisUrl: string | null
  readonly jwtSecret: string
  readonly publicUrl: string
  readonly accessTokenSeconds: number
  readonly eventRetentionDays: number
  readonly logger: Logger
  /** The present; the system's clock where it is left out. */
  readonly clock?: Clock
}

/** A server that is ready to listen, with everything below it; disposing of it takes all of it down. */
export interface Application extends AsyncDisposable {
  readonly app: App
  readonly useCases: UseCases
  /** What has to be done from time to time; whoever starts the application sees to it. */
  readonly chores: readonly Chore[]
}

const ISSUER = 'slotwright'
const AUDIENCE = 'slotwright'
const FORGOTTEN_TICKETS = 10_000
/** How many requests for one slot are judged at once. */
const MOST_OF_ONE_SLOT = 4
const EVERY_SECOND = '* * * * * *'
const EVERY_MINUTE = '0 * * * * *'
const REMEMBERED_CHANGES_MINUTES = 15
const REMEMBERED_ACCOUNTS = { max: 100_000, seconds: 10 }

/** Fulfils after some time or at a ring, whichever comes first. */
const waitForRing = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined)

const systemClock: Clock = () => Date.now() as Instant

/** Where objects meet: settings in, an application out. Read it from top to bottom. */
export async function compose(options: ComposeOptions): Promise<Application> {
  const {
    databaseUrl,
    redisUrl,
    jwtSecret,
    publicUrl,
    accessTokenSeconds,
    eventRetentionDays,
    logger,
    clock = systemClock,
  } = options
  await using stack = new AsyncDisposableStack()

  const database = stack.use(
    await openPostgres(databaseUrl, {
      onConnectionLost: (error) => logger.warn({ err: error }, 'database connection lost'),
    }),
  )
  const accounts = postgresAccounts(database)
  const directory = postgresProviderDirectory(database)
  const catalog = postgresServiceCatalog(database)
  const schedules = postgresScheduleCatalog(database)
  const onRedisLost = (error: Error) => logger.warn({ err: error }, 'redis cannot be reached')
  const redis = redisUrl === null ? null : stack.use(redisBell(redisUrl, { onLost: onRedisLost }))
  const bell = redis ?? memoryBell()
  const ledger = ringingBookings(postgresBookingLedger(database), bell)
  const holds = ringingHolds(postgresHoldLedger(database), bell)
  const answers = postgresAnswers(database)
  const archive = postgresBookingArchive(database)
  const { offers, occupancy } = postgresOccupancy(database)

  const app = await createApp({
    logger,
    publicUrl,
    tokens: {
      secret: jwtSecret,
      issuer: ISSUER,
      audience: AUDIENCE,
      lifetimeSeconds: accessTokenSeconds,
      isActive: accountStates(accounts, REMEMBERED_ACCOUNTS),
    },
  })
  stack.defer(() => app.close())

  const newId = randomUUIDv7
  const hasher = argon2Hasher()
  const issueToken = tokenIssuer(app, accessTokenSeconds, newId)
  const log = postgresEventLog(database)
  const eventTickets = postgresEventTickets(database)
  const eventPorts = { log, archive, directory }
  const onHubFailure = (error: unknown) => logger.warn({ err: error }, 'the event log could not be read')
  const hub = stack.use(eventHub({ log, bell, onFailure: onHubFailure, wait: waitForRing }))
  const claiming = { offers, occupancy, clock, inTurn: takeTurns(MOST_OF_ONE_SLOT) }
  const changing = { archive, ledger, clock, newId }
  const scheduleChange = { schedules, accounts, ledger, archive, clock }
  const useCases: UseCases = {
    registerAccount: registerAccount({ accounts, hasher, issueToken, clock, newId }),
    logIn: logIn({ accounts, hasher, issueToken }),
    createService: createService({ catalog, clock, newId }),
    readService: readService({ catalog }),
    listServices: listServices({ catalog }),
    changeService: changeService({ catalog, clock }),
    retireService: retireService({ catalog, clock }),
    listProviders: listProviders({ directory }),
    readProvider: readProvider({ directory }),
    readSchedule: readSchedule({ schedules, clock }),
    replaceWeek: replaceWeek(scheduleChange),
    putOverride: putOverride(scheduleChange),
    removeOverride: removeOverride(scheduleChange),
    addTimeOff: addTimeOff({ ...scheduleChange, newId }),
    readTimeOff: readTimeOff({ schedules }),
    listTimeOff: listTimeOff({ schedules }),
    removeTimeOff: removeTimeOff({ schedules, clock }),
    searchAvailability: searchAvailability({ offers, occupancy, archive, clock }),
    searchFreeTime: searchFreeTime({ offers, occupancy, archive, clock }),
    findNextSlots: findNextSlots({ offers, occupancy, archive, clock }),
    readDayBoard: readDayBoard({ offers, occupancy, archive, clock }),
    bookSlot: bookSlot({ ...claiming, ledger, holds, newId }),
    judgeBooking: judgeBooking({ ...claiming, accounts, holds, newId }),
    readBooking: readBooking({ archive }),
    listBookings: listBookings({ archive, clock }),
    readBookingHistory: readBookingHistory({ archive }),
    transitBooking: transitBooking(changing),
    annotateBooking: annotate(changing),
    rescheduleBooking: rescheduleBooking({ ...changing, ...claiming }),
    holdSlot: holdSlot({ ...claiming, holds, newId }),
    readHold: readHold({ holds }),
    releaseHold: releaseHold({ holds, newId }),
    answers,
    listEvents: listEvents(eventPorts),
    followEvents: followEvents({ ...eventPorts, hub }),
    eventTickets,
    eventLog: log,
  }
  await registerRoutes(app, useCases, {
    readiness: async () => ({
      database: await database.state(),
      redis: redis ? await redis.state() : 'memory',
    }),
  })

  const chores: Chore[] = [
    { name: 'settle bookings', when: EVERY_SECOND, work: settleBookings(changing) },
    { name: 'expire holds', when: EVERY_SECOND, work: expireHolds({ holds, newId }) },
    {
      name: 'send reminders',
      when: EVERY_SECOND,
      work: sendReminders({ reminders: postgresReminderLedger(database), bell, clock, newId }),
    },
    {
      name: 'trim events',
      when: EVERY_MINUTE,
      work: trimEvents({ log, clock, retentionDays: eventRetentionDays }),
    },
    {
      name: 'forget tickets',
      when: EVERY_MINUTE,
      work: () => eventTickets.forgetOld(FORGOTTEN_TICKETS),
    },
    {
      name: 'forget old changes',
      when: EVERY_MINUTE,
      work: () => forgetOldChanges(database, REMEMBERED_CHANGES_MINUTES),
    },
    { name: 'forget answers', when: EVERY_MINUTE, work: forgetAnswers({ answers }) },
  ]
  const parts = stack.move()
  return { app, useCases, chores, [Symbol.asyncDispose]: () => parts.disposeAsync() }
}
