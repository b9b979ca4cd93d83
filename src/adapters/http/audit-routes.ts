import type { Static } from 'typebox'
import type { ListAudit } from '../../application/administer-accounts.ts'
import type { AuditEntry as Entry } from '../../domain/audit.ts'
import type { UserId } from '../../domain/ids.ts'
import { formatInstant, type Instant, parseInstant } from '../../domain/instant.ts'
import type { App } from './app-types.ts'
import { pageRequest, sendablePage } from './cursor.ts'
import { AuditEntry, AuditQuery } from './schemas/administration.ts'
import { PageOf } from './schemas/common.ts'
import { problemResponses, ROLE_CODES } from './schemas/problem-responses.ts'

export interface AuditUseCases {
  readonly listAudit: ListAudit
}

const isPlace = (value: string) => /^\d{1,19}\.\d{1,18}$/.test(value)

const readInstant = (text: string | undefined) =>
  text === undefined ? null : (parseInstant(text) as Instant)

export const presentEntry = ({
  occurredAt,
  actorId,
  subject,
  ...entry
}: Entry): Static<typeof AuditEntry> => ({
  ...entry,
  occurred_at: formatInstant(occurredAt),
  actor_id: actorId,
  subject: { ...subject, type: subject.type as Static<typeof AuditEntry>['subject']['type'] },
})

/** Who did what to whom. */
export function auditRoutes(app: App, { listAudit }: AuditUseCases): void {
  const schema = {
    operationId: 'listAudit',
    tags: ['Administration'],
    summary: 'Read who did what to whom',
    description:
      'What was done to accounts, services and schedules, for as long as `AUDIT_RETENTION_DAYS` says, and to bookings and holds for as long as there are events; a booking has a history besides. A page looks only so far back: it may be short or empty although there is a next one.',
    querystring: AuditQuery,
    response: {
      200: PageOf(AuditEntry, 'the newest first'),
      ...problemResponses({}, ROLE_CODES),
    },
  }
  app.get('/v1/audit', { config: { access: ['admin'] }, schema }, async ({ query }, reply) => {
    const filter = {
      actorId: (query.actor_id as UserId | undefined) ?? null,
      subjectId: query.subject_id ?? null,
      type: query.type ?? null,
      from: readInstant(query.from),
      to: readInstant(query.to),
    }
    const page = await listAudit(filter, pageRequest(query, isPlace))
    return reply.send(sendablePage(page, presentEntry))
  })
}
