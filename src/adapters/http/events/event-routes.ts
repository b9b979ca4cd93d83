import websocket from '@fastify/websocket'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { WebSocket } from 'ws'
import type { ListEvents } from '../../../application/events.ts'
import type { FollowEvents } from '../../../application/follow-events.ts'
import type { EventLog } from '../../../application/ports/event-log.ts'
import type { EventTickets } from '../../../application/ports/event-tickets.ts'
import type { StandingWatch } from '../../../application/watch-standings.ts'
import { ROLES } from '../../../domain/actor.ts'
import { formatInstant } from '../../../domain/instant.ts'
import { ok } from '../../../domain/result.ts'
import type { App } from '../app-types.ts'
import { actorOf } from '../authentication.ts'
import type { Observer } from '../observer.ts'
import { Answer, AnswerOf } from '../schemas/common.ts'
import { EventsPage, EventsQuery, Ticket } from '../schemas/events.ts'
import { problemResponses, ROLE_CODES, TOKEN_CODES } from '../schemas/problem-responses.ts'
import { sendProblem, sendRefusal } from '../send-problem.ts'
import { CLOSE, MOST_FRAME_BYTES, nameOfCode, ROLE_LOST } from './close-codes.ts'
import { serveEventSocket } from './event-socket.ts'
import { FAREWELL_MILLISECONDS, sendEventStream } from './event-stream.ts'
import { presentEvent } from './event-text.ts'
import { type Query, queryOf, refuseMeaningless, subscriptionOf, wayOf } from './ways.ts'

export interface EventUseCases {
  readonly listEvents: ListEvents
  readonly followEvents: FollowEvents
  readonly eventTickets: EventTickets
  readonly eventLog: Pick<EventLog, 'end'>
  readonly standingWatch: Pick<StandingWatch, 'watch'>
}

export interface EventRoutesOptions extends EventUseCases {
  readonly observer: Observer
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether it goes on for as long as someone listens. */
    listens: boolean
  }
}

const DEFAULT_LIMIT = 20

/** One log, three ways to read it, all at one address: a list, a stream, a socket. */
export async function eventRoutes(app: App, useCases: EventRoutesOptions): Promise<void> {
  const streams = new Set<() => void>()
  app.addHook('preClose', async () => {
    for (const end of streams) end()
  })
  await app.register(websocket, {
    options: { maxPayload: MOST_FRAME_BYTES },
    preClose(done) {
      const { clients } = this.websocketServer
      for (const socket of clients) socket.close(CLOSE.restarting, 'restarting')
      const impatience = setTimeout(() => {
        for (const socket of clients) socket.terminate()
      }, FAREWELL_MILLISECONDS)
      this.websocketServer.close(() => {
        clearTimeout(impatience)
        done()
      })
    },
  })
  const onClose = (end: () => void) => {
    streams.add(end)
    return () => streams.delete(end)
  }
  // The routes come after the plugin, which looks at each that is added.
  await app.register(async (child) => {
    readRoute(child as App, useCases, onClose)
    ticketRoute(child as App, useCases)
  })
}

