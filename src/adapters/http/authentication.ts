import jwt from '@fastify/jwt'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { Standings } from '../../application/ports/standings.ts'
import type { IssueToken } from '../../application/ports/token-issuer.ts'
import { type Actor, ROLES, type Role } from '../../domain/actor.ts'
import type { SessionId, UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import { isUuid } from './formats.ts'
import { sendProblem } from './send-problem.ts'
import { issuerOf, keysFor, type TokenKeys } from './token-keys.ts'

/**
 * Who may call a route: `public` is for everyone and looks at no token; `optional` is for everyone too, and shows
 * more to those who say who they are; a list of roles is for users who have one of them. There is no default: a
 * route without access does not register.
 */
export type Access = 'public' | 'optional' | readonly Role[]

declare module 'fastify' {
  interface FastifyContextConfig {
    access: Access
    /** Whether tokens are taken that another system has signed with the secret that it shares with this one. */
    takesSharedTokens?: true
  }
  interface FastifyInstance {
    /**
     * Who a token is of, wherever tokens of another system that shares the secret are taken, in the roles that they hold
     * now; null where it is not good.
     */
    sessionOf(token: string): Promise<Session | null>
  }
  interface FastifyRequest {
    /** Who asks; null where nobody has to say so. */
    actor: Actor | null
    /** The session that the token was made in; null where none is known. */
    sessionId: SessionId | null
    /** When the token ends by which the actor is known. */
    sessionEndsAt: Instant | null
  }
}

interface AccessTokenClaims {
  readonly sub: string
  readonly roles: readonly Role[]
  readonly jti: string
  /** The session that it was made in; tokens from before there were sessions have none. */
  readonly sid?: string
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: AccessTokenClaims
    user: AccessTokenClaims
  }
}

export interface TokenOptions {
  readonly keys: TokenKeys
  readonly issuer: string
  readonly audience: string
  readonly lifetimeSeconds: number
  /** The roles that a user has now, or null where there is no account that may be used. */
  readonly rolesOf: Standings['rolesOf']
  /** Who the bearer of a token of an outside issuer is here, or null where it is none. */
  readonly readOutsideToken: ReadToken
  /** The same of a token of another system that shares the secret. */
  readonly readSharedToken: ReadToken
}

/** Who bears a token; null where it is none. */
type ReadToken = (token: string) => Promise<Session | null>

/** RFC 9068 names the type of an access token, so that no other kind of token of this issuer passes for one. */
const TOKEN_TYPE = 'at+jwt'

const KNOWN_TOKENS = 10_000

/** Checks the token of every request before anything of its body is read, and the role that the route asks for. */
export async function registerAuthentication(app: FastifyInstance, options: TokenOptions): Promise<void> {
  const { keys, issuer, audience, lifetimeSeconds, rolesOf } = options
  const { signingKey, key, algorithm, id } = keys.signing
  await app.register(jwt, {
    secret: { private: signingKey, public: key },
    sign: {
      algorithm,
      kid: id,
      iss: issuer,
      aud: audience,
      expiresIn: lifetimeSeconds,
      header: { alg: algorithm, typ: TOKEN_TYPE },
    },
    verify: {
      algorithms: [algorithm],
      allowedIss: issuer,
      allowedAud: audience,
      requiredClaims: ['sub', 'roles', 'iss', 'aud', 'iat', 'exp', 'jti'],
      checkTyp: TOKEN_TYPE,
    },
  })
  const readers = sessionReaders(app, options)
  /** Who it is of by now: a role that was taken away since the token was made is gone at once. */
  const admit = async (session: Session | null): Promise<Session | null> => {
    const held = session && (await rolesOf(session.actor.userId, session.sessionId))
    if (!session || !held) return null
    const roles = session.actor.roles.filter((role) => held.includes(role))
    return { ...session, actor: { ...session.actor, roles } }
  }
  app.decorate('sessionOf', async (token: string) => admit(await readers.shared(token)))
  app.decorateRequest('actor', null)
  app.decorateRequest('sessionId', null)
  app.decorateRequest('sessionEndsAt', null)
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new Error(`${String(method)} ${url} does not say who may call it`)
  })
  app.addHook('onRequest', async (request, reply) => {
    const { access, takesSharedTokens = false } = request.routeOptions.config
    if (request.is404 || access === 'public') return
    if (access === 'optional' && request.headers.authorization === undefined) return
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const read = token === undefined ? null : readers[takesSharedTokens ? 'shared' : 'own'](token)
    const session = await admit(read instanceof Promise ? await read : read)
    if (!session) return sendProblem(reply, 'unauthenticated')
    const { actor } = session
    request.actor = actor
    request.sessionId = session.sessionId
    request.sessionEndsAt = session.expires
    if (access !== 'optional' && !access.some((role) => actor.roles.includes(role))) {
      return sendProblem(reply, 'forbidden')
    }
  })
}

