import { type Static, Type } from 'typebox'
import type { ReadUser } from '../../application/administer-accounts.ts'
import type { EraseAccount } from '../../application/erase-account.ts'
import type { ChangeOwnProfile } from '../../application/own-account.ts'
import type { ProfileChange } from '../../domain/account-changes.ts'
import { ROLES } from '../../domain/actor.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { expectedVersion, sendVersioned } from './conditional.ts'
import { type ExportUseCases, exportRoute } from './export-route.ts'
import { presentAccount } from './present-account.ts'
import { ChangeProfileBody, Me } from './schemas/accounts.ts'
import { Answer, IfMatch, NOT_MODIFIED } from './schemas/common.ts'
import { BODY_CODES, problemResponses, ROLE_CODES } from './schemas/problem-responses.ts'
import { sendRefusal } from './send-problem.ts'

export interface MeUseCases extends ExportUseCases {
  readonly readUser: ReadUser
  readonly changeOwnProfile: ChangeOwnProfile
  readonly eraseAccount: EraseAccount
}

const config = { access: ROLES } as const

/** One's own account. */
export async function meRoutes(app: App, useCases: MeUseCases): Promise<void> {
  readRoute(app, useCases)
  changeRoute(app, useCases)
  eraseRoute(app, useCases)
  exportRoute(app, useCases)
}

function readRoute(app: App, { readUser }: MeUseCases): void {
  const schema = {
    operationId: 'readMe',
    tags: ['Identity'],
    summary: 'Read your account',
    response: {
      200: Answer('You.', Me, 'ETag'),
      ...NOT_MODIFIED,
      ...problemResponses({ 'user-not-found': true }, ROLE_CODES),
    },
  }
  app.get('/v1/me', { config, schema }, async (request, reply) => {
    const outcome = await readUser(actorOf(request).userId)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return sendVersioned(request, reply, outcome.value.version, presentAccount(outcome.value))
  })
}

const readChange = (body: Static<typeof ChangeProfileBody>): ProfileChange => ({
  firstName: body.first_name,
  lastName: body.last_name,
  phoneNumber: body.phone_number,
  accountType: body.account_type,
  address: body.address,
  timeZone: body.time_zone,
})

function changeRoute(app: App, { changeOwnProfile }: MeUseCases): void {
  const schema = {
    operationId: 'changeMe',
    tags: ['Identity'],
    summary: 'Change your profile',
    description: 'What is left out stays. The time zone of a schedule is changed with the schedule.',
    headers: IfMatch,
    body: ChangeProfileBody,
    response: {
      200: Answer('You, as you are now.', Me, 'ETag'),
      ...problemResponses(
        { 'user-not-found': true, 'version-mismatch': true, 'last-admin': true, 'invalid-input': true },
        [...BODY_CODES, ...ROLE_CODES],
      ),
    },
  }
  app.patch('/v1/me', { config, schema }, async (request, reply) => {
    const change = readChange(request.body)
    const outcome = await changeOwnProfile(actorOf(request), change, expectedVersion(request))
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return sendVersioned(request, reply, outcome.value.version, presentAccount(outcome.value))
  })
}

function eraseRoute(app: App, { eraseAccount }: MeUseCases): void {
  const schema = {
    operationId: 'eraseMe',
    tags: ['Identity'],
    summary: 'Erase yourself',
    description:
      'Takes out everything that says who you are, for good. Bookings to come are cancelled, as a provider those of your customers as well; those of the past stay without your name and words. The address is free to be registered again.',
    headers: IfMatch,
    response: {
      204: Type.Null({ description: 'You are gone.' }),
      ...problemResponses(
        { 'user-not-found': true, 'last-admin': true, 'version-mismatch': true },
        ROLE_CODES,
      ),
    },
  }
  app.delete('/v1/me', { config, schema }, async (request, reply) => {
    const outcome = await eraseAccount(actorOf(request), expectedVersion(request))
    return outcome.ok ? reply.code(204).send(null) : sendRefusal(reply, outcome.rejection)
  })
}
