import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createTestDatabase } from '../support/database.ts'
import { rewrite } from './common/rewrite.ts'
import { runCommand } from './common/run-command.ts'
import {
  type Evidence,
  type LoggedEvent,
  type Rule,
  readEvidence,
  writeEvidence,
} from './reminders/evidence.ts'
import { judge, latenessOf } from './reminders/judge.ts'
import { readOptions } from './reminders/options.ts'
import { type PlayOptions, play } from './reminders/play.ts'

const RUN = 'test/proofs/reminders/run.ts'

let folder = ''
let recordFile = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slotwright-reminders-test-'))
  recordFile = join(folder, 'run.jsonl')
})
after(() => rm(folder, { recursive: true }))

describe('npm run reminders', () => {
  it('finds every reminder fired once, and true, while nodes are killed and bookings change', async () => {
    const size = ['--reminders', '1500', '--window', '8', '--nodes', '3', '--kill-every', '2']
    // How late they are says nothing on a machine that does all the other tests at the same time.
    const args = [
      ...size,
      '--clients',
      '4',
      '--most-late',
      '60000',
      '--kill-postgres',
      '--record',
      recordFile,
    ]
    const { status, output, lines, complaint } = await runCommand(RUN, ...args)
    assert.equal(status, 0, output + complaint)
    assert.equal(lines.at(-1), '0 findings')
    const { planned, log, outages } = await readEvidence(recordFile)
    const fired = log.filter(({ type }) => type === 'booking.reminder').length
    assert.ok(planned.length === 1_500 && fired > 500 && outages.length === 1, output)
    for (const type of ['booking.cancelled', 'booking.rescheduled', 'booking.confirmed']) {
      assert.ok(
        log.some((event) => event.type === type),
        `${type}: ${output}`,
      )
    }
  })

  it('judges a record again, and exits 1 when there is a finding', async () => {
    assert.equal((await runCommand(RUN, '--judge', recordFile)).status, 0)
    const evidence = await readEvidence(recordFile)
    const doctored = join(folder, 'doctored.jsonl')
    const reminder = evidence.log.find(({ type }) => type === 'booking.reminder')
    await writeEvidence(doctored, { ...evidence, log: [...evidence.log, reminder as LoggedEvent] })
    const { status, lines } = await runCommand(RUN, '--judge', doctored)
    assert.equal(status, 1)
    assert.match(lines.at(-1) ?? '', /^1 findings: fired (twice|stale) 1$/)
  })

  it('explains itself, and refuses options by name where they make no sense', async () => {
    const { status, lines } = await runCommand(RUN, '--help')
    assert.equal(status, 0)
    for (const option of ['reminders', 'window', 'nodes', 'kill-postgres', 'most-late', 'judge']) {
      assert.ok(
        lines.some((line) => line.startsWith(`  --${option} `)),
        option,
      )
    }
    assert.throws(() => readOptions(['--reminder', '1']), /'--reminder'/)
    assert.throws(() => readOptions(['--nodes', '0']), /^Error: --nodes must be a whole number/)
  })
})

const played = async (options: Partial<PlayOptions> = {}): Promise<Evidence> => {
  await using database = await createTestDatabase()
  return await play(database, { reminders: 600, changesOfATick: 12, ...options })
}

const FORGET = 'delete from reminders\n    where reminders.booking_id = p_booking_id;'
const COLUMNS = 'reminders.booking_id, reminders.minutes_before, reminders.due_at'
const OF_TAKEN = `where reminders.booking_id = taken.booking_id
      and reminders.minutes_before = taken.minutes_before`
const TAKE_AWAY = `delete from reminders
    using taken
    ${OF_TAKEN}
    returning ${COLUMNS}`
const LOOK = `select ${COLUMNS} from reminders, taken ${OF_TAKEN}`
const IS_STANDING = `bookings.status in ('pending', 'confirmed')`

/** What is wrong with the database, and what is to be found of it. */
const faults: Readonly<Record<string, readonly [string, Rule]>> = {
  'a reminder whose row is to be deleted by another transaction, which never came': [
    rewrite('send_reminders', TAKE_AWAY, LOOK),
    'fired twice',
  ],
  'a reminder whose event was to be written by another transaction, which never came': [
    rewrite('send_reminders', `where ${IS_STANDING}`, `where ${IS_STANDING} and bookings.number % 2 = 0`),
    'never fired',
  ],
  'a reminder of whatever state its booking is in': [
    rewrite('change_booking', `if p_status not in ('pending', 'confirmed') then`, 'if false then') +
      rewrite('send_reminders', IS_STANDING, 'true'),
    'fired stale',
  ],
  'the old reminder of a booking that was moved': [rewrite('move_booking', FORGET, ''), 'fired stale'],
  'reminders before their time': [
    rewrite('send_reminders', 'due_at <= p_now', `due_at <= p_now + interval '5 seconds'`),
    'fired early',
  ],
}

describe('the judge of reminders', () => {
  it('finds nothing where nothing is wrong', async () => {
    const evidence = await played()
    assert.deepEqual(judge(evidence), [])
    const { count, p99 } = latenessOf(evidence)
    assert.ok(count > 300 && p99 <= 1_000, `${count} late by ${p99}`)
    const planned = new Set(evidence.planned.map(({ booking, minutes }) => `${booking} ${minutes}`))
    assert.ok(
      evidence.log.some(
        ({ booking, minutes, type }) => type === 'booking.reminder' && !planned.has(`${booking} ${minutes}`),
      ),
      'no reminder of a moved booking has fired',
    )
  })

  for (const [name, [prepare, rule]] of Object.entries(faults)) {
    it(`finds ${name}`, async () => {
      const findings = judge(await played({ reminders: 200, prepare }))
      assert.ok(
        findings.some((finding) => finding.rule === rule),
        JSON.stringify(findings.slice(0, 8), null, 1),
      )
    })
  }

  it('finds what is doctored in a record: late ones, rows too many or too few, events in another order', async () => {
    const evidence = await readEvidence(recordFile)
    const rules = (changed: Partial<Evidence>) =>
      new Set(judge({ ...evidence, ...changed }).map(({ rule }) => rule))
    const { log, left, head, planned } = evidence
    assert.ok(rules({ head: { ...head, mostLateMilliseconds: 1 } }).has('fired late'))
    assert.ok(rules({ left: left.slice(1) }).has('row astray'))
    assert.ok(rules({ left: [...left, ...planned.slice(0, 1)] }).has('row astray'))
    const changes = log.filter(({ version }) => version > 1)
    const others = log.filter(({ version }) => version === 1)
    assert.ok(rules({ log: [...changes, ...others] }).has('log out of order'))
  })
})