function readRoute(app: App, useCases: EventRoutesOptions, onClose: (end: () => void) => () => void): void {
  const schema = {
    operationId: 'readEvents',
    tags: ['Events'],
    summary: 'Read what happened',
    description:
      'What happened, in order and without gaps, from any cursor that is kept. As a list; as server-sent events with `Accept: text/event-stream`, where `Last-Event-ID` resumes; as a WebSocket by upgrading (`/asyncapi.json` has its messages), where `topics`, `types` or `after` make the first subscription, named `url`.',
    querystring: EventsQuery,
    response: {
      200: AnswerOf(
        'The next events, or each as it happens.',
        { 'application/json': EventsPage, 'text/event-stream': Type.String() },
        'Cache-Control',
      ),
      ...problemResponses(
        { 'topic-not-found': true, 'unknown-cursor': true, 'cursor-expired': true },
        TOKEN_CODES,
      ),
    },
  }
  app.route({
    method: 'GET',
    url: '/v1/events',
    config: { access: 'optional' },
    schema,
    preHandler: async (request) => refuseMeaningless(request.query as Query, wayOf(request)),
    handler: async (request, reply) => {
      await answer(request, reply)
      return reply
    },
    wsHandler: async (socket, request) => {
      request.listens = true
      socket.once('close', (code) => useCases.observer.closed(nameOfCode(code)))
      // What the client says meanwhile is heard afterwards.
      socket.pause()
      try {
        await admit(socket, request)
      } catch (error) {
        request.log.warn({ err: error }, 'socket not opened')
        socket.close(CLOSE.restarting, 'unavailable: come back')
      }
      socket.resume()
    },
  })

  async function admit(socket: WebSocket, request: FastifyRequest): Promise<void> {
    const query = request.query as Query
    const admission = await admissionOf(request, query.ticket)
    if (!admission.ok) {
      return admission.rejection === 'role-lost'
        ? socket.close(CLOSE.forbidden, ROLE_LOST)
        : socket.close(CLOSE.unauthenticated, 'the ticket is not valid')
    }
    serveEventSocket(socket, {
      followEvents: useCases.followEvents,
      admission: admission.value,
      watch: useCases.standingWatch.watch,
      requestId: request.id,
      cursor: await useCases.eventLog.end(),
      first: subscriptionOf(query),
      log: request.log,
      observer: useCases.observer,
    })
  }

  async function admissionOf(request: FastifyRequest, ticket: string | undefined) {
    const { actor, sessionId, sessionEndsAt } = request
    if (actor && sessionEndsAt !== null) return ok({ actor, sessionId, sessionEndsAt })
    return ticket === undefined ? ok(null) : useCases.eventTickets.redeem(ticket)
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const given = request.query as Query
    const query = queryOf(given)
    const isOpen = query.topics.every(({ kind }) => kind === 'availability')
    if (request.actor === null && !isOpen) return sendProblem(reply, 'unauthenticated')
    if (wayOf(request) === 'stream') return stream(request, reply, query)
    const page = await useCases.listEvents(request.actor, query, given.limit ?? DEFAULT_LIMIT)
    if (!page.ok) return sendRefusal(reply, page.rejection)
    const { events, next } = page.value
    useCases.observer.delivered('list', events.length)
    return reply
      .header('cache-control', 'no-store')
      .send({ data: events.map(presentEvent), next_cursor: next })
  }

  async function stream(request: FastifyRequest, reply: FastifyReply, query: ReturnType<typeof queryOf>) {
    const last = request.headers['last-event-id']
    const after = typeof last === 'string' && last !== '' ? last : query.after
    const outcome = await useCases.followEvents(request.actor, { ...query, after })
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    request.listens = true
    const { actor, sessionId, sessionEndsAt } = request
    const { observer, standingWatch } = useCases
    const watch = (end: () => void) => (actor ? standingWatch.watch({ actor, sessionId }, end) : () => {})
    sendEventStream(reply, outcome.value, { sessionEndsAt, watch, onClose, observer })
    return reply
  }
}

function ticketRoute(app: App, { eventTickets }: EventUseCases): void {
  const schema = {
    operationId: 'issueEventTicket',
    tags: ['Events'],
    summary: 'Get a ticket for a WebSocket',
    description:
      'For browsers, which cannot send a token with a socket: open it with `?ticket=`, once, within 30 seconds.',
    response: {
      201: Answer('The ticket.', Ticket, 'Cache-Control'),
      ...problemResponses({}, ROLE_CODES),
    },
  }
  app.post('/v1/events/tickets', { config: { access: ROLES }, schema }, async (request, reply) => {
    const { sessionId, sessionEndsAt } = request
    if (sessionEndsAt === null) throw new Error('A token without an end was let in')
    const admission = { actor: actorOf(request), sessionId, sessionEndsAt }
    const { ticket, expiresAt } = await eventTickets.issue(admission)
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ ticket, expires_at: formatInstant(expiresAt) })
  })
}
