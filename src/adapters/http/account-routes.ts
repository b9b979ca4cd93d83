import type { Static } from 'typebox'
import type { LogIn, RegisterAccount } from '../../application/accounts.ts'
import type { App } from './app-types.ts'
import { type PasswordUseCases, passwordRoutes } from './password-routes.ts'
import { presentLoggedIn } from './present-account.ts'
import { LoggedIn, LoginBody, RegisterBody } from './schemas/accounts.ts'
import { Answer } from './schemas/common.ts'
import { BODY_CODES, problemResponses } from './schemas/problem-responses.ts'
import { sendRefusal } from './send-problem.ts'
import { type SessionUseCases, sessionRoutes } from './session-routes.ts'

export interface AccountUseCases extends SessionUseCases, PasswordUseCases {
  readonly registerAccount: RegisterAccount
  readonly logIn: LogIn
}

/** Opening an account, signing in and out, and a forgotten password. */
export async function accountRoutes(app: App, useCases: AccountUseCases): Promise<void> {
  registerRoute(app, useCases)
  loginRoute(app, useCases)
  sessionRoutes(app, useCases)
  passwordRoutes(app, useCases)
}

function registerRoute(app: App, { registerAccount }: AccountUseCases): void {
  const schema = {
    operationId: 'register',
    tags: ['Identity'],
    summary: 'Open an account',
    description: 'Makes a user with its profile and signs it in. A provider begins with an empty schedule.',
    body: RegisterBody,
    response: {
      201: Answer('The account that has been opened, and tokens for it.', LoggedIn, 'Cache-Control'),
      ...problemResponses(
        { 'invalid-input': true, 'email-already-registered': true, 'too-many-passwords': true },
        BODY_CODES,
      ),
    },
  }
  app.post('/v1/auth/register', { config: { access: 'public' }, schema }, async ({ body }, reply) => {
    const outcome = await registerAccount(readAccount(body), body.password)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return reply.code(201).header('cache-control', 'no-store').send(presentLoggedIn(outcome.value))
  })
}

const readAccount = (body: Static<typeof RegisterBody>) => ({
  email: body.email,
  role: body.role,
  firstName: body.first_name,
  lastName: body.last_name,
  phoneNumber: body.phone_number ?? null,
  accountType: body.account_type ?? 'personal',
  address: body.address ?? null,
  timeZone: body.time_zone ?? 'UTC',
})

function loginRoute(app: App, { logIn }: AccountUseCases): void {
  const schema = {
    operationId: 'login',
    tags: ['Identity'],
    summary: 'Sign in',
    description: 'Gives tokens. Says the same to an unknown address and to a wrong password.',
    body: LoginBody,
    response: {
      200: Answer('The account, and tokens for it.', LoggedIn, 'Cache-Control'),
      ...problemResponses({ 'invalid-credentials': true, 'too-many-passwords': true }, [
        ...BODY_CODES,
        'too-many-attempts',
      ]),
    },
  }
  app.post('/v1/auth/login', { config: { access: 'public' }, schema }, async ({ body }, reply) => {
    const outcome = await logIn(body.email, body.password)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return reply.header('cache-control', 'no-store').send(presentLoggedIn(outcome.value))
  })
}
