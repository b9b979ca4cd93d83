import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { TSchema } from 'typebox'
import { completed } from './document-completion.ts'
import { LoggedIn, Me, Profile, User } from './schemas/accounts.ts'
import { AuditEntry, ManagedUser } from './schemas/administration.ts'
import { Availability, DayBoard, NextSlots } from './schemas/availability.ts'
import { Booking, BookingHistoryEntry, Verdict } from './schemas/bookings.ts'
import { LoggedEvent, Ticket } from './schemas/events.ts'
import { Hold } from './schemas/holds.ts'
import { KeptMails } from './schemas/mailbox.ts'
import { Problem } from './schemas/problem-responses.ts'
import {
  AddedTimeOff,
  ChangedSchedule,
  Override,
  RemovedOverride,
  TimeOff,
} from './schemas/schedule-exceptions.ts'
import { Provider, Schedule } from './schemas/schedules.ts'
import { Service } from './schemas/services.ts'
import { CreatedWebhook, Delivery, Ping, RotatedSecret, Webhook } from './schemas/webhooks.ts'

const COMPONENTS: readonly TSchema[] = [
  Problem,
  User,
  Profile,
  LoggedIn,
  Me,
  ManagedUser,
  AuditEntry,
  Service,
  Provider,
  Schedule,
  ChangedSchedule,
  Override,
  RemovedOverride,
  TimeOff,
  AddedTimeOff,
  Booking,
  BookingHistoryEntry,
  Verdict,
  Hold,
  LoggedEvent,
  Ticket,
  Webhook,
  CreatedWebhook,
  RotatedSecret,
  Ping,
  Delivery,
  Availability,
  NextSlots,
  DayBoard,
  KeptMails,
]

/** A part of the document. */
export interface DocumentTag {
  readonly name: string
  readonly description: string
}

const TAGS: readonly DocumentTag[] = [
  { name: 'Identity', description: 'Accounts and signing in.' },
  { name: 'Administration', description: 'Users, their roles, and who did what: for admins.' },
  { name: 'Services', description: 'What is sold, and the rules of booking it.' },
  { name: 'Schedules', description: 'Providers and when they work.' },
  { name: 'Slots', description: 'What can be booked, and why the rest cannot.' },
  { name: 'Holds', description: 'Slots kept from everyone else for a while.' },
  { name: 'Bookings', description: 'Customers’ claims on slots.' },
  { name: 'Events', description: 'What happened, for those it is about.' },
  { name: 'Webhooks', description: 'Addresses that are called about what happens.' },
  { name: 'Operations', description: 'For those who run the server.' },
]

/** The contract, made of the very schemas by which requests are judged; served at /openapi.json and /docs. */
export async function registerDocument(
  app: FastifyInstance,
  publicUrl: string,
  tags: readonly DocumentTag[],
): Promise<void> {
  for (const schema of COMPONENTS) app.addSchema(schema)
  app.addHook('onRoute', declareSecurity)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Slotwright',
        version: '1.0.0',
        description:
          'A slot is sold once. A slot that is shown can be booked. An event that happened is delivered: what is said over a WebSocket or a stream, and what every event has, is in [/asyncapi.json](/asyncapi.json) (AsyncAPI 3.0).',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: publicUrl }],
      tags: [...TAGS, ...tags],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transformObject: (made) => ('openapiObject' in made ? completed(made.openapiObject) : made.swaggerObject),
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) => String(json.$id ?? `schema-${index}`),
    },
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { deepLinking: true, persistAuthorization: false },
    staticCSP: pagePolicy(publicUrl),
  })
  app.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, () => app.swagger())
}

/** The page runs its own scripts alone, and speaks to this server alone. */
function pagePolicy(publicUrl: string): string {
  const server = URL.canParse(publicUrl) ? ` ${new URL(publicUrl).origin}` : ''
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src 'self'${server}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** A route says who may call it once; the document repeats it. The pages of the document are for everyone. */
function declareSecurity(route: RouteOptions): void {
  if (route.url.startsWith('/docs')) route.config = { ...route.config, access: 'public' }
  const access = route.config?.access
  if (!route.schema || access === undefined) return
  const bearer = { bearer: [] }
  route.schema.security = access === 'public' ? [] : access === 'optional' ? [{}, bearer] : [bearer]
}
