import assert from 'node:assert/strict'
import pg from 'pg'
import { formatDate, formatWallTime } from '../../../src/domain/calendar.ts'
import { formatInstant } from '../../../src/domain/instant.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type Answers, expectedOf, isSame } from './answers.ts'
import type { Case } from './cases.ts'
import { ASK, EQUIPMENT, QUIET, SESSION_SETTINGS, STANDING_ROWS } from './equipment.ts'
import { type Row, rowsOf, serviceIdOf, userNumberOf } from './rows.ts'

/** A case to which the database says something else than the program, or nothing but that it has failed. */
export interface Disagreement {
  readonly case: Case
  readonly expected: Answers
  readonly found: Answers | Error
}

type Extent = 'all' | 'slots'

/** A real database with the functions of the migrations; what is written to ask them is rolled back. */
export interface Stage extends AsyncDisposable {
  readonly database: TestDatabase
  /** Asks both about each case, in one transaction. The slots alone are a tenth of the work. */
  compare(cases: readonly Case[], extent?: Extent): Promise<Compared>
  /** Alters the text of functions of the database, until it is disposed of. */
  plant(names: readonly string[], from: string, to: string): Promise<AsyncDisposable>
}

export interface Compared {
  readonly expected: readonly Answers[]
  readonly disagreements: readonly Disagreement[]
}

type Expected = ReturnType<typeof expectedOf>

/** Nothing asked of the board, which is none without a date. */
const slotsAlone = ({ slots }: Expected): Expected => ({ slots, board: [], times: [], asked: [] })

const questionOf = (one: Case, place: number, { asked }: Expected, extent: Extent): Row => {
  const { offer, range, now } = one.situation
  return {
    place,
    number: userNumberOf(one),
    service_id: serviceIdOf(one, offer.service),
    range_start: formatInstant(range.start),
    range_end: formatInstant(range.end),
    now: formatInstant(now),
    date: extent === 'all' ? formatDate(one.date) : null,
    times: asked.map(formatWallTime),
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
  const client = new pg.Client({ connectionString: database.url, options: SESSION_SETTINGS })
  resources.defer(() => client.end())
  await client.connect()
  for (const [table, row] of Object.entries(STANDING_ROWS)) await write(client, table, [row])
  const owner = resources.move()
  return {
    database,
    async compare(cases, extent = 'all') {
      const all = cases.map(expectedOf)
      const expected = extent === 'all' ? all : all.map(slotsAlone)
      const questions = cases.map((one, index) => questionOf(one, index, expected[index] as Expected, extent))
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
