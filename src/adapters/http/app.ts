import { randomUUIDv7 } from 'node:crypto'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import { type AccountUseCases, accountRoutes } from './account-routes.ts'
import type { App } from './app-types.ts'
import { registerAuthentication, type TokenOptions } from './authentication.ts'
import { type AvailabilityUseCases, availabilityRoutes } from './availability-routes.ts'
import { type BookingUseCases, bookingRoutes } from './booking-routes.ts'
import { type BrowserSafetyOptions, registerBrowserSafety } from './browser-safety.ts'
import { refuseClient } from './client-errors.ts'
import { type DocumentTag, registerDocument } from './document.ts'
import { registerErrorHandling, sendError } from './error-handling.ts'
import { registerEventDocument } from './events/event-document.ts'
import { type EventUseCases, eventRoutes } from './events/event-routes.ts'
import { registerFormats } from './formats.ts'
import { type HoldUseCases, holdRoutes } from './hold-routes.ts'
import { jwksRoute } from './jwks-route.ts'
import { mailboxRoute } from './mailbox-route.ts'
import { type MeUseCases, meRoutes } from './me-routes.ts'
import type { Observer } from './observer.ts'
import { type OperationsOptions, operationsRoutes } from './operations-routes.ts'
import { type OverrideUseCases, overrideRoutes } from './override-routes.ts'
import { registerProblemWording } from './problem-wording.ts'
import { type RateLimitOptions, rateLimits } from './rate-limits.ts'
import { type ScheduleUseCases, scheduleRoutes } from './schedule-routes.ts'
import { problemResponses } from './schemas/problem-responses.ts'
import { sendRefusal } from './send-problem.ts'
import { buildSerializer } from './serialization.ts'
import { type ServiceUseCases, serviceRoutes } from './service-routes.ts'
import { delayFailedSignIns } from './sign-in-delay.ts'
import { type TimeOffUseCases, timeOffRoutes } from './time-off-routes.ts'
import type { TokenKeys } from './token-keys.ts'
import { refuseUnknownParameters } from './unknown-parameters.ts'
import { refuseNamelessPaths, registerUnknownRoutes } from './unknown-routes.ts'
import { type UserUseCases, userRoutes } from './user-routes.ts'
import { validatorCompiler } from './validation.ts'
import { type WebhookUseCases, webhookRoutes } from './webhook-routes.ts'

export interface AppOptions extends BrowserSafetyOptions {
  readonly logger: FastifyBaseLogger
  /** Whose `X-Forwarded-*` is believed; of nobody where there are none. */
  readonly trustedProxies: readonly string[]
  readonly tokens: TokenOptions
  /** Null for no limits at all. */
  readonly limits: RateLimitOptions | null
  readonly observer: Observer
  /** The parts of the document that routes of other adapters make. */
  readonly tags: readonly DocumentTag[]
}

export type UseCases = AccountUseCases &
  MeUseCases &
  UserUseCases &
  ServiceUseCases &
  ScheduleUseCases &
  OverrideUseCases &
  TimeOffUseCases &
  AvailabilityUseCases &
  BookingUseCases &
  HoldUseCases &
  EventUseCases &
  WebhookUseCases

const MOST_BODY_BYTES = 64 * 1024
const REQUEST_ID = /^[\w.:-]{1,128}$/

/**
 * How long anybody may keep a connection busy with nothing: a head has ten seconds to arrive and a request thirty, a socket on
 * which nothing moves ends after a minute, and one that waits for the next request outlives the balancers in front.
 * The number of requests on a socket is not bounded: that would only make honest clients connect anew.
 */
const TIME_OUTS = {
  requestTimeout: 30_000,
  connectionTimeout: 60_000,
  keepAliveTimeout: 65_000,
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
}

