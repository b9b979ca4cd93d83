import type { SchemaReading, Table } from '../schema-dump/reading.ts'
import { continueAfter } from './column-repairs.ts'
import { ownedColumn } from './compare-sequences.ts'
import { type Finding, STEPS } from './finding.ts'
import { counting, type RowCheck, rows } from './orphans.ts'

interface Rule extends RowCheck {
  /** The tables it asks; where one of them is missing, that is told instead. */
  readonly tables: readonly string[]
}

/** What has to be so of the rows and no foreign key says. */
const rules: readonly Rule[] = [
  {
    code: 'booking-without-claim',
    object: 'table public.bookings',
    tables: ['public.bookings', 'public.claims'],
    statement: counting(`
  select bookings.id::text as example
  from public.bookings
  where bookings.status in ('pending', 'confirmed')
    and not exists (
      select
      from public.claims
      where claims.booking_id = bookings.id
        and claims.starts_at = bookings.starts_at
        and claims.ends_at = bookings.ends_at
        and claims.blocked = tstzrange(
          bookings.starts_at - make_interval(mins => bookings.buffer_before_minutes),
          bookings.ends_at + make_interval(mins => bookings.buffer_after_minutes)
        )
    )`),
    says: (count, examples) =>
      `${rows(count)} of public.bookings ${count === 1 ? 'stands' : 'stand'} without a claim on the slot (${examples}): it looks free and can be sold again.`,
    advice: 'For each: cancel it and book it anew, which claims the slot if it is still free.',
  },
  {
    code: 'claim-of-cancelled-booking',
    object: 'table public.claims',
    tables: ['public.bookings', 'public.claims'],
    statement: counting(`
  select claims.booking_id::text as example
  from public.claims
  join public.bookings on bookings.id = claims.booking_id
  where bookings.status = 'cancelled'`),
    says: (count, examples) =>
      `${rows(count)} of public.claims ${count === 1 ? 'belongs' : 'belong'} to bookings that are cancelled (${examples}): the slots look taken and are not.`,
    advice: 'Delete these claims once you have seen that the bookings are rightly cancelled.',
  },
  {
    code: 'claim-without-provider',
    object: 'table public.claims',
    tables: ['public.claims', 'auth.users'],
    statement: counting(`
  select claims.provider_number::text as example
  from public.claims
  where not exists (select from auth.users where users.number = claims.provider_number)`),
    says: (count, examples) =>
      `${rows(count)} of public.claims ${count === 1 ? 'is' : 'are'} of providers that do not exist (number ${examples}).`,
    advice: 'Restore the accounts from a backup, or delete the claims with their bookings.',
  },
  {
    code: 'claim-of-another-provider',
    object: 'table public.claims',
    tables: ['public.claims', 'public.bookings', 'auth.users'],
    statement: counting(`
  select claims.booking_id::text as example
  from public.claims
  join public.bookings on bookings.id = claims.booking_id
  join auth.users on users.id = bookings.provider_id
  where users.number <> claims.provider_number`),
    says: (count, examples) =>
      `${rows(count)} of public.claims ${count === 1 ? 'claims' : 'claim'} the time of another provider than that of the booking (${examples}): one is blocked for nothing, the other can be booked twice.`,
    advice: 'For each: cancel the booking and book it anew.',
  },
  {
    code: 'claim-without-service',
    object: 'table public.claims',
    tables: ['public.claims', 'public.services'],
    statement: counting(`
  select claims.service_id::text as example
  from public.claims
  where not exists (select from public.services where services.id = claims.service_id)`),
    says: (count, examples) =>
      `${rows(count)} of public.claims ${count === 1 ? 'is' : 'are'} for services that do not exist (${examples}).`,
    advice: 'Restore the services from a backup, or delete the claims with their bookings.',
  },
  {
    code: 'account-without-profile',
    object: 'table auth.users',
    tables: ['auth.users', 'public.profiles'],
    statement: counting(`
  select users.id::text as example
  from auth.users
  where not exists (select from public.profiles where profiles.id = users.id)`),
    says: (count, examples) =>
      `${rows(count)} of auth.users ${count === 1 ? 'has' : 'have'} no profile (${examples}): to the program there is no such account, and its address is taken.`,
    advice: 'Restore the profiles from a backup, or write new ones with names by which the people are known.',
  },
]

const overlaps = counting(`
  select format('provider %s at %s', ordered.provider_number, ordered.starts_at) as example
  from (
    select
      provider_number, session, blocked, starts_at,
      max(upper(blocked)) over (
        partition by provider_number order by lower(blocked), upper(blocked)
        rows between unbounded preceding and 1 preceding
      ) as busy_until
    from public.claims
  ) as ordered
  where lower(ordered.blocked) < ordered.busy_until
    and exists (
      select
      from public.claims as other
      where other.provider_number = ordered.provider_number
        and other.blocked && ordered.blocked
        and other.session <> ordered.session
    )`)

