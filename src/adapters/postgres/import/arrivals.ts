import { z } from 'zod'
import type { Arrivals } from '../../../application/ports/arrivals.ts'
import { tokenHash } from '../token-hash.ts'
import { timestamp } from '../values.ts'
import { bookingArrivals } from './bookings.ts'
import { hourArrivals } from './hours.ts'
import { peopleArrivals } from './people.ts'
import { serviceArrivals } from './services.ts'
import type { ImportSession } from './session.ts'

const SEQUENCES = { person: 'users_number_seq', booking: 'bookings_number_seq' } as const
/** So many numbers are taken one by one, which nobody can meet half way; more than that are jumped over. */
const MOST_TAKEN = 100_000

const known = ({ seen }: ImportSession) => `
  select wanted.source_id
  from unnest($3::text[]) as wanted (source_id)
  where not exists (
    select
    from ${seen.importedRows} known
    where known.import_id = $1
      and known.subject = $2
      and known.source_id = wanted.source_id
  )
`

const addResetTokens = ({ seen }: ImportSession) => `
  with wanted as materialized (
    select source_id, token_hash, user_id, expires_at
    from json_to_recordset($2) as wanted (source_id text, token_hash bytea, user_id uuid, expires_at timestamptz)
  ),
  added as (
    insert into password_reset_tokens (token_hash, user_id, email, created_at, expires_at)
    select
      wanted.token_hash, wanted.user_id, users.email, greatest(now(), wanted.expires_at - interval '24 hours'),
      wanted.expires_at
    from wanted
    join ${seen.users} users on users.id = wanted.user_id
    where wanted.expires_at > now()
    on conflict do nothing
    returning token_hash, user_id
  ),
  remembered as (
    insert into imported_rows (import_id, subject, source_id, our_id)
    select $1, 'reset-token', wanted.source_id, added.user_id
    from wanted
    join added on added.token_hash = wanted.token_hash
  )
  select wanted.source_id, added.token_hash is not null as is_added
  from wanted
  left join added on added.token_hash = wanted.token_hash
`

/** Where another system moves into PostgreSQL. */
export const postgresArrivals = (session: ImportSession): Arrivals => ({
  ...peopleArrivals(session),
  ...serviceArrivals(session),
  ...hourArrivals(session),
  ...bookingArrivals(session),

  async missing(subject, sourceIds) {
    const rows = await session.query(known(session), [session.importId, subject, sourceIds])
    return new Set(
      z
        .array(z.object({ source_id: z.string() }))
        .parse(rows)
        .map(({ source_id }) => source_id),
    )
  },

  async reserveNumbers(subject, highest) {
    const sequence = SEQUENCES[subject]
    const [row] = await session.query<{ last: string }>(`select last_value as last from ${sequence}`)
    const lacking = highest - Number(row?.last)
    if (lacking <= 0) return
    const take = 'select count(nextval($1)) from generate_series(1, $2::integer)'
    if (lacking <= MOST_TAKEN) await session.query(take, [sequence, lacking])
    else await session.query('select setval($1, $2)', [sequence, highest])
  },

  async addResetTokens(tokens) {
    const wanted = tokens.map(({ sourceId, arrival }) => ({
      source_id: sourceId,
      token_hash: tokenHash(arrival.token),
      user_id: arrival.userId,
      expires_at: timestamp(arrival.expiresAt),
    }))
    const rows = await session.query(addResetTokens(session), [session.importId, JSON.stringify(wanted)])
    return z
      .array(z.object({ source_id: z.string(), is_added: z.boolean() }))
      .parse(rows)
      .map(({ source_id: sourceId, is_added }) =>
        is_added
          ? { sourceId, ok: true, isNumberKept: true }
          : { sourceId, ok: false, code: 'id-taken', field: 'token' },
      )
  },
})
