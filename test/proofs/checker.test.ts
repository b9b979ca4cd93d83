import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { readEvidence, writeEvidence } from './checker/evidence-file.ts'
import type { Evidence, Rule } from './checker/finding.ts'
import { judge } from './checker/judge.ts'
import { readOptions } from './checker/options.ts'
import { isDone } from './checker/record.ts'
import { runCommand } from './common/run-command.ts'

let folder = ''
let recordFile = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slotwright-checker-test-'))
  recordFile = join(folder, 'run.jsonl')
})
after(() => rm(folder, { recursive: true }))

const checker = (...args: string[]) => runCommand('test/proofs/checker/run.ts', ...args)

describe('npm run checker', () => {
  it('finds nothing in what the engine does while API processes and PostgreSQL are killed', async () => {
    const load = ['--duration', '20', '--clients', '24', '--processes', '2', '--kill-every', '5']
    const { status, output, lines, complaint } = await checker(...load, '--record', recordFile)
    assert.equal(status, 0, output + complaint)
    assert.equal(lines.at(-1), '0 findings')
    const { record, tables } = await readEvidence(recordFile)
    assert.ok(record.outages.length > 0 && record.lives.some(({ killed }) => killed !== null), output)
    assert.ok(record.calls.filter(isDone).length > 100 && tables.bookings.length > 20, output)
    assert.ok(
      record.calls.some(({ status, lost }) => status === 503 || lost !== undefined),
      output,
    )
  })

  it('judges a record again, and exits 1 when there is a finding', async () => {
    assert.equal((await checker('--judge', recordFile)).status, 0)
    const doctored = join(folder, 'doctored.jsonl')
    const evidence = await readEvidence(recordFile)
    await writeEvidence(doctored, { ...evidence, record: { ...evidence.record, deadlocks: 2 } })
    const { status, lines } = await checker('--judge', doctored)
    assert.equal(status, 1)
    assert.deepEqual(lines.slice(-2), [
      '  deadlock: PostgreSQL has met 2 deadlocks',
      '1 findings: deadlock 1',
    ])
    assert.match((await checker('--judge', 'package.json')).complaint, /is not the record of a run/)
    assert.match((await checker('--judge', join(folder, 'none'))).complaint, /ENOENT/)
  })

  it('explains itself', async () => {
    const { status, lines } = await checker('--help')
    assert.equal(status, 0)
    for (const option of [
      'attempts',
      'duration',
      'seed',
      'processes',
      'clients',
      'kill-every',
      'record',
      'judge',
    ]) {
      assert.ok(lines.some((line) => line.startsWith(`  --${option} `)))
    }
  })

  it('refuses options by name where they are unknown or make no sense', () => {
    assert.throws(() => readOptions(['--attempt', '1']), /'--attempt'/)
    for (const [name, value] of Object.entries({ attempts: '0', processes: '17', 'kill-every': '1.5' })) {
      assert.throws(
        () => readOptions([`--${name}`, value]),
        new RegExp(`^Error: --${name} must be a whole number`),
      )
    }
    assert.throws(() => readOptions(['--record', '']), /--record must name a file/)
  })
})

/** Evidence of which one thing has been changed, and what is to be said of it. */
const doctored: Readonly<Record<string, readonly [(evidence: Evidence) => Evidence, Rule, RegExp]>> = {
  'a booking that is gone from all tables': [
    ({ record, tables }) => {
      const id = tables.bookings.find(({ status }) => status === 'cancelled')?.id
      const others = {
        bookings: tables.bookings.filter((row) => row.id !== id),
        history: tables.history.filter((row) => row.booking !== id),
        events: tables.events.filter((row) => row.subject !== id),
      }
      return { record, tables: { ...tables, ...others } }
    },
    'acknowledged but lost',
    /^Version 1 of booking \S+, told by a book, is nowhere$/,
  ],
  'a cancellation that was rolled back after its answer': [
    ({ record, tables }) => ({
      record,
      tables: { ...tables, history: tables.history.filter(({ change }) => change !== 'booking.cancelled') },
    }),
    'acknowledged but lost',
    /^Version \d+ of booking \S+, told by a cancel, is nowhere$/,
  ],
  'a read of an older version': [
    ({ record, tables }) => {
      const last = record.calls.findLast(({ seen }) => seen?.some(({ version }) => version > 1))
      const [booking] = last?.seen?.filter(({ version }) => version > 1) ?? []
      const told = tables.history.find((row) => row.booking === booking?.id && row.version === 1)
      assert.ok(last && booking && told)
      const time = { began: last.ended + 1, ended: last.ended + 2 }
      const older = { ...booking, version: 1, status: told.status, start: told.starts }
      // An answer that was given again may be older, and a read is no such answer.
      const { replayed: _replayed, ...call } = last
      const read = { ...call, ...time, kind: 'read', tag: 'doctored', seen: [older] } as const
      return { record: { ...record, calls: [...record.calls, read] }, tables }
    },
    'answers contradict',
    /^A read shows version 1 of \S+ after version \d+$/,
  ],
  'two claims on one time': [
    ({ record, tables }) => ({ record, tables: { ...tables, claims: [...tables.claims, ...tables.claims] } }),
    'sold twice',
    /^Two claims overlap at /,
  ],
  'an answer of 500': [
    ({ record, tables }) => ({
      record: {
        ...record,
        calls: record.calls.map((call, at) => (at === 9 ? { ...call, status: 500 } : call)),
      },
      tables,
    }),
    'unexpected answer',
    /: 500/,
  ],
  'an answer of 503 while the database was there': [
    ({ record, tables }) => ({
      record: {
        ...record,
        outages: [],
        calls: record.calls.map((call, at) => (at === 9 ? { ...call, status: 503 } : call)),
      },
      tables,
    }),
    'unavailable too long',
    /503 .*with the database up$/,
  ],
  'a connection that is lost though nothing was killed': [
    ({ record, tables }) => ({
      record: {
        ...record,
        lives: record.lives.map((life) => ({ ...life, killed: null })),
        calls: record.calls.map((call, at) =>
          at === 9 ? { ...call, status: null, lost: 'ECONNRESET' } : call,
        ),
      },
      tables,
    }),
    'connection lost',
    /ECONNRESET, but nothing was killed$/,
  ],
  'a reminder of a cancelled booking': [
    ({ record, tables }) => {
      const booking = tables.bookings.find(({ status }) => status === 'cancelled')?.id ?? ''
      return {
        record,
        tables: { ...tables, reminders: [...tables.reminders, { booking, minutes: 10, due: 0 }] },
      }
    },
    'tables contradict',
    /, cancelled, has reminders for 1970/,
  ],
}

describe('the judgement', () => {
  for (const [name, [change, rule, words]] of Object.entries(doctored)) {
    it(`finds ${name}`, async () => {
      const findings = judge(change(await readEvidence(recordFile)))
      assert.ok(
        findings.some((finding) => finding.rule === rule && words.test(finding.text)),
        JSON.stringify(findings.slice(0, 10), null, 1),
      )
    })
  }
})