/** Who a token is of, until when. */
export interface Session {
  readonly actor: Actor
  readonly sessionId: SessionId | null
  readonly expires: Instant
}

/** For so long a token that others have signed is taken for good without asking who it is of again. */
const OUTSIDE_MILLISECONDS = 60_000

interface Remembered extends Session {
  readonly goodUntil: number
}

/**
 * Reads who a token is of. One that was good a moment ago is good until it expires: it is remembered by its whole text, which
 * is cheaper than checking its signature, or even hashing it, at every request. What is taken at one door and nowhere else
 * is remembered apart.
 */
function sessionReaders(app: FastifyInstance, options: TokenOptions) {
  const { keys, issuer, readOutsideToken, readSharedToken } = options
  const known = new LRUCache<string, Remembered>({ max: KNOWN_TOKENS })
  const knownOfDoor = new LRUCache<string, Remembered>({ max: KNOWN_TOKENS })

  const remembered = (cache: typeof known, token: string) => {
    const session = cache.get(token)
    return session && session.goodUntil > Date.now() ? session : null
  }

  const readOthers = async (cache: typeof known, read: ReadToken, token: string): Promise<Session | null> => {
    const session = await read(token)
    if (!session) return null
    cache.set(token, { ...session, goodUntil: Math.min(session.expires, Date.now() + OUTSIDE_MILLISECONDS) })
    return session
  }

  const own = (token: string): Session | null | Promise<Session | null> => {
    const session = remembered(known, token)
    if (session) return session
    if (issuerOf(token) !== issuer) return readOthers(known, readOutsideToken, token)
    const claims = verified(app, keys, token)
    if (!claims) return null
    const actor = { userId: claims.sub as UserId, roles: claims.roles.filter((role) => ROLES.includes(role)) }
    const sessionId = (claims.sid as SessionId | undefined) ?? null
    const fresh: Session = { actor, sessionId, expires: (claims.exp * 1000) as Instant }
    known.set(token, { ...fresh, goodUntil: fresh.expires })
    return fresh
  }

  const shared = async (token: string): Promise<Session | null> =>
    remembered(knownOfDoor, token) ?? (await own(token)) ?? readOthers(knownOfDoor, readSharedToken, token)

  return { own, shared }
}

type VerifiedClaims = AccessTokenClaims & { readonly exp: number }

/** What a token says that one of our keys has signed; each key is tried with its own algorithm and no other. */
function verified(app: FastifyInstance, { verifying }: TokenKeys, token: string): VerifiedClaims | null {
  for (const { key, algorithm } of keysFor(token, verifying)) {
    try {
      const claims = app.jwt.verify<VerifiedClaims>(token, { key, algorithms: [algorithm] })
      if (isOurs(claims)) return claims
    } catch {
      // Not by this key, or not any more.
    }
  }
  return null
}

const isId = (claim: unknown) => typeof claim === 'string' && isUuid(claim)

const isOurs = ({ sub, sid, roles }: VerifiedClaims) =>
  isId(sub) && (sid === undefined || isId(sid)) && Array.isArray(roles)

/** The actor of a route that is for users alone. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new Error(`${request.routeOptions.url} is not for users alone`)
  return request.actor
}

/** Signs access tokens with the key by which this server checks them. */
export const tokenIssuer =
  (app: FastifyInstance, lifetimeSeconds: number, newId: () => string): IssueToken =>
  ({ id, roles }, sessionId) => ({
    token: app.jwt.sign({ sub: id, roles, jti: newId(), sid: sessionId }),
    expiresInSeconds: lifetimeSeconds,
  })
