import type { FastifyInstance } from 'fastify'
import { explainFormats } from '../document-formats.ts'
import { Problem, problemSchemas } from '../schemas/problem-responses.ts'
import type { ChannelPart } from './document-parts.ts'
import { eventMessages, eventSchemas } from './event-messages.ts'
import { SOCKET_PROBLEMS } from './server-messages.ts'
import { socketPart } from './socket-part.ts'
import { streamPart } from './stream-part.ts'

/** Every way in which events are delivered; another one is a part more. */
const PARTS: readonly ChannelPart[] = [socketPart, streamPart]

const INFO = {
  title: 'Slotwright events',
  version: '1.0.0',
  description:
    'One log, told in order and without gaps to those it is about, from any cursor that is kept. The server is the application: it sends what happened, and receives what a client wants to follow. `/openapi.json` has the same log as a list, and everything else.',
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
  tags: [{ name: 'Events', description: 'What happened, for those it is about.' }],
}

const SECURITY = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token. `availability:{provider_id}` alone can be followed without one.',
  },
  ticket: {
    type: 'httpApiKey',
    in: 'query',
    name: 'ticket',
    description: 'From `POST /v1/events/tickets`: for a WebSocket, once, within 30 seconds.',
  },
}

/** Where clients reach the server; without a public URL that is wherever they have the document from. */
function serverAt(publicUrl: string) {
  const isKnown = URL.canParse(publicUrl)
  const { host, protocol, pathname } = isKnown ? new URL(publicUrl) : new URL('http://localhost:3000')
  const isSecure = protocol === 'https:'
  return (transport: 'ws' | 'http', schemes: readonly (keyof typeof SECURITY)[]) => ({
    host: isKnown ? host : '{host}',
    protocol: isSecure ? `${transport}s` : transport,
    ...(pathname !== '/' && { pathname }),
    ...(!isKnown && {
      variables: { host: { default: host, description: 'The server that this document comes from.' } },
    }),
    security: schemes.map((name) => ({ $ref: `#/components/securitySchemes/${name}` })),
  })
}

/** What is said about events, made of the very schemas by which messages are judged (AsyncAPI 3.0). */
export function eventDocument(publicUrl: string): object {
  const serverOf = serverAt(publicUrl)
  const document = {
    asyncapi: '3.0.0',
    info: INFO,
    defaultContentType: 'application/json',
    servers: { socket: serverOf('ws', ['bearer', 'ticket']), stream: serverOf('http', ['bearer']) },
    channels: Object.fromEntries(PARTS.map(({ name, channel }) => [name, channel])),
    operations: Object.assign({}, ...PARTS.map(({ operations }) => operations)),
    components: {
      messages: Object.assign({}, eventMessages, ...PARTS.map(({ messages }) => messages)),
      schemas: { ...eventSchemas, Problem: withoutId(Problem), ...problemSchemas(SOCKET_PROBLEMS) },
      securitySchemes: SECURITY,
    },
  }
  return explainFormats(JSON.parse(JSON.stringify(document))) as object
}

/** The name of a schema is where it is, here. */
const withoutId = ({ $id: _id, ...schema }: object & { readonly $id?: string }) => schema

/** Serves the document at /asyncapi.json. */
export function registerEventDocument(app: FastifyInstance, publicUrl: string): void {
  const document = eventDocument(publicUrl)
  app.get('/asyncapi.json', { config: { access: 'public' }, schema: { hide: true } }, () => document)
}
