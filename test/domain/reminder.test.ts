import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { remindersFor } from '../../src/domain/reminder.ts'
import { at } from './support/wall.ts'

const START = at('2026-06-01T09:00:00Z')

describe('reminders', () => {
  it('are due so many minutes before the start', () => {
    assert.deepEqual(remindersFor(START, [10, 1440], at('2026-05-01T00:00:00Z')), [
      { minutesBefore: 10, dueAt: at('2026-06-01T08:50:00Z') },
      { minutesBefore: 1440, dueAt: at('2026-05-31T09:00:00Z') },
    ])
  })

  it('are elapsed minutes: a day before a Sunday on which clocks change is another wall time', () => {
    assert.equal(
      remindersFor(at('2026-03-08T13:00:00Z'), [1440], at('2026-03-01T00:00:00Z'))[0]?.dueAt,
      at('2026-03-07T13:00:00Z'),
    )
  })

  it('leave out those whose time has come when the booking is made', () => {
    const dueAt = at('2026-06-01T08:50:00Z')
    assert.deepEqual(remindersFor(START, [60, 10], dueAt), [])
    assert.equal(remindersFor(START, [60, 10], at('2026-06-01T08:49:59.999Z')).length, 1)
  })

  it('are none for a service that wants none', () => {
    assert.deepEqual(remindersFor(START, [], at('2026-05-01T00:00:00Z')), [])
  })
})
