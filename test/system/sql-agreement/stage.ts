import assert from 'node:assert/strict'
import pg from 'pg'
import type { WallMinutes } from '../../../src/domain/calendar.ts'
import { formatDate, formatWallTime } from '../../../src/domain/calendar.ts'
import { formatInstant } from '../../../src/domain/instant.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type Answers, expectedOf, isSame } from './answers.ts'
import type { Case } from './cases.ts'
import { type Row, rowsOf, STANDING, STANDING_SINCE, serviceIdOf, userNumberOf } from './rows.ts'

/** A case to which the database says something else than the program, or nothing but that it has failed. */
export interface Disagreement {
  readonly case: Case
  readonly expected: Answers
  readonly found: Answers | Error
}

/** A real database with the functions of the migrations; what is written to ask them is rolled back. */
export interface Stage extends AsyncDisposable {
  readonly database: TestDatabase
  /** Asks both about each case, in one transaction. */
  compare(cases: readonly Case[]): Promise<Compared>
  /** Alters the text of functions of the database, until it is disposed of. */
  plant(names: readonly string[], from: string, to: string): Promise<AsyncDisposable>
}

export interface Compared {
  readonly expected: readonly Answers[]
  readonly disagreements: readonly Disagreement[]
}

/**
 * The clock of the session is a setting, so that the very functions that people call can be asked at any instant: sessions
 * find it by their search_path before the one of the server.
 */
const EQUIPMENT = `
  create schema equipment;

  create function equipment.statement_timestamp()
  returns timestamptz
  language sql
  stable
  as $$
    select current_setting('equipment.now')::timestamptz
  $$;

  create function equipment.board(p_number integer, p_date date, p_now timestamptz)
  returns setof text
  language plpgsql
  as $$
  begin
    perform set_config('equipment.now', p_now::text, true);
    return query
      select concat_ws(' ', to_char(slots.time_slot, 'HH24:MI'), slots.status)
      from get_available_slots(p_number, p_date) as slots;
  end
  $$;

  create function equipment.is_free(p_number integer, p_date date, p_time time, p_now timestamptz)
  returns text
  language plpgsql
  as $$
  begin
    perform set_config('equipment.now', p_now::text, true);
    return concat_ws(
      ' ',
      left(p_time::text, 5),
      case when is_slot_available(p_number, p_date, p_time) then 'true' else 'false' end
    );
  end
  $$;
`

/** Who changed when is of no interest here, and told of each row of thousands. */
const QUIET = [
  'auth.users',
  'schedules',
  'weekly_hours',
  'weekly_breaks',
  'schedule_overrides',
  'override_hours',
]
  .concat('time_off', 'services', 'claims')
  .map((table) => `alter table ${table} disable trigger user;`)
  .join('\n')

const STANDING_ROWS: Readonly<Record<string, Row>> = {
  'auth.users': {
    ...{ id: STANDING.user, number: STANDING.number, email: 'standing@example.com', roles: ['customer'] },
    ...{ version: 1, is_erasing: false, created_at: STANDING_SINCE, updated_at: STANDING_SINCE },
  },
  services: {
    ...{ id: STANDING.service, provider_id: STANDING.user, version: 1, title: 'Any', description: '' },
    ...{ category: 'any', price: 1, currency: 'USD', duration_minutes: 60, slot_interval_minutes: 60 },
    ...{ buffer_before_minutes: 0, buffer_after_minutes: 0, min_notice_minutes: 0, max_horizon_days: 1 },
    ...{ requires_confirmation: false, cancellation_window_minutes: 0, reminder_minutes: [], images: [] },
    ...{ is_active: false, created_at: STANDING_SINCE, updated_at: STANDING_SINCE },
  },
  bookings: {
    ...{ id: STANDING.booking, number: 1, version: 1, status: 'completed', service_id: STANDING.service },
    ...{ service_version: 1, provider_id: STANDING.user, customer_id: STANDING.user },
    ...{ starts_at: STANDING_SINCE, ends_at: '2026-01-01T01:00:00Z', cancellable_until: STANDING_SINCE },
    ...{ buffer_before_minutes: 0, buffer_after_minutes: 0, price: 1, currency: 'USD', metadata: {} },
    ...{ created_at: STANDING_SINCE, updated_at: STANDING_SINCE },
  },
}

