import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type {
  FastifyBaseLogger,
  FastifyContextConfig,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import { type TProperties, type TSchema, Type } from 'typebox'
import type { Actor } from '../../domain/actor.ts'

/** A Fastify whose handlers know the types of their schemas. */
export type DoorApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** Says a problem in the words of a door: each route of it has one as `config.wordProblem`. */
export type WordProblem = NonNullable<FastifyContextConfig['wordProblem']>

type Worded = Parameters<WordProblem>[0]

/** One thing that is wrong with a request. */
export interface WrongField {
  /** `email`, or `profile.firstName`; empty for the request as a whole. */
  readonly field: string
  readonly message: string
}

/** What a problem says of single fields; nothing where it is about something else. */
export function wrongFields({ facts }: Worded): WrongField[] {
  const errors = (facts.errors ?? []) as readonly WrongField[]
  // JSON pointers (RFC 6901) are not what these front ends know.
  return errors.map(({ field, message }) => ({ field: field.slice(1).replaceAll('/', '.'), message }))
}

/** Who asks, on a route that is for users alone. */
export function signedIn({ actor, routeOptions }: FastifyRequest): Actor {
  if (!actor) throw new Error(`${routeOptions.url} is not for users alone`)
  return actor
}

/** An object without any field that is not named. */
export const Strict = <P extends TProperties>(properties: P, options: object = {}) =>
  Type.Object(properties, { ...options, additionalProperties: false })

/** What each status of an error means, the same at every door. */
const MEANINGS = {
  400: 'The request has the wrong form.',
  401: 'A valid access token is needed.',
  403: 'It is not for whoever asks.',
  404: 'There is no such thing.',
  409: 'Somebody was faster.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'The request breaks a rule.',
  429: 'Too many requests.',
  500: 'Something went wrong here.',
  503: 'The service is not available at the moment.',
} as const

const EVERYWHERE = [400, 429, 500, 503] as const
const OF_BODY = [413, 415] as const

/** The errors that a route of a door declares: those of every route, and its own. */
export const errorResponses = (schema: TSchema, own: readonly (keyof typeof MEANINGS)[], hasBody = false) =>
  Object.fromEntries(
    [...EVERYWHERE, ...(hasBody ? OF_BODY : []), ...own].map((status) => [
      status,
      { ...schema, description: MEANINGS[status] },
    ]),
  )
