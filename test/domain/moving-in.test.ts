import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserId } from '../../src/domain/ids.ts'
import { formatInstant } from '../../src/domain/instant.ts'
import { judging } from '../../src/domain/moving-in/obstacle.ts'
import { type GymPerson, gymPerson, keptNumber } from '../../src/domain/moving-in/person.ts'
import { instant, money, optionalText, wallTime } from '../../src/domain/moving-in/values.ts'
import { type GymHour, readAvailability, weekOfTrainer } from '../../src/domain/moving-in/week.ts'
import { zoneOf } from '../../src/domain/zone.ts'
import { accepted, at, newId, rejectionOf } from '../support/fixtures.ts'

const NEW_YORK = zoneOf('America/New_York')

test('a price is read with any number of zeros, and never rounded', () => {
  const read = (value: string | null, currency = 'USD') => judging(() => money(value, currency, 'price'))
  for (const [value, currency, minorUnits] of [
    ['75', 'USD', 7_500],
    ['75.0000', 'USD', 7_500],
    ['0.01', 'USD', 1],
    ['0075.5', 'USD', 7_550],
    ['1000.00', 'JPY', 1_000],
    ['1.005', 'KWD', 1_005],
    ['9999999999.99', 'USD', 999_999_999_999],
  ] as const) {
    assert.deepEqual(accepted(read(value, currency)), { minorUnits, currency })
  }
  for (const [value, code] of [
    ['0', 'price-not-positive'],
    ['0.00', 'price-not-positive'],
    ['-3', 'price-not-positive'],
    ['0.001', 'invalid-price'],
    ['10000000000.00', 'invalid-price'],
    ['1e+20', 'invalid-price'],
    ['NaN', 'invalid-price'],
    [null, 'missing-value'],
  ] as const) {
    assert.deepEqual(rejectionOf(read(value)), { code, field: 'price' })
  }
  assert.equal(rejectionOf(read('1', 'XXQ')).code, 'unknown-currency')
})

test('a time is an instant with its offset, and on the wall clock without', () => {
  const read = (value: string | null, zone: typeof NEW_YORK | null = NEW_YORK) =>
    judging(() => instant(value, zone, 'start'))
  assert.equal(accepted(read('2026-03-08 07:00:00+00')), at('2026-03-08T07:00:00Z'))
  assert.equal(accepted(read('2026-07-01 09:30:15.123456')), at('2026-07-01T13:30:15.123Z'))
  // The clocks go forward at two: half past two is half past three.
  assert.equal(formatInstant(accepted(read('2026-03-08 02:30:00'))), '2026-03-08T07:30:00Z')
  for (const wrong of [
    'infinity',
    '0044-03-15 10:00:00+00 BC',
    '9999-12-31 00:00:00+00',
    '',
    '2026-02-30 10:00:00',
  ]) {
    assert.equal(rejectionOf(read(wrong)).code, 'invalid-time', wrong)
  }
  assert.equal(rejectionOf(read('2026-07-01 09:30:00', null)).code, 'unknown-time-zone')
  assert.equal(rejectionOf(read(null)).code, 'missing-value')
  for (const wrong of ['24:01', '9:00', '09:60', '09:00:30', 'noon', null]) {
    assert.equal(rejectionOf(judging(() => wallTime(wrong, 'time'))).code, 'invalid-time')
  }
})

test('text is counted as PostgreSQL counts it, and blanks are no text', () => {
  const read = (value: string) => judging(() => optionalText(value, 'notes', 3))
  assert.equal(accepted(read(' \n ')), null)
  assert.equal(accepted(read('👩👩👩')), '👩👩👩')
  assert.equal(rejectionOf(read('👩👩👩👩')).code, 'text-too-long')
})