const ASK = `
  select
    array(
      select concat_ws(' ', instant_text(starts_at), instant_text(ends_at), coalesce(reason, 'available'))
      from slots_between(asked.service_id, asked.range_start, asked.range_end, asked.now)
    ) as slots,
    array(select equipment.board(asked.number, asked.date, asked.now)) as board,
    array(
      select equipment.is_free(asked.number, asked.date, one.time, asked.now)
      from unnest(asked.times) with ordinality as one (time, place)
      order by place
    ) as times
  from jsonb_to_recordset($1) as asked (
    place integer, number integer, service_id uuid, range_start timestamptz, range_end timestamptz, now timestamptz,
    date date, times time[]
  )
  order by place
`

const questionOf = (one: Case, place: number, times: readonly WallMinutes[]): Row => {
  const { offer, range, now } = one.situation
  return {
    place,
    number: userNumberOf(one),
    service_id: serviceIdOf(one, offer.service),
    range_start: formatInstant(range.start),
    range_end: formatInstant(range.end),
    now: formatInstant(now),
    date: formatDate(one.date),
    times: times.map(formatWallTime),
  }
}

async function write(client: pg.Client, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const columns = Object.keys(rows[0] as Row).join(', ')
  await client.query(
    `insert into ${table} (${columns}) overriding system value
     select ${columns} from jsonb_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  )
}

async function writeAll(client: pg.Client, cases: readonly Case[]): Promise<void> {
  const tables = cases.map(rowsOf)
  for (const table of Object.keys(tables[0] ?? {})) {
    await write(
      client,
      table,
      tables.flatMap((rows) => rows[table] ?? []),
    )
  }
}

/** What the database says of each, or why it says nothing. */
async function found(
  client: pg.Client,
  cases: readonly Case[],
  questions: readonly Row[],
): Promise<readonly (Answers | Error)[]> {
  await client.query('begin')
  try {
    await writeAll(client, cases)
    return (await client.query<Answers & Row>(ASK, [JSON.stringify(questions)])).rows
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || cases.length === 1) return [error as Error]
  } finally {
    await client.query('rollback')
  }
  // One of them has failed: whichever it is, alone.
  const halves = [
    [0, cases.length >> 1],
    [cases.length >> 1, cases.length],
  ] as const
  const answers: (Answers | Error)[] = []
  for (const [from, to] of halves)
    answers.push(...(await found(client, cases.slice(from, to), questions.slice(from, to))))
  return answers
}

export async function openStage(): Promise<Stage> {
  await using resources = new AsyncDisposableStack()
  const database = resources.use(await createTestDatabase())
  await database.query(`${EQUIPMENT}\n${QUIET}`)
  const options =
    '-c search_path=equipment,pg_catalog,public -c synchronous_commit=off -c jit=off -c plan_cache_mode=force_generic_plan -c timezone=America/Havana'
  const client = new pg.Client({ connectionString: database.url, options })
  resources.defer(() => client.end())
  await client.connect()
  for (const [table, row] of Object.entries(STANDING_ROWS)) await write(client, table, [row])
  const owner = resources.move()
  return {
    database,
    async compare(cases) {
      const expected = cases.map(expectedOf)
      const questions = cases.map((one, index) => questionOf(one, index, expected[index]?.asked ?? []))
      const answers = await found(client, cases, questions)
      const disagreements = cases.flatMap((one, index): Disagreement[] => {
        const [wanted, said] = [expected[index] as Answers, answers[index] as Answers | Error]
        return !(said instanceof Error) && isSame(wanted, said)
          ? []
          : [{ case: one, expected: wanted, found: said }]
      })
      return { expected, disagreements }
    },
    async plant(names, from, to) {
      await using planted = new AsyncDisposableStack()
      for (const name of names) {
        const text = 'select pg_get_functiondef($1::regproc) as definition'
        const [row] = await database.query<{ definition: string }>(text, [name])
        assert(row, `There is no ${name}`)
        const { definition } = row
        assert(definition.includes(from), `${name} has no ${from}`)
        await database.query(definition.replace(from, () => to))
        planted.defer(async () => void (await database.query(definition)))
      }
      return planted.move()
    },
    [Symbol.asyncDispose]: () => owner.disposeAsync(),
  }
}
