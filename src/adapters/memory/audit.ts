import type { Audit, AuditEntry, AuditFilter } from '../../application/ports/audit.ts'
import type { Json } from '../../domain/json.ts'
import type { MemoryDatabase } from './database.ts'
import { pageIn } from './page.ts'

/** What happened to accounts in one process. */
export const memoryAudit = ({ userEvents }: MemoryDatabase): Audit => ({
  async list(filter, page) {
    const entries = userEvents.map((event, place) => ({
      place,
      ...entryOf(event),
    }))
    const order = { value: ({ place }: (typeof entries)[number]) => place, descending: true }
    const { items, next } = pageIn(
      entries.filter((entry) => isWanted(entry, filter)),
      order,
      page,
    )
    return { items: items.map(({ place: _, ...entry }) => entry), next }
  },

  async note(event) {
    userEvents.push(event)
  },
})

const entryOf = ({
  id,
  type,
  occurredAt,
  actorId,
  userId,
  version,
  data,
}: MemoryDatabase['userEvents'][number]): AuditEntry => ({
  ...{ id, type, occurredAt, actorId },
  subject: { type: 'user', id: userId, version },
  data: data as Readonly<Record<string, Json>>,
})

const isWanted = ({ actorId, subject, type, occurredAt }: AuditEntry, filter: AuditFilter): boolean =>
  (filter.actorId === null || actorId === filter.actorId) &&
  (filter.subjectId === null || subject.id === filter.subjectId) &&
  (filter.type === null || type === filter.type) &&
  (filter.from === null || occurredAt >= filter.from) &&
  (filter.to === null || occurredAt < filter.to)