const PERSON: GymPerson = {
  ...{ id: 'member/7', number: '7', alias: null, is_trainer: 'false', email: ' mia@gym.example ' },
  ...{ password_hash: null, role: 'member', name: 'Mia de Vries', first_name: null, last_name: null },
  ...{ phone_number: null, time_zone: null, is_active: null, created_at: '2040-01-01 00:00:00' },
}
const around = { zone: NEW_YORK, currency: 'EUR', now: at('2026-01-01T00:00:00Z') }
const judge = (changes: Partial<GymPerson>) => gymPerson({ ...PERSON, ...changes }, newId() as UserId, around)

test('a person was made before now, is called by what there is of a name, and lives where it says or where all do', () => {
  const { account, number } = accepted(judge({})).arrival
  assert.equal(account.user.createdAt, around.now)
  assert.equal(account.user.email, 'mia@gym.example')
  assert.deepEqual([account.profile.firstName, account.profile.lastName], ['Mia', 'de Vries'])
  assert.deepEqual([account.profile.timeZone, number], ['America/New_York', 7])
  assert.equal(accepted(judge({ name: 'Ben' })).arrival.account.profile.lastName, 'Ben')
  assert.deepEqual(rejectionOf(judge({ name: ' ' })), { code: 'missing-value', field: 'name' })
  assert.deepEqual(rejectionOf(judge({ first_name: 'Mia' })), { code: 'missing-value', field: 'last_name' })
  assert.equal(rejectionOf(judge({ time_zone: 'Mars/Olympus' })).code, 'unknown-time-zone')
})

test('a hash comes along where it can be verified in a moment, and nothing else that stands for a password', () => {
  const bcrypt = (cost: string) => `$2b$${cost}$${'a'.repeat(53)}`
  const argon2 = (memory: number) => `$argon2id$v=19$m=${memory},t=2,p=1$c29tZXNhbHQ$aGFzaA`
  const kept = (hash: string) => accepted(judge({ password_hash: hash }))
  for (const hash of [bcrypt('04'), bcrypt('14'), bcrypt('10').replace('$2b', '$2a'), argon2(19_456)]) {
    assert.deepEqual([kept(hash).arrival.passwordHash, kept(hash).remarks], [hash, []])
  }
  for (const hash of [bcrypt('15'), bcrypt('31'), bcrypt('03'), argon2(4_000_000), 'hunter2', '$1$md5']) {
    assert.deepEqual([kept(hash).arrival.passwordHash, kept(hash).remarks], [null, ['password-not-kept']])
  }
})

test('a number is kept where enough are left after it', () => {
  assert.deepEqual(['1', '1000000000', '1000000001', '0', '-1', '1.5', '99999999999', null].map(keptNumber), [
    1,
    1_000_000_000,
    null,
    null,
    null,
    null,
    null,
    null,
  ])
})

test('hours of half an hour are half an hour long, and the last of a day ends with it', () => {
  const hour = (time_slot: string, status: string | null = 'available'): GymHour => ({
    ...{ day_of_week: '6', is_available: 'true' },
    ...{ time_slot, status },
  })
  const { week } = weekOfTrainer([hour('09:30:00'), hour('09:00:00'), hour('23:30:00', null)], 'UTC')
  assert.deepEqual(week?.weeklyHours.saturday, [
    { start: 540, end: 600 },
    { start: 1410, end: 1440 },
  ])
  assert.equal(weekOfTrainer([hour('09:00:00', 'unavailable')], 'UTC').week, null)
})

test('availability that is not one is refused, and none at all narrows nothing', () => {
  for (const none of [null, 'null', '{}', '{"monday": []}', '{"monday": null}']) {
    assert.equal(accepted(readAvailability(none)), null)
  }
  for (const wrong of [
    '[]',
    '7',
    '{"monday": 5}',
    '{"moonday": []}',
    '{"monday": [{"start": "09:00"}]}',
    '{"monday": [null]}',
    '{"monday": [{"start": "10:00", "end": "10:00"}]}',
    '{"monday": [{"start": "9", "end": "10"}]}',
  ]) {
    assert.match(rejectionOf(readAvailability(wrong)).code, /^invalid-(hours|time)$/, wrong)
  }
})
