import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type ServerProcess, startServer } from '../support/server-process.ts'

const run = promisify(execFile)

let database: TestDatabase
let server: ServerProcess
before(async () => {
  database = await createTestDatabase()
  server = await startServer({ DATABASE_URL: database.url, SAMPLE_DATA: 'true' })
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is what the test is about
  readonly body: any
}

/** Runs a script of the examples; its answers in order. */
async function answersOf(script: string, settings: Readonly<Record<string, string>> = {}): Promise<Answer[]> {
  const path = fileURLToPath(new URL(`../../examples/front-doors/${script}`, import.meta.url))
  const env = { PATH: process.env.PATH ?? '', SLOTWRIGHT_URL: server.url, ...settings }
  const { stdout } = await run('bash', [path], { env })
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, body = '', status] = /^(.*) (\d{3})$/.exec(line) ?? assert.fail(line)
      return { status: Number(status), body: JSON.parse(body) }
    })
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/

test('the front end of the marketplace has the answers that it knows', async () => {
  const [flat, nested, taken, wrong, profile, nobody, ...rest] = await answersOf('marketplace.sh')
  assert.deepEqual(rest, [])
  const registered = (answer: Answer | undefined, email: string, person: object) => {
    assert(answer)
    const { id, created_at } = answer.body.data.user
    assert.match(id, UUID)
    assert.match(created_at, INSTANT)
    assert.deepEqual(answer, {
      status: 201,
      body: {
        success: true,
        message: 'User and profile created successfully',
        data: { user: { id, email, created_at }, profile: { id, ...person, created_at } },
        errors: [],
      },
    })
  }
  registered(flat, 'grace@marketplace.example', {
    first_name: 'Grace',
    last_name: 'Hopper',
    phone_number: '+1 555 0100',
    account_type: 'business',
  })
  const ada = {
    first_name: 'Ada',
    last_name: 'Byron',
    phone_number: '+44 20 7946 0000',
    account_type: 'personal',
  }
  registered(nested, 'ada@marketplace.example', ada)
  assert.deepEqual(taken, {
    status: 409,
    body: {
      success: false,
      message: 'Email already registered',
      data: null,
      errors: [{ field: 'email', message: 'This email is already in use.' }],
    },
  })
  const { errors, ...failure } = wrong?.body ?? {}
  assert.deepEqual(failure, { success: false, message: 'The request is malformed', data: null })
  const fields = errors.map(({ field }: { field: string }) => field)
  assert.deepEqual(fields.sort(), ['email', 'first_name', 'last_name', 'password', 'role'])
  const { id, created_at } = nested?.body.data.profile ?? {}
  assert.deepEqual(profile, {
    status: 200,
    body: {
      success: true,
      message: 'Profile retrieved successfully',
      data: { profile: { id, ...ada, created_at } },
      errors: [],
    },
  })
  assert.deepEqual(nobody, {
    status: 401,
    body: { success: false, message: 'A valid access token is needed', data: null, errors: [] },
  })
})

/** A day from Monday to Friday that is to come in New York, where Riley works, and is in the week from today. */
const comingWeekday = (): Temporal.PlainDate => {
  const today = Temporal.Now.plainDateISO('America/New_York')
  const days = [2, 3, 4].map((ahead) => today.add({ days: ahead }))
  return days.find(({ dayOfWeek }) => dayOfWeek <= 5) ?? assert.fail()
}

const failure = (error: string, message = error) => ({ success: false, error, message })

test('the front end of the gym has the answers that it knows', async () => {
  const weekday = comingWeekday()
  const date = weekday.toString()
  const [booked, taken, closed, past, unknown, wrong, nobody, trainer, ...boards] = await answersOf(
    'trainer-booking.sh',
    { SESSION_DATE: date },
  )
  const { id, client_id } = booked?.body.session ?? {}
  assert(Number.isInteger(id) && Number.isInteger(client_id))
  assert.deepEqual(booked, {
    status: 200,
    body: {
      success: true,
      message: 'Training session booked successfully!',
      session: {
        id,
        trainer_id: 1,
        client_id,
        session_date: date,
        start_time: '09:00',
        end_time: '10:00',
        status: 'confirmed',
        price: 75,
      },
    },
  })
  const refusals: [Answer | undefined, number, object][] = [
    [taken, 409, failure('Selected time slot is not available or already booked')],
    [closed, 422, failure('Selected time slot is not available')],
    [past, 422, failure('Selected date is in the past')],
    [unknown, 404, failure('Trainer not found or inactive')],
    [nobody, 401, failure('Please sign in as a member')],
    [trainer, 403, failure('Only members can book training sessions')],
  ]
  for (const [answer, status, body] of refusals) assert.deepEqual(answer, { status, body })
  assert.deepEqual([wrong?.status, wrong?.body.error], [400, 'The request is malformed'])
  for (const field of ['trainer_id', 'session_date', 'start_time', 'end_time']) {
    assert.match(wrong?.body.message, new RegExp(`${field} \\w+`))
  }
  const [day, ofTrainer, week] = boards
  // Seven to eight in the evening, with a break at noon.
  const expected = Array.from({ length: 13 }, (_, index) => {
    const hour = String(index + 7).padStart(2, '0')
    const status = hour === '09' ? 'booked' : hour === '12' ? 'break' : 'available'
    return { id: `1-${date}-${hour}00`, time: `${hour}:00:00`, status, clientName: null, sessionType: null }
  })
  assert.deepEqual(day, { status: 200, body: expected })
  const told = expected.map((hour) =>
    hour.status === 'booked' ? { ...hour, clientName: 'Casey Lee', sessionType: 'personal_training' } : hour,
  )
  assert.deepEqual(ofTrainer, { status: 200, body: told })
  assert.equal(week?.status, 200)
  assert.deepEqual(
    week?.body.filter(({ status }: { status: string }) => status === 'booked'),
    [{ day_of_week: weekday.dayOfWeek, time_slot: '09:00:00', status: 'booked' }],
  )
  assert.equal(week?.body.length, 6 * 13 + 8)
})

test('doors that are not switched on are not there', async () => {
  await using closed = await startServer({ DATABASE_URL: database.url, FRONT_DOORS: 'marketplace' })
  const status = async (path: string) => (await fetch(`${closed.url}${path}`)).status
  assert.equal(await status('/api/members/trainers/1/schedule'), 404)
  assert.equal(await status('/api/users/profile/01900000-0000-7000-8000-000000000001'), 401)
  const { tags } = (await (await fetch(`${closed.url}/openapi.json`)).json()) as { tags: { name: string }[] }
  const names = tags.map(({ name }) => name)
  assert(names.includes('Marketplace') && !names.includes('Trainer booking'))
})
