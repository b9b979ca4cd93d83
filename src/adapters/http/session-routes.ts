import { Type } from 'typebox'
import type { LogOutEverywhere, LogOutHere, RefreshSession } from '../../application/sessions.ts'
import type { App } from './app-types.ts'
import { MalformedRequest } from './malformed.ts'
import { presentLoggedIn } from './present-account.ts'
import { LoggedIn, LogoutBody, RefreshBody } from './schemas/accounts.ts'
import { Answer } from './schemas/common.ts'
import { BODY_CODES, problemResponses, TOKEN_CODES } from './schemas/problem-responses.ts'
import { sendProblem, sendRefusal } from './send-problem.ts'

export interface SessionUseCases {
  readonly refreshSession: RefreshSession
  readonly logOutHere: LogOutHere
  readonly logOutEverywhere: LogOutEverywhere
}

/** Staying signed in, and signing out. */
export function sessionRoutes(app: App, useCases: SessionUseCases): void {
  refreshRoute(app, useCases)
  logoutRoute(app, useCases)
}

function refreshRoute(app: App, { refreshSession }: SessionUseCases): void {
  const schema = {
    operationId: 'refresh',
    tags: ['Identity'],
    summary: 'Stay signed in',
    description:
      'Exchanges a refresh token for new tokens. Sent twice within 10 seconds it has the same next refresh token, so that a retry and a second tab stay signed in. One that was used before that ends its session: somebody else may have a copy.',
    body: RefreshBody,
    response: {
      200: Answer('The account, and new tokens for it.', LoggedIn, 'Cache-Control'),
      ...problemResponses({ 'invalid-refresh-token': true }, BODY_CODES),
    },
  }
  app.post('/v1/auth/refresh', { config: { access: 'public' }, schema }, async ({ body }, reply) => {
    const outcome = await refreshSession(body.refresh_token)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return reply.header('cache-control', 'no-store').send(presentLoggedIn(outcome.value))
  })
}

const NAME_A_SESSION = 'must name the session, unless every session is to end'

function logoutRoute(app: App, { logOutHere, logOutEverywhere }: SessionUseCases): void {
  const schema = {
    operationId: 'logout',
    tags: ['Identity'],
    summary: 'Sign out',
    description:
      'Ends the session of a refresh token with its access tokens, or with `everywhere` every session of its user; there the bearer token will do as well. When the answer comes, no node lets them in any more, and sockets close within a second. A session that is no more is no error.',
    body: LogoutBody,
    response: {
      204: Type.Null({ description: 'Signed out, now or before.' }),
      ...problemResponses({}, [...BODY_CODES, ...TOKEN_CODES]),
    },
  }
  app.post('/v1/auth/logout', { config: { access: 'optional' }, schema }, async (request, reply) => {
    const { refresh_token: token, everywhere = false } = request.body
    const done = () => reply.code(204).send(null)
    if (token !== undefined) {
      await (everywhere ? logOutEverywhere({ token }) : logOutHere(token))
      return done()
    }
    if (!everywhere) {
      throw new MalformedRequest([{ field: '/refresh_token', code: 'required', message: NAME_A_SESSION }])
    }
    if (request.actor === null) return sendProblem(reply, 'unauthenticated')
    await logOutEverywhere({ userId: request.actor.userId })
    return done()
  })
}
