import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTestDatabase } from '../support/database.ts'
import type { Edit } from './common/doctored-source.ts'
import type { Evidence, Rule } from './no-loss/evidence.ts'
import { judge } from './no-loss/judge.ts'
import { openStage, ordinaryDay, overtaking, type Stage, tell, until } from './no-loss/story.ts'

const LOG = 'src/adapters/postgres/event-log.ts'

/** Not to read what has been overtaken is all that is left out. */
const WITHOUT_FENCE: Edit = {
  file: LOG,
  from: 'pg_snapshot_xmin(pg_current_snapshot())',
  to: 'pg_snapshot_xmax(pg_current_snapshot())',
}

/** What is wrong with the server, and what is to be found of it on an ordinary day. */
const faults: Readonly<Record<string, readonly [readonly Edit[], Rule, RegExp]>> = {
  'an event delivered again at the cursor of it': [
    [
      { file: LOG, from: 'where (xid, sequence) > ($1', to: 'where (xid, sequence) >= ($1' },
      { file: 'src/domain/logged-event.ts', from: 'cursor > place', to: 'cursor >= place' },
    ],
    'delivered twice',
    /^\d+ \w+ by list: /,
  ],
  'who comes back being told only of what happens from now on': [
    [
      {
        file: 'src/application/follow-events.ts',
        from: 'query.after === null',
        to: 'query.topics.length > 0',
      },
    ],
    'missed',
    / by (stream|socket): booking\.\w+ /,
  ],
  'two things told of one event with one cursor for both': [
    [{ file: 'src/domain/logged-event.ts', from: 'number < views.length - 1', to: 'number < 0' }],
    'missed',
    /^\d+ customer by \w+: availability.changed /,
  ],
  'the events of other customers': [
    [
      {
        file: 'src/domain/logged-event.ts',
        from: 'event.customerId === actor.userId',
        to: 'event.customerId !== null',
      },
    ],
    'not theirs',
    /^\d+ customer by \w+: booking.created /,
  ],
  'the holds of customers told to their provider': [
    [{ file: 'src/domain/logged-event.ts', from: ` && event.subject.type !== 'hold'`, to: '' }],
    'not theirs',
    /^\d+ provider by \w+: hold.created /,
  ],
  'a stretch of the log told backwards': [
    [
      {
        file: LOG,
        from: 'order by page.xid, page.sequence',
        to: 'order by page.xid desc, page.sequence desc',
      },
    ],
    'out of order',
    / version 1 after 2$/,
  ],
  'an event that says something else than the log': [
    [
      {
        file: 'src/adapters/http/events/event-text.ts',
        from: '{ ...event.subject }',
        to: '{ ...event.subject, version: 1 }',
      },
    ],
    'content differs',
    /: booking.cancelled /,
  ],
}

async function played(edits: readonly Edit[], story: (stage: Stage) => Promise<void>): Promise<Evidence> {
  await using database = await createTestDatabase()
  await using stage = await openStage(database, edits)
  // Awaited here: what it plays on is there until it has ended.
  return await tell(stage, story)
}

function expectFinding(evidence: Evidence, rule: Rule, words: RegExp): void {
  const findings = judge(evidence)
  assert.ok(
    findings.some((finding) => finding.rule === rule && words.test(finding.text)),
    `No ${rule} like ${words} among ${findings.length}:\n${findings
      .slice(0, 8)
      .map(({ rule, text }) => `${rule}: ${text}`)
      .join('\n')}`,
  )
}

describe('those who come and go', () => {
  it('hear of everything once on an ordinary day, over each transport', async () => {
    const evidence = await played([], ordinaryDay)
    assert.deepEqual(judge(evidence), [])
    for (const transport of ['list', 'stream', 'socket']) {
      const heard = evidence.heard.filter(
        ({ listener }) => evidence.listeners[listener]?.transport === transport,
      )
      assert.ok(heard.length > 30, `${heard.length} by ${transport}`)
    }
  })

  it('hear of what was overtaken by another transaction', async () => {
    const evidence = await played(
      [],
      overtaking(async () => undefined),
    )
    assert.deepEqual(judge(evidence), [])
    assert.equal(evidence.log.length, 2)
    assert.equal(new Set(evidence.heard.map(({ id }) => id)).size, 2)
  })

  it('miss what was overtaken, for certain, where the log is read without its fence', async () => {
    const evidence = await played([WITHOUT_FENCE], (stage) =>
      overtaking(() => until(() => stage.heard.length > 5))(stage),
    )
    expectFinding(evidence, 'missed', /^\d+ admin by \w+: booking.created /)
  })
})

describe('the judge of what was heard', () => {
  for (const [name, [edits, rule, words]] of Object.entries(faults)) {
    it(`finds ${name}`, async () => expectFinding(await played(edits, ordinaryDay), rule, words))
  }
})
