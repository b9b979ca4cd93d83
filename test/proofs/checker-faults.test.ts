import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTestDatabase } from '../support/database.ts'
import type { Rule } from './checker/finding.ts'
import { attack } from './checker/in-process.ts'
import { judge } from './checker/judge.ts'
import { rewrite } from './common/rewrite.ts'

interface Fault {
  readonly prepare: string
  readonly found: readonly (readonly [Rule, RegExp])[]
}

const faults: Readonly<Record<string, Fault>> = {
  'a constraint that has been dropped': {
    prepare: 'alter table claims drop constraint claims_no_overlap',
    found: [
      ['sold twice', /: acknowledged to \S+ and to \S+ at once$/],
      ['sold twice', /: booking\.created of \S+ while \S+ had it$/],
    ],
  },
  'a key that is not kept': {
    prepare: `
      create or replace function close_key(p_user_id uuid, p_key text, p_answer text)
      returns void
      language sql
      as $$
        delete from idempotency_keys where user_id = p_user_id and key = p_key
      $$`,
    found: [
      ['key executed twice', /^\S+ \S+ was answered with 201 \S+, 409 slot-taken/],
      ['key executed twice', /^The answer to \S+ \S+ was not kept$/],
    ],
  },
  'a key that is not looked at': {
    prepare: rewrite('open_key', 'if found then', 'if true then'),
    found: [['key executed twice', /^\S+ \S+ was taken again with another request$/]],
  },
  'a plain insert': {
    prepare: ['book_slot', 'hold_slot', 'move_booking']
      .map((name) => rewrite(name, 'on conflict do nothing', ''))
      .join(''),
    found: [['unexpected answer', /^book \S+: 500 internal-error$/]],
  },
  'an acknowledged booking that is lost': {
    prepare: `
      create function lose_booking() returns trigger language plpgsql as $$
      begin
        delete from bookings where id = new.id and number % 20 = 0;
        return null;
      end
      $$;
      create constraint trigger bookings_lost after insert on bookings
        deferrable initially deferred for each row execute function lose_booking()`,
    found: [
      ['acknowledged but lost', /^Version 1 of booking \S+, told by a book, is nowhere$/],
      ['acknowledged but lost', /^Booking \S+ is in the log and nowhere else$/],
    ],
  },
  'a cancellation that does not free the slot': {
    prepare: rewrite(
      'change_booking',
      'delete from claims\n      where claims.booking_id = p_booking_id;',
      '',
    ),
    found: [['tables contradict', /^A stray claim on \S+: booking \S+ does not stand$/]],
  },
  'a search that is not told of new claims': {
    prepare: 'alter table claims disable trigger claims_noted',
    found: [['answers contradict', /^A search shows \S+ as free while \S+ had it: /]],
  },
  'a change that says nothing in the log': {
    prepare: `create function refuse() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger events_refused before insert on events for each row
        when (new.type = 'booking.rescheduled') execute function refuse()`,
    found: [['tables contradict', /: its events are not those of its history$/]],
  },
}

describe('the checker', () => {
  it('finds nothing where nothing is wrong', async () => {
    await using database = await createTestDatabase()
    const evidence = await attack(database, { seed: 1, attempts: 1_200, clients: 24 })
    assert.deepEqual(judge(evidence), [])
    const answers = new Set(evidence.record.calls.map(({ status, code }) => code ?? status))
    const all = [
      200,
      201,
      204,
      'slot-taken',
      'invalid-transition',
      'version-mismatch',
      'idempotency-key-reused',
    ]
    for (const answer of all) assert.ok(answers.has(answer), `${answer} was not met`)
  })

  for (const [name, { prepare, found }] of Object.entries(faults)) {
    it(`finds ${name}`, async () => {
      await using database = await createTestDatabase()
      const findings = judge(await attack(database, { seed: 1, attempts: 600, clients: 24, prepare }))
      for (const [rule, words] of found) {
        const texts = findings.filter((finding) => finding.rule === rule).map(({ text }) => text)
        assert.ok(
          texts.some((text) => words.test(text)),
          `No ${rule} like ${words} among ${findings.length}:\n${findings
            .slice(0, 8)
            .map(({ rule, text }) => `${rule}: ${text}`)
            .join('\n')}`,
        )
      }
    })
  }
})
