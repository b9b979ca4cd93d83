import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { readCalendar } from '../support/calendar.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type ServerProcess, startServer } from '../support/server-process.ts'
import { openSmtpServer, type TestSmtpServer } from '../support/smtp-server.ts'

const PATIENCE_MILLISECONDS = 60_000
const MAIL_FROM = 'Salon Anna <salon@example.com>'

/** Waits until something is there, and gives it. */
async function eventually<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    assert(Date.now() < deadline, `${what} never came`)
    await delay(50)
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is what the test is about
type Body = any

const NOTES = `<b>Ring twice.</b>\r\n.\r\n${'long '.repeat(390)}`

const json = { 'content-type': 'application/json' }

/** A customer who means no good, to be told in New York what happens. */
const HOSTILE = {
  email: 'ben@customer.example',
  password: 'correct horse',
  role: 'customer',
  first_name: 'Ben\r\nBcc: all@example.com <img src=x>',
  last_name: '\u202e😀 מספרה',
  time_zone: 'America/New_York',
}

/** Somebody new at a server with the sample services. */
async function signUp({ url }: ServerProcess) {
  const ask = async (path: string, body?: object, token?: string): Promise<Body> => {
    const headers = { ...json, ...(token !== undefined && { authorization: `Bearer ${token}` }) }
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {}
    const response = await fetch(`${url}${path}`, { ...init, headers })
    const answer = await response.json()
    assert(response.ok, JSON.stringify(answer))
    return answer
  }
  const { access_token: token } = await ask('/v1/auth/register', HOSTILE)
  const { data: services } = await ask('/v1/services')
  const service_id = services[0].id
  const { data: found } = await ask(`/v1/availability/next?service_id=${service_id}&limit=20`)
  const starts: string[] = found[0].slots.map(({ start }: Body) => start)
  return {
    /** Free starts, not the first ones: nobody may cancel those any more. */
    starts: starts.slice(-3),
    book: (start: string | undefined) => ask('/v1/bookings', { service_id, start, notes: NOTES }, token),
    change: (id: string, verb: string, body: object = {}) => ask(`/v1/bookings/${id}/${verb}`, body, token),
  }
}

const startWith = (database: TestDatabase, settings: Readonly<Record<string, string>>) =>
  startServer({ DATABASE_URL: database.url, SAMPLE_DATA: 'true', LOG_LEVEL: 'info', ...settings })

/** Those that the customer got, in the order in which they came in. */
const mailsOfCustomer = (smtp: TestSmtpServer) =>
  smtp.received.filter(({ readers }) => readers[0] === HOSTILE.email)

test('customer and provider are mailed what happens, with one calendar entry that follows it to its end', async () => {
  await using database = await createTestDatabase()
  await using smtp = await openSmtpServer()
  await using first = await startWith(database, {
    SMTP_URL: smtp.url,
    MAIL_FROM,
    PUBLIC_URL: 'https://booking.example.com',
  })
  // A second node takes its share and doubles nothing.
  await using _second = await startWith(database, {
    SMTP_URL: smtp.url,
    MAIL_FROM,
    PUBLIC_URL: 'https://booking.example.com',
  })
  const ben = await signUp(first)
  const [from, to] = ben.starts
  const booking = await ben.book(from)
  const sent = (count: number) =>
    eventually(`mail ${count}`, () => (smtp.received.length >= count ? count : undefined))
  await sent(2)
  await ben.change(booking.id, 'reschedule', { start: to })
  await sent(4)
  await ben.change(booking.id, 'cancel', { reason: 'Ill.' })
  await sent(6)
  await delay(500)
  assert.equal(smtp.received.length, 6, 'nothing is sent twice')

  const mails = mailsOfCustomer(smtp)
  assert.deepEqual(
    mails.map(({ subject }) => subject.split(':')[0]),
    ['Confirmed', 'Moved', 'Cancelled'],
  )
  const entries = mails.map(({ calendar }) => readCalendar(calendar))
  const instant = (text: string | undefined) => Temporal.Instant.from(text ?? '').toString()
  assert.deepEqual(
    entries.map(({ method, status, sequence, start }) => ({ method, status, sequence, start })),
    [
      { method: 'REQUEST', status: 'CONFIRMED', sequence: 1, start: instant(from) },
      { method: 'REQUEST', status: 'CONFIRMED', sequence: 2, start: instant(to) },
      { method: 'CANCEL', status: 'CANCELLED', sequence: 3, start: instant(to) },
    ],
  )
  assert.deepEqual(new Set(entries.map(({ uid }) => uid)), new Set([`${booking.id}@booking.example.com`]))
  for (const { from: sender, mime, text, html } of mails) {
    assert.equal(sender, 'salon@example.com')
    assert.equal(mime.headers.get('from')?.[0], 'Salon Anna <salon@example.com>')
    assert.match(
      mime.headers.get('message-id')?.[0] ?? '',
      /^<[0-9a-f-]{36}\.customer@booking\.example\.com>$/,
    )
    assert.match(text, /\(America\/New_York, UTC-[45]\)/)
    assert.match(html, /&lt;b&gt;Ring twice\.&lt;\/b&gt;<br>/)
    assert.doesNotMatch(html, /<img|<b>/)
    assert.equal(mime.headers.has('bcc'), false)
    assert.match(
      mime.headers.get('to')?.[0] ?? '',
      /^"?Ben Bcc: all@example\.com <img src=x> 😀 מספרה"? <ben@/,
    )
  }
  const ids = smtp.received.map(({ mime }) => mime.headers.get('message-id')?.[0])
  assert.equal(new Set(ids).size, 6)
})

