import { z } from 'zod'
import type { Arrivals, KnownPerson, Named } from '../../../application/ports/arrivals.ts'
import type { UserId, UserNumber } from '../../../domain/ids.ts'
import type { ArrivingPerson } from '../../../domain/moving-in/person.ts'
import { branded, brandedNumber, timestamp } from '../values.ts'
import { arrivedOf } from './numbered-rows.ts'
import type { ImportSession } from './session.ts'

const knownRow = z.object({
  source_id: z.string(),
  id: branded<UserId>(),
  number: brandedNumber<UserNumber>(),
  time_zone: z.string(),
})

const written = ({ sourceId, arrival }: Named<ArrivingPerson>, place: number) => {
  const { user, profile } = arrival.account
  return {
    place,
    source_id: sourceId,
    alias: arrival.alias,
    id: user.id,
    number: arrival.number,
    email: user.email,
    password_hash: arrival.passwordHash,
    roles: user.roles,
    deactivated_at: user.deactivatedAt === null ? null : timestamp(user.deactivatedAt),
    created_at: timestamp(user.createdAt),
    first_name: profile.firstName,
    last_name: profile.lastName,
    phone_number: profile.phoneNumber,
    account_type: profile.accountType,
    address: profile.address,
    time_zone: profile.timeZone,
  }
}

/**
 * User, profile, schedule and what is remembered, together or not at all. An address or an id that is here leaves everything
 * as it is.
 */
const addPeople = ({ seen }: ImportSession) => `
  with wanted as materialized (
    select
      place, source_id, alias, id, number, email, password_hash, roles, deactivated_at, created_at,
      first_name, last_name, phone_number, account_type, address, time_zone,
      number is not null
        and row_number() over (partition by number order by place) = 1
        and not exists (select from ${seen.users} other where other.number = wanted.number) as is_number_free
    from json_to_recordset($2) as wanted (
      place integer, source_id text, alias text, id uuid, number integer, email text, password_hash text, roles text[],
      deactivated_at timestamptz, created_at timestamptz, first_name text, last_name text, phone_number text,
      account_type text, address text, time_zone text
    )
  ),
  added as (
    insert into users (
      id, number, email, password_hash, roles, deactivated_at, created_at, updated_at
    )
    overriding system value
    select
      id,
      case when is_number_free then number else nextval('users_number_seq') end,
      email, password_hash, roles, deactivated_at, created_at, created_at
    from wanted
    where not exists (select from auth.users other where other.id = wanted.id)
      and not exists (select from auth.users other where lower(other.email) = lower(wanted.email))
    order by place
    on conflict do nothing
    returning id, number
  ),
  profiled as (
    insert into profiles (
      id, first_name, last_name, phone_number, account_type, address, time_zone, created_at, updated_at
    )
    select id, first_name, last_name, phone_number, account_type, address, time_zone, created_at, created_at
    from wanted
    where id in (select id from added)
  ),
  scheduled as (
    insert into schedules (provider_id, time_zone, updated_at)
    select id, time_zone, now()
    from wanted
    where id in (select id from added)
      and 'provider' = any (roles)
  ),
  remembered as (
    insert into imported_rows (import_id, subject, source_id, our_id)
    select $1, 'person', name, id
    from wanted
    cross join unnest(array[source_id, alias]) as name
    where id in (select id from added)
      and name is not null
  )
  select
    wanted.source_id,
    added.id is not null as is_added,
    exists (select from ${seen.users} other where other.id = wanted.id) as is_id_taken,
    coalesce(wanted.number = added.number, true) as is_number_kept
  from wanted
  left join added on added.id = wanted.id
`

/** Those who moved in with this import; where both systems know people by the same ids, everybody who is here. */
const knownPeople = ({ seen, refersToHere }: ImportSession) =>
  refersToHere
    ? `
  select users.id::text as source_id, users.id, users.number, profiles.time_zone
  from ${seen.users} users
  join ${seen.profiles} profiles on profiles.id = users.id
  where users.id = any ($1::uuid[])
    and users.erased_at is null`
    : `
  select known.source_id, users.id, users.number, profiles.time_zone
  from ${seen.importedRows} known
  join ${seen.users} users on users.id = known.our_id
  join ${seen.profiles} profiles on profiles.id = users.id
  where known.import_id = $2
    and known.subject = 'person'
    and known.source_id = any ($1)
    and users.erased_at is null`

export const peopleArrivals = (session: ImportSession): Pick<Arrivals, 'addPeople' | 'people'> => ({
  async addPeople(people) {
    const rows = await session.query(addPeople(session), [
      session.importId,
      JSON.stringify(people.map(written)),
    ])
    return arrivedOf(rows, { code: 'email-taken', field: 'email' })
  },

  async people(sourceIds) {
    const values = session.refersToHere ? [sourceIds] : [sourceIds, session.importId]
    const rows = z.array(knownRow).parse(await session.query(knownPeople(session), values))
    return new Map(
      rows.map(({ source_id, id, number, time_zone }): [string, KnownPerson] => [
        source_id,
        { id, number, timeZone: time_zone },
      ]),
    )
  },
})