/** Only where the constraint is not at work: it is the promise that makes this question needless. */
const overlapRule: Rule = {
  code: 'slot-sold-twice',
  object: 'table public.claims',
  tables: ['public.claims'],
  statement: overlaps,
  says: (count, examples) =>
    `${rows(count)} of public.claims ${count === 1 ? 'overlaps' : 'overlap'} an earlier claim on the same provider (${examples}): a slot has been sold twice.`,
  advice: 'For each: move or cancel one of the two, then run this again to have claims_no_overlap made.',
}

const onlyRow = (table: string): Rule => ({
  code: 'only-row-missing',
  object: `table ${table}`,
  tables: [table],
  statement: `select 1 - least(count(*), 1)::integer as count, '{}'::text[] as examples from ${table}`,
  says: () =>
    `${table} has to have one row and has none: what is counted in it is not counted, and nobody notices.`,
  advice: `Stop the processes, run: insert into ${table} default values; and start them again.`,
})

function sequenceChecks(expected: SchemaReading, found: SchemaReading): readonly RowCheck[] {
  const there = new Set(found.sequences.map(({ schema, name }) => `${schema}.${name}`))
  const columns = new Set(
    found.tables.flatMap(({ schema, name: table, columns: all }) =>
      all.map(({ name }) => `${schema}.${table}.${name}`),
    ),
  )
  return expected.sequences.flatMap(({ schema, name, owner }) => {
    const sequence = `${schema}.${name}`
    if (owner === null || !there.has(sequence) || !columns.has(owner)) return []
    const { table, column } = ownedColumn(owner)
    return [
      {
        code: 'sequence-behind',
        object: `sequence ${sequence}`,
        statement: `
select (highest > given)::integer as count, array[highest::text, given::text] as examples
from (
  select
    coalesce((select max(${column}) from ${table}), 0) as highest,
    (select case when is_called then last_value else last_value - 1 end from ${sequence}) as given
) as numbers`,
        says: (_count, examples) =>
          `The sequence is behind the numbers that are there (highest and last given: ${examples}), such as after a restore: numbers come twice, and rows are refused.`,
        advice: 'Let it go on after the highest number there is.',
        repair: { step: STEPS.surplus, statements: [continueAfter(sequence, table, column)] },
      },
    ]
  })
}

/** Rows that stand against a check or a NOT NULL that is not at work. */
function brokenChecks(expected: SchemaReading, findings: readonly Finding[]): readonly RowCheck[] {
  const wrong = new Set(findings.filter(({ repair }) => repair !== null).map(({ object }) => object))
  const nameOf = ({ schema, name }: Table) => `${schema}.${name}`
  return expected.tables.flatMap((table) => [
    ...table.constraints
      .filter(({ kind, name }) => kind === 'check' && wrong.has(`constraint ${name} on ${nameOf(table)}`))
      .map(({ name, definition }) =>
        against(nameOf(table), name, `not ${definition.slice('CHECK '.length)}`),
      ),
    ...table.columns
      .filter(({ name, isRequired }) => isRequired && wrong.has(`column ${name} of ${nameOf(table)}`))
      .map(({ name }) => against(nameOf(table), `not null of ${name}`, `${name} is null`)),
  ])
}

const against = (table: string, rule: string, condition: string): RowCheck => ({
  code: 'rows-against-rule',
  object: `table ${table}`,
  statement: `select count(*)::integer as count, '{}'::text[] as examples from ${table} where ${condition}`,
  says: (count) =>
    `${rows(count)} of ${table} ${count === 1 ? 'stands' : 'stand'} against ${rule}, which cannot be made because of it.`,
  advice: `Put them right; they are found by: select from ${table} where ${condition}`,
})

/** Every question about rows that fits the tables there are. */
export function rowChecks(
  expected: SchemaReading,
  found: SchemaReading,
  findings: readonly Finding[],
): readonly RowCheck[] {
  const tables = new Set(found.tables.map(({ schema, name }) => `${schema}.${name}`))
  const isUnguarded = findings.some(
    ({ object }) => object === 'constraint claims_no_overlap on public.claims',
  )
  const all = [
    ...rules,
    ...(isUnguarded ? [overlapRule] : []),
    ...['auth.standing', 'public.event_log_state'].map(onlyRow),
  ]
  return [
    ...all.filter((rule) => rule.tables.every((table) => tables.has(table))),
    ...sequenceChecks(expected, found),
    ...brokenChecks(expected, findings),
  ]
}
