import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { redisIsMissing } from '../support/redis-server.ts'
import { runCommand } from './common/run-command.ts'
import {
  type Evidence,
  type Heard,
  type Listener,
  type Rule,
  readEvidence,
  writeEvidence,
} from './no-loss/evidence.ts'
import { judge } from './no-loss/judge.ts'
import { readOptions } from './no-loss/options.ts'
import { isTheirs } from './no-loss/visible.ts'

const RUN = 'test/proofs/no-loss/run.ts'

let folder = ''
let recordFile = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slotwright-no-loss-test-'))
  recordFile = join(folder, 'run.jsonl')
})
after(() => rm(folder, { recursive: true }))

describe('npm run no-loss', { skip: redisIsMissing }, () => {
  it('finds that nobody missed anything while everything was killed', async () => {
    const load = [
      '--duration',
      '12',
      '--clients',
      '12',
      '--processes',
      '2',
      '--listeners',
      '16',
      '--kill-every',
      '4',
    ]
    const { status, output, lines, complaint } = await runCommand(RUN, ...load, '--record', recordFile)
    assert.equal(status, 0, output + complaint)
    assert.equal(lines.at(-1), '0 findings')
    assert.match(output, /kills: PostgreSQL [1-9]\d*, API processes [1-9]\d*, Redis [1-9]/)
    const { log, listeners, heard } = await readEvidence(recordFile)
    const connections = listeners.reduce((sum, one) => sum + one.connections, 0)
    assert.ok(log.length > 20 && connections > 2 * listeners.length, output)
    for (const transport of ['list', 'stream', 'socket']) {
      assert.ok(
        heard.some(({ listener }) => listeners[listener]?.transport === transport),
        transport,
      )
    }
  })

  it('judges a record again, and exits 1 when there is a finding', async () => {
    assert.equal((await runCommand(RUN, '--judge', recordFile)).status, 0)
    const doctored = join(folder, 'doctored.jsonl')
    const evidence = await readEvidence(recordFile)
    await writeEvidence(doctored, { ...evidence, heard: evidence.heard.slice(0, -1) })
    const { status, lines } = await runCommand(RUN, '--judge', doctored)
    assert.equal(status, 1)
    assert.equal(lines.at(-1), '1 findings: missed 1')
  })

  for (const [name, [change, rule]] of Object.entries(doctored())) {
    it(`finds ${name} in a doctored record`, async () => {
      const findings = judge(change(await readEvidence(recordFile)))
      assert.ok(
        findings.some((finding) => finding.rule === rule),
        JSON.stringify(findings.slice(0, 8), null, 1),
      )
    })
  }
})

it('npm run no-loss explains itself, and refuses options by name where they make no sense', async () => {
  const { status, lines } = await runCommand(RUN, '--help')
  assert.equal(status, 0)
  for (const option of ['changes', 'listeners', 'duration', 'seed', 'kill-every', 'record', 'judge']) {
    assert.ok(
      lines.some((line) => line.startsWith(`  --${option} `)),
      option,
    )
  }
  assert.throws(() => readOptions(['--change', '1']), /'--change'/)
  assert.throws(() => readOptions(['--listeners', '0']), /^Error: --listeners must be a whole number/)
})

/** Evidence of which one thing has been changed, and what is to be said of it. */
function doctored(): Readonly<Record<string, readonly [(evidence: Evidence) => Evidence, Rule]>> {
  const changed = (change: (heard: Heard[]) => Heard[]) => (evidence: Evidence) => ({
    ...evidence,
    heard: change([...evidence.heard]),
  })
  /** What the one who got most got, with the others as they were. */
  const ofOne = (change: (heard: Heard[]) => Heard[]) =>
    changed((heard) => {
      const groups = Map.groupBy(heard, ({ listener }) => listener)
      const [most] = [...groups.values()].sort((a, b) => b.length - a.length)
      assert(most)
      return [...heard.filter((event) => event.listener !== most[0]?.listener), ...change(most)]
    })
  return {
    'an event that nobody got twice': [ofOne((heard) => [...heard, ...heard.slice(-1)]), 'delivered twice'],
    'an event that is missing': [ofOne((heard) => heard.slice(1)), 'missed'],
    'the events of a booking the other way round': [ofOne((heard) => heard.reverse()), 'out of order'],
    'cursors that fall': [ofOne((heard) => heard.reverse()), 'cursor falls'],
    'an event that is not in the log': [
      ofOne((heard) => heard.map((event, place) => (place === 3 ? { ...event, id: 'made up' } : event))),
      'not in the log',
    ],
    'an event that says something else': [
      ofOne((heard) => heard.map((event, place) => (place === 3 ? { ...event, content: '' } : event))),
      'content differs',
    ],
    'an event of someone else': [
      (evidence) => {
        const listener = evidence.listeners.findIndex(({ topics }) => topics.join() === 'bookings')
        const row = evidence.log.find((one) => !isTheirs(evidence.listeners[listener] as Listener, one))
        assert(row)
        const { cursor, id, type } = row
        return { ...evidence, heard: [...evidence.heard, { listener, cursor, id, type, content: '' }] }
      },
      'not theirs',
    ],
    'a reset though nothing was too old': [
      (evidence) => ({
        ...evidence,
        listeners: evidence.listeners.map((one) => ({ ...one, resets: [{ at: '0', to: '0' }] })),
        head: { ...evidence.head, trimmed: '' },
      }),
      'reset without need',
    ],
    'a refusal': [
      (evidence) => ({
        ...evidence,
        listeners: evidence.listeners.map((one) => ({ ...one, refusals: ['403 forbidden'] })),
      }),
      'refused',
    ],
    'a version that the log has left out': [
      (evidence) => ({ ...evidence, log: evidence.log.filter(({ type }) => type !== 'booking.created') }),
      'log incomplete',
    ],
  }
}