/** A server with everything but its routes: formats, tokens, errors and the document. */
export async function createApp(options: AppOptions): Promise<App> {
  const { logger, publicUrl, tokens, limits, trustedProxies, observer } = options
  registerFormats()
  const app: App = Fastify({
    loggerInstance: logger,
    bodyLimit: MOST_BODY_BYTES,
    logController: new LogController({ disableRequestLogging: true }),
    // An id that is no id is replaced: it goes into the log and into a header.
    genReqId: ({ headers }) => {
      const id = headers['x-request-id']
      return typeof id === 'string' && REQUEST_ID.test(id) ? id : randomUUIDv7()
    },
    clientErrorHandler: refuseClient,
    forceCloseConnections: 'idle',
    ...TIME_OUTS,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    routerOptions: { maxParamLength: 256 },
    schemaController: { compilersFactory: { buildSerializer } },
    // No hook runs for a path that cannot be read, so the id is named here as well.
    frameworkErrors: (error, request, reply) =>
      sendError(
        error,
        request,
        reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff'),
      ),
  })
  app.setValidatorCompiler(validatorCompiler)
  takeJsonOnly(app)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.decorate('observer', observer)
  app.decorate('problemResponses', problemResponses)
  watchAnswers(app, observer)
  registerProblemWording(app, sendRefusal)
  registerErrorHandling(app)
  registerUnknownRoutes(app)
  refuseUnknownParameters(app)
  await registerBrowserSafety(app, options)
  const limited = limits && rateLimits(app, limits)
  if (limited) app.addHook('onRequest', limited.beforeAuthentication)
  refuseNamelessPaths(app)
  await registerDocument(app, publicUrl, options.tags)
  await registerAuthentication(app, tokens)
  if (limited) app.addHook('onRequest', limited.afterAuthentication)
  if (limits) delayFailedSignIns(app, limits.tally)
  registerEventDocument(app, publicUrl)
  return app
}

const SECRET_IN_QUERY = /([?&](?:ticket|token|access_token|refresh_token|password|q|email)=)[^&]*/gi

/** An address as it is logged: some clients put there what belongs into a header, and admins look for people. */
const loggable = (url: string) => (url.includes('?') ? url.replace(SECRET_IN_QUERY, '$1[redacted]') : url)

/** Tells the log and the observer of every answer. Whoever listens has no answer that took its time: it goes on. */
function watchAnswers(app: App, observer: Observer): void {
  app.decorateRequest('listens', false)
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, routeOptions } = request
    const { statusCode: status, elapsedTime } = reply
    const milliseconds = Math.round(elapsedTime * 10) / 10
    const by = request.actor && { user: request.actor.userId }
    request.log.info({ method, url: loggable(url), status, milliseconds, ...by }, 'answered')
    if (!request.listens) observer.answered(method, routeOptions.url, status, elapsedTime / 1000)
    // Node lets go of a socket that asks for an upgrade: of one that was answered instead, nobody else would be rid.
    if ('upgrade' in request.headers) request.raw.socket.destroySoon()
  })
}

/** Fastify takes plain text as well. An empty body is none: some clients name its type with every request. */
function takeJsonOnly(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null) : parse(request, body, done),
  )
}

/** Every route there is. */
export async function registerRoutes(
  app: App,
  useCases: UseCases,
  operations: OperationsOptions & Pick<TokenKeys, 'published'> & { readonly observer: Observer },
): Promise<void> {
  await app.register(accountRoutes, useCases)
  await app.register(meRoutes, useCases)
  await app.register(userRoutes, useCases)
  await app.register(serviceRoutes, useCases)
  await app.register(scheduleRoutes, useCases)
  await app.register(overrideRoutes, useCases)
  await app.register(timeOffRoutes, useCases)
  await app.register(availabilityRoutes, useCases)
  await app.register(bookingRoutes, useCases)
  await app.register(holdRoutes, useCases)
  await app.register(eventRoutes, { ...useCases, observer: operations.observer })
  await app.register(webhookRoutes, useCases)
  await app.register(operationsRoutes, operations)
  await app.register(jwksRoute, operations)
  const { mailbox } = operations
  if (mailbox) await app.register(mailboxRoute, { mailbox })
}
