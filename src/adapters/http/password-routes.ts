import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { RequestPasswordReset, ResetPassword } from '../../application/password-resets.ts'
import type { App } from './app-types.ts'
import { PasswordResetBody, PasswordResetConfirmBody } from './schemas/accounts.ts'
import { BODY_CODES, problemResponses } from './schemas/problem-responses.ts'
import { sendRefusal } from './send-problem.ts'

export interface PasswordUseCases {
  readonly requestPasswordReset: RequestPasswordReset
  readonly resetPassword: ResetPassword
}

/** Nothing to say, and nothing sent: `null` would be four bytes of JSON. */
const accepted = (reply: FastifyReply) => reply.code(202).send()

/** For those who have forgotten their password. */
export function passwordRoutes(app: App, useCases: PasswordUseCases): void {
  requestRoute(app, useCases)
  confirmRoute(app, useCases)
}

function requestRoute(app: App, { requestPasswordReset }: PasswordUseCases): void {
  const schema = {
    operationId: 'requestPasswordReset',
    tags: ['Identity'],
    summary: 'Ask for a new password',
    description:
      'Sends a mail with a token to the address if it has an account, and says the same if it has none. The token is good once, for 24 hours.',
    body: PasswordResetBody,
    response: {
      202: Type.Null({ description: 'There will be a mail, if there is an account.' }),
      ...problemResponses({}, BODY_CODES),
    },
  }
  const config = { access: 'public' } as const
  app.post('/v1/auth/password-reset', { config, schema }, async ({ body }, reply) => {
    await requestPasswordReset(body.email)
    return accepted(reply)
  })
}

function confirmRoute(app: App, { resetPassword }: PasswordUseCases): void {
  const schema = {
    operationId: 'confirmPasswordReset',
    tags: ['Identity'],
    summary: 'Set a new password',
    description: 'With the token of the mail. Ends every session of the user: sign in with the new password.',
    body: PasswordResetConfirmBody,
    response: {
      204: Type.Null({ description: 'The password is set.' }),
      ...problemResponses(
        { 'invalid-input': true, 'invalid-reset-token': true, 'too-many-passwords': true },
        BODY_CODES,
      ),
    },
  }
  const config = { access: 'public' } as const
  app.post('/v1/auth/password-reset/confirm', { config, schema }, async ({ body }, reply) => {
    const outcome = await resetPassword(body.token, body.password)
    return outcome.ok ? reply.code(204).send(null) : sendRefusal(reply, outcome.rejection)
  })
}
