import { randomUUIDv7 } from 'node:crypto'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import { type AccountUseCases, accountRoutes } from './account-routes.ts'
import type { App } from './app-types.ts'
import { registerAuthentication, type TokenOptions } from './authentication.ts'
import { type AvailabilityUseCases, availabilityRoutes } from './availability-routes.ts'
import { type BookingUseCases, bookingRoutes } from './booking-routes.ts'
import { refuseClient } from './client-errors.ts'
import { registerDocument } from './document.ts'
import { registerErrorHandling, sendError } from './error-handling.ts'
import { registerEventDocument } from './events/event-document.ts'
import { type EventUseCases, eventRoutes } from './events/event-routes.ts'
import { registerFormats } from './formats.ts'
import { type HoldUseCases, holdRoutes } from './hold-routes.ts'
import { mailboxRoute } from './mailbox-route.ts'
import { type MeUseCases, meRoutes } from './me-routes.ts'
import type { Observer } from './observer.ts'
import { type OperationsOptions, operationsRoutes } from './operations-routes.ts'
import { type OverrideUseCases, overrideRoutes } from './override-routes.ts'
import { type ScheduleUseCases, scheduleRoutes } from './schedule-routes.ts'
import { type ServiceUseCases, serviceRoutes } from './service-routes.ts'
import { type TimeOffUseCases, timeOffRoutes } from './time-off-routes.ts'
import { type UserUseCases, userRoutes } from './user-routes.ts'
import { validatorCompiler } from './validation.ts'
import { type WebhookUseCases, webhookRoutes } from './webhook-routes.ts'

export interface AppOptions {
  readonly logger: FastifyBaseLogger
  readonly publicUrl: string
  readonly tokens: TokenOptions
  readonly observer: Observer
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

/** A server with everything but its routes: formats, tokens, errors and the document. */
export async function createApp({ logger, publicUrl, tokens, observer }: AppOptions): Promise<App> {
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
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 256 },
    // No hook runs for a path that cannot be read, so the id is named here as well.
    frameworkErrors: (error, request, reply) =>
      sendError(error, request, reply.header('x-request-id', request.id)),
  })
  app.setValidatorCompiler(validatorCompiler)
  takeJsonOnly(app)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
  })
  watchAnswers(app, observer)
  registerErrorHandling(app)
  await registerDocument(app, publicUrl)
  await registerAuthentication(app, { ...tokens })
  registerEventDocument(app, publicUrl)
  return app
}

/** Tells the log and the observer of every answer. Whoever listens has no answer that took its time: it goes on. */
function watchAnswers(app: App, observer: Observer): void {
  app.decorateRequest('listens', false)
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, routeOptions } = request
    const { statusCode: status, elapsedTime } = reply
    const milliseconds = Math.round(elapsedTime * 10) / 10
    request.log.info({ method, url, status, milliseconds }, 'answered')
    if (!request.listens) observer.answered(method, routeOptions.url, status, elapsedTime / 1000)
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
  operations: OperationsOptions & { readonly observer: Observer },
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
  const { mailbox } = operations
  if (mailbox) await app.register(mailboxRoute, { mailbox })
}
