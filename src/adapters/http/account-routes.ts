import type { Static } from 'typebox'
import type { LogIn, RegisterAccount } from '../../application/accounts.ts'
import type { App } from './app-types.ts'
import { presentLoggedIn } from './present.ts'
import { LoggedIn, LoginBody, RegisterBody } from './schemas/accounts.ts'
import { Answer } from './schemas/common.ts'
import { BODY_CODES, problemResponses } from './schemas/problem-responses.ts'
import { sendRefusal } from './send-problem.ts'

export interface AccountUseCases {
  readonly registerAccount: RegisterAccount
  readonly logIn: LogIn
}

/** Opening an account and signing in. */
export async function accountRoutes(app: App, useCases: AccountUseCases): Promise<void> {
  registerRoute(app, useCases)
  loginRoute(app, useCases)
}

function registerRoute(app: App, { registerAccount }: AccountUseCases): void {
  const schema = {
    operationId: 'register',
    tags: ['Identity'],
    summary: 'Open an account',
    description: 'Makes a user with its profile and signs it in. A provider begins with an empty schedule.',
    body: RegisterBody,
    response: {
      201: Answer('The account that has been opened, and a token for it.', LoggedIn),
      ...problemResponses({ 'invalid-input': true, 'email-already-registered': true }, BODY_CODES),
    },
  }
  app.post('/v1/auth/register', { config: { access: 'public' }, schema }, async ({ body }, reply) => {
    const outcome = await registerAccount(readAccount(body), body.password)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return reply.code(201).send(presentLoggedIn(outcome.value))
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
    description: 'Gives an access token. Says the same to an unknown address and to a wrong password.',
    body: LoginBody,
    response: {
      200: Answer('The account, and a token for it.', LoggedIn),
      ...problemResponses({ 'invalid-credentials': true }, [...BODY_CODES, 'too-many-attempts']),
    },
  }
  app.post('/v1/auth/login', { config: { access: 'public' }, schema }, async ({ body }, reply) => {
    const outcome = await logIn(body.email, body.password)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return reply.send(presentLoggedIn(outcome.value))
  })
}
