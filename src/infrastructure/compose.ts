import type { Chore } from '../adapters/cron/chores.ts'
import { createApp, registerRoutes, type UseCases } from '../adapters/http/app.ts'
import type { App } from '../adapters/http/app-types.ts'
import { tokenIssuer } from '../adapters/http/authentication.ts'
import type { RatePolicies } from '../adapters/http/rate-policies.ts'
import type { OutsideIssuer } from '../adapters/jose/outside-tokens.ts'
import type { Bell } from '../application/ports/bell.ts'
import { choresOf } from './chores.ts'
import { type FrontDoorName, openFrontDoors, tagsOf } from './front-doors.ts'
import { type MailOptions, openMail } from './mail.ts'
import { countedChore, countedReminders, metricsOf } from './metrics.ts'
import { openPorts, type PortOptions } from './ports.ts'
import { type KeySettings, tokenKeys } from './token-keys.ts'
import { outsideSessions, sharedSessions } from './token-readers.ts'
import { useCasesOf } from './use-cases.ts'
import { type WayOut, waysOut } from './ways-out.ts'

export interface ComposeOptions extends PortOptions, KeySettings {
  /** Whose tokens are taken besides our own. */
  readonly outsideIssuers?: readonly OutsideIssuer[]
  readonly corsOrigins?: readonly string[]
  readonly trustedProxies?: readonly string[]
  readonly publicUrl: string
  readonly eventRetentionDays: number
  /** For how long the audit is kept; a year where it is left out. */
  readonly auditRetentionDays?: number
  /** Null for no limits at all. */
  readonly ratePolicies: RatePolicies | null
  /** The front ends of other systems that are served; none where it is left out. */
  readonly frontDoors?: readonly FrontDoorName[]
  readonly mail: Omit<MailOptions, 'publicUrl'>
}

/** A server that is ready to listen, with everything below it; disposing of it takes all of it down. */
export interface Application extends AsyncDisposable {
  readonly app: App
  readonly useCases: UseCases
  /** What has to be done from time to time; whoever starts the application sees to it. */
  readonly chores: readonly Chore[]
  /** The ways on which events leave the house; they are open once the background is started. */
  readonly waysOut: readonly WayOut[]
  /** Rings when something has happened. */
  readonly bell: Bell
}

const ISSUER = 'slotwright'
const AUDIENCE = 'slotwright'
const AUDIT_DAYS = 365

/** Where objects meet: settings in, an application out. Read it from top to bottom. */
export async function compose(options: ComposeOptions): Promise<Application> {
  const { publicUrl, accessTokenSeconds, eventRetentionDays, ratePolicies, logger } = options
  await using stack = new AsyncDisposableStack()
  const keys = await tokenKeys(options)
  const ports = await openPorts(options, stack)
  const mail = openMail({ ...options.mail, publicUrl }, logger, stack)
  const { frontDoors = [] } = options
  const metrics = stack.use(metricsOf(ports))
  const app = await createApp({
    logger,
    publicUrl,
    corsOrigins: options.corsOrigins ?? [],
    trustedProxies: options.trustedProxies ?? [],
    tokens: {
      keys,
      issuer: ISSUER,
      audience: AUDIENCE,
      lifetimeSeconds: accessTokenSeconds,
      rolesOf: ports.standings.rolesOf,
      readOutsideToken: outsideSessions(options.outsideIssuers ?? [], ports),
      readSharedToken: sharedSessions(
        { keys, issuer: ISSUER, outsideIssuers: options.outsideIssuers ?? [] },
        ports,
      ),
    },
    limits: ratePolicies && { tally: ports.tally, policies: ratePolicies },
    observer: metrics,
    tags: tagsOf(frontDoors),
  })
  stack.defer(() => app.close())
  const issueToken = tokenIssuer(app, accessTokenSeconds, ports.newId)
  const useCases = useCasesOf({ ...ports, issueToken }, metrics)
  const { database, redis } = ports
  await registerRoutes(app, useCases, {
    readiness: async () => ({
      database: await database.state(),
      redis: redis ? await redis.state() : 'memory',
    }),
    published: keys.published,
    mailbox: mail.mailbox,
    metrics: metrics.text,
    observer: metrics,
  })
  await openFrontDoors(app, frontDoors, useCases)
  const retention = { eventRetentionDays, auditRetentionDays: options.auditRetentionDays ?? AUDIT_DAYS }
  const reminders = countedReminders(ports.reminders, metrics)
  const chores = choresOf({ ...ports, reminders }, mail, retention).map((chore) =>
    countedChore(chore, metrics),
  )
  const parts = stack.move()
  return {
    app,
    useCases,
    chores,
    waysOut: waysOut(ports, mail, logger),
    bell: ports.bell,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