test('while the mail server is away bookings are made, and their mails come when it is back', async () => {
  await using database = await createTestDatabase()
  const { port, url, [Symbol.asyncDispose]: close } = await openSmtpServer()
  await close()
  await using server = await startWith(database, { SMTP_URL: url, MAIL_FROM })
  const ben = await signUp(server)
  const [kept, dropped] = ben.starts
  const booking = await ben.book(kept)
  const other = await ben.book(dropped)
  await eventually('a failure', () => (/took no mail now/.test(server.output()) ? true : undefined))
  await ben.change(other.id, 'cancel')
  await using smtp = await openSmtpServer({ port })
  await eventually('four mails', () => (smtp.received.length >= 4 ? true : undefined))
  const queued = 'select from graphile_worker.jobs'
  await eventually('an empty queue', async () =>
    (await database.query(queued)).length === 0 ? true : undefined,
  )
  const told = mailsOfCustomer(smtp).map(({ subject, text }) => [
    subject.split(':')[0],
    /Booking: (\d+)/.exec(text)?.[1],
  ])
  // The confirmation of what has been cancelled meanwhile is not sent any more.
  assert.deepEqual(
    new Set(told.map(String)),
    new Set([`Confirmed,${booking.number}`, `Cancelled,${other.number}`]),
  )
  assert.equal(smtp.received.length, 4)
})

test('a mail server that hangs does not hold up the end of the server, and the mail is not lost', async () => {
  await using database = await createTestDatabase()
  let asked = 0
  await using smtp = await openSmtpServer({ onMailFrom: () => void asked++ })
  await using server = await startWith(database, { SMTP_URL: smtp.url, MAIL_FROM })
  const ben = await signUp(server)
  await ben.book(ben.starts[0])
  await eventually('a mail', () => (asked > 0 ? asked : undefined))
  const begin = performance.now()
  assert.equal(await server.stop(), 0)
  const took = performance.now() - begin
  assert(took < 3_000, `${took} ms`)
  const waiting = `
    select json_array_elements(payload)
    from graphile_worker._private_jobs
    where locked_at is null`
  assert.equal((await database.query(waiting)).length, 2)
})

const mailboxOf = ({ url }: ServerProcess) => fetch(`${url}/v1/dev/mailbox`)

test('in development mail is kept to be looked at, and logged', async () => {
  await using database = await createTestDatabase()
  await using server = await startWith(database, {})
  const ben = await signUp(server)
  await ben.book(ben.starts[0])
  const mails = await eventually('mail', async () => {
    const { data }: Body = await (await mailboxOf(server)).json()
    return data.length >= 2 ? data : undefined
  })
  const subjects = mails.map(({ subject }: Body) => subject.split(':')[0])
  assert.deepEqual(subjects.toSorted(), ['Confirmed', 'New booking'])
  for (const { calendar } of mails) assert.equal(readCalendar(calendar).status, 'CONFIRMED')
  assert.match(server.output(), /"msg":"mail kept"/)
})

test('in production without a mail server there is no mailbox and no mail, and the start says so', async () => {
  await using database = await createTestDatabase()
  await using server = await startServer({
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    JWT_SECRET: 'x'.repeat(40),
  })
  assert.match(server.output(), /SMTP_URL is not set: there is no mail/)
  assert.equal((await mailboxOf(server)).status, 404)
})
