import { type DatabasePool, sql } from 'slonik'
import { z } from 'zod'
import type { Audit } from '../../application/ports/audit.ts'
import type { Page, PageKey, PageRequest } from '../../application/ports/page.ts'
import type { AuditEntry, AuditFilter } from '../../domain/audit.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Json } from '../../domain/json.ts'
import { guarded } from './faults.ts'
import { userEventColumns, userEventValues } from './user-event-rows.ts'
import { branded, instantColumn, timestamp } from './values.ts'

/** Events that one page looks through at most: no index of the log could serve every filter, and writing comes first. */
const STRETCH = 20_000

const auditRow = z.object({
  xid: z.string(),
  sequence: z.string(),
  id: z.string(),
  type: z.string(),
  occurred_at: instantColumn,
  subject_type: z.string(),
  subject_id: z.string(),
  subject_version: z.number(),
  actor_id: branded<UserId>().nullable(),
  data: z.json(),
  is_wanted: z.boolean(),
  is_end: z.boolean(),
})

type AuditRow = z.output<typeof auditRow>

/** The event log read backwards, and then what it has let go of, by those who ask who did what. */
export const postgresAudit = ({ pool }: { readonly pool: DatabasePool }): Audit => ({
  async list(filter, page) {
    const rows = await guarded(pool.any(selectStretch(filter, page)))
    return pageOfStretch(rows, page.limit)
  },

  async note(event) {
    await guarded(
      pool.query(sql.type(z.object({}))`
        insert into events (${userEventColumns})
        values (${userEventValues(event)})
      `),
    )
  },

  async trim(before, limit) {
    const { rowCount } = await guarded(
      pool.query(sql.type(z.object({}))`
        with old as (
          select xid, sequence
          from audit_entries
          where occurred_at < ${timestamp(before)}::timestamptz
          order by occurred_at
          limit ${limit}
          for update skip locked
        )
        delete from audit_entries
        using old
        where (audit_entries.xid, audit_entries.sequence) = (old.xid, old.sequence)
      `),
    )
    return rowCount
  },
})

const columns = sql.fragment`
  xid, sequence, id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, data
`

/** The wanted rows of a stretch, one more than the limit, and its last row, wanted or not, where it is a full one. */
const selectStretch = (filter: AuditFilter, { limit, after }: PageRequest) => sql.type(auditRow)`
  with stretch as materialized (
    select ${columns}, ${wanted(filter)} as is_wanted
    from (
      select ${columns}
      from events
      union all
      select ${columns}
      from audit_entries
    ) as lines
    where ${isAfter(after)}
    order by xid desc, sequence desc
    limit ${STRETCH}
  ),
  numbered as (
    select
      ${columns},
      is_wanted,
      count(*) filter (where is_wanted) over newest as place,
      row_number() over newest = ${STRETCH} as is_end
    from stretch
    window newest as (order by xid desc, sequence desc)
  )
  select
    xid::text, sequence::text, id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, data,
    is_wanted, is_end
  from numbered
  where is_end
    or is_wanted and place <= ${limit + 1}
  order by numbered.xid desc, numbered.sequence desc
`

function isAfter(after: PageKey | null) {
  if (after === null) return sql.fragment`true`
  const [xid = '', sequence = ''] = after.value.split('.')
  return sql.fragment`(xid, sequence) < (${xid}::xid8, ${sequence}::bigint)`
}

const wanted = ({ actorId, subjectId, type, from, to }: AuditFilter) => sql.fragment`
  (
    (${actorId}::uuid is null or actor_id = ${actorId}::uuid)
    and (${subjectId}::uuid is null or subject_id = ${subjectId}::uuid)
    and (${type}::text is null or type = ${type}::text)
    and (${from && timestamp(from)}::timestamptz is null or occurred_at >= ${from && timestamp(from)}::timestamptz)
    and (${to && timestamp(to)}::timestamptz is null or occurred_at < ${to && timestamp(to)}::timestamptz)
  )
`

/** Goes on after the last row that is shown, or where the stretch has ended without filling the page. */
function pageOfStretch(rows: readonly AuditRow[], limit: number): Page<AuditEntry> {
  const found = rows.filter((row) => row.is_wanted)
  const shown = found.slice(0, limit)
  const last = found.length > limit ? shown.at(-1) : rows.find((row) => row.is_end)
  return { items: shown.map(toEntry), next: last ? keyOf(last) : null }
}

const keyOf = ({ xid, sequence, id }: AuditRow): PageKey => ({ value: `${xid}.${sequence}`, id })

const toEntry = (row: AuditRow): AuditEntry => ({
  id: row.id,
  type: row.type,
  occurredAt: row.occurred_at,
  actorId: row.actor_id,
  subject: { type: row.subject_type, id: row.subject_id, version: row.subject_version },
  data: row.data as Readonly<Record<string, Json>>,
})
