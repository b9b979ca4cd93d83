import type { Static } from 'typebox'
import type { DecideUser, ListUsers, ReadUser } from '../../application/administer-accounts.ts'
import type { Account } from '../../domain/account.ts'
import { isActive } from '../../domain/account-changes.ts'
import type { UserId } from '../../domain/ids.ts'
import { formatInstant } from '../../domain/instant.ts'
import type { App } from './app-types.ts'
import { type AuditUseCases, auditRoutes } from './audit-routes.ts'
import { actorOf } from './authentication.ts'
import { expectedVersion, sendVersioned } from './conditional.ts'
import { isNumber, pageRequest, sendablePage } from './cursor.ts'
import { presentProfile, presentUser } from './present-account.ts'
import { ChangeUserBody, ManagedUser, UserParams, UsersQuery } from './schemas/administration.ts'
import { Answer, IfMatch, NOT_MODIFIED, PageOf } from './schemas/common.ts'
import { BODY_CODES, problemResponses, ROLE_CODES } from './schemas/problem-responses.ts'
import { sendRefusal } from './send-problem.ts'

export interface UserUseCases extends AuditUseCases {
  readonly listUsers: ListUsers
  readonly readUser: ReadUser
  readonly decideUser: DecideUser
}

const config = { access: ['admin'] } as const

/** Users, their roles and whether they may come in, and who decided so: for admins. */
export async function userRoutes(app: App, useCases: UserUseCases): Promise<void> {
  listRoute(app, useCases)
  readRoute(app, useCases)
  changeRoute(app, useCases)
  auditRoutes(app, useCases)
}

const presentManaged = ({ user, profile }: Account): Static<typeof ManagedUser> => ({
  ...presentUser(user),
  is_active: isActive(user),
  deactivated_at: user.deactivatedAt === null ? null : formatInstant(user.deactivatedAt),
  profile: presentProfile(profile),
})

function listRoute(app: App, { listUsers }: UserUseCases): void {
  const schema = {
    operationId: 'listUsers',
    tags: ['Administration'],
    summary: 'List users',
    querystring: UsersQuery,
    response: {
      200: PageOf(ManagedUser, 'by number, ascending'),
      ...problemResponses({}, ROLE_CODES),
    },
  }
  app.get('/v1/users', { config, schema }, async ({ query }, reply) => {
    const { role = null, active, q: emailBeginning = null } = query
    const filter = { role, isActive: active === undefined ? null : active === 'true', emailBeginning }
    const page = await listUsers(filter, pageRequest(query, isNumber))
    return reply.send(sendablePage(page, presentManaged))
  })
}

function readRoute(app: App, { readUser }: UserUseCases): void {
  const schema = {
    operationId: 'readUser',
    tags: ['Administration'],
    summary: 'Read a user',
    params: UserParams,
    response: {
      200: Answer('The user.', ManagedUser, 'ETag'),
      ...NOT_MODIFIED,
      ...problemResponses({ 'user-not-found': true }, ROLE_CODES),
    },
  }
  app.get('/v1/users/:id', { config, schema }, async (request, reply) => {
    const outcome = await readUser(request.params.id as UserId)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return sendVersioned(request, reply, outcome.value.version, presentManaged(outcome.value))
  })
}

function changeRoute(app: App, { decideUser }: UserUseCases): void {
  const schema = {
    operationId: 'changeUser',
    tags: ['Administration'],
    summary: 'Give and take roles, deactivate and bring back',
    description:
      'Holds at once: when the answer comes, no request of a deactivated user is let in and none with a role that was taken away, its sessions have ended, and open sockets and streams end within a second. The last active admin stays.',
    params: UserParams,
    headers: IfMatch,
    body: ChangeUserBody,
    response: {
      200: Answer('The user as it is now.', ManagedUser, 'ETag'),
      ...problemResponses({ 'user-not-found': true, 'version-mismatch': true, 'last-admin': true }, [
        ...BODY_CODES,
        ...ROLE_CODES,
      ]),
    },
  }
  app.patch('/v1/users/:id', { config, schema }, async (request, reply) => {
    const { roles, is_active: isActive } = request.body
    const id = request.params.id as UserId
    const outcome = await decideUser(actorOf(request), id, { roles, isActive }, expectedVersion(request))
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return sendVersioned(request, reply, outcome.value.version, presentManaged(outcome.value))
  })
}
