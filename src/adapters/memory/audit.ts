import type { Audit } from '../../application/ports/audit.ts'
import { auditEntryOf, isAskedFor } from '../../domain/audit.ts'
import type { MemoryDatabase } from './database.ts'
import { pageIn } from './page.ts'

/** What happened to accounts in one process. */
export const memoryAudit = ({ userEvents }: MemoryDatabase): Audit => ({
  async list(filter, page) {
    const entries = userEvents.map((event, place) => ({ place, ...auditEntryOf(event) }))
    const wanted = entries.filter((entry) => isAskedFor(entry, filter))
    const { items, next } = pageIn(wanted, { value: ({ place }) => place, descending: true }, page)
    return { items: items.map(({ place: _, ...entry }) => entry), next }
  },

  async note(event) {
    userEvents.push(event)
  },

  async trim(before, limit) {
    const old = userEvents.filter(({ occurredAt }) => occurredAt < before).slice(0, limit)
    for (const event of old) userEvents.splice(userEvents.indexOf(event), 1)
    return old.length
  },
})
