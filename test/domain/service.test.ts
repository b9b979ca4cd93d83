import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { changeService, retireService, type ServiceDraft, serviceTerms } from '../../src/domain/service.ts'
import { service } from './support/builders.ts'
import { at, hours, week, weekDraft } from './support/wall.ts'

const NOW = at('2026-05-01T12:00:00Z')

const draft = (overrides: Partial<ServiceDraft> = {}): ServiceDraft => ({
  title: 'Haircut',
  category: 'beauty',
  price: { amount: '75.00', currency: 'USD' },
  durationMinutes: 45,
  ...overrides,
})

const termsOf = (overrides: Partial<ServiceDraft> = {}) => {
  const outcome = serviceTerms(draft(overrides))
  assert.ok(outcome.ok)
  return outcome.value
}

const changed = (change: Parameters<typeof changeService>[1], before = service()) => {
  const outcome = changeService(before, change, NOW)
  assert.ok(outcome.ok)
  return outcome.value
}

describe('a new service', () => {
  it('needs no more than title, category, price and duration', () => {
    assert.deepEqual(termsOf(), {
      title: 'Haircut',
      description: '',
      category: 'beauty',
      price: { minorUnits: 7500, currency: 'USD' },
      durationMinutes: 45,
      slotIntervalMinutes: 45,
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 0,
      minNoticeMinutes: 0,
      maxHorizonDays: 365,
      dailyLimit: null,
      requiresConfirmation: false,
      cancellationWindowMinutes: 0,
      reminderMinutes: [10],
      weeklyHours: null,
      images: [],
      isActive: true,
    })
  })

  it('keeps every rule it is given', () => {
    const rules = {
      slotIntervalMinutes: 15,
      bufferBeforeMinutes: 5,
      bufferAfterMinutes: 10,
      minNoticeMinutes: 120,
      maxHorizonDays: 30,
      dailyLimit: 4,
      requiresConfirmation: true,
      cancellationWindowMinutes: 1440,
      isActive: false,
    }
    assert.deepEqual({ ...termsOf(rules), ...rules }, termsOf(rules))
  })

  it('reminds once where an offset is named twice, and never where none is named', () => {
    assert.deepEqual(termsOf({ reminderMinutes: [60, 10, 60] }).reminderMinutes, [60, 10])
    assert.deepEqual(termsOf({ reminderMinutes: [] }).reminderMinutes, [])
  })

  it('puts its own weekly hours in order', () => {
    const { weeklyHours } = termsOf({ weeklyHours: weekDraft({ monday: ['13:00-17:00', '09:00-12:00'] }) })
    assert.deepEqual(weeklyHours?.monday, [hours('09:00-12:00'), hours('13:00-17:00')])
    assert.deepEqual(weeklyHours?.tuesday, [])
  })

  it('is refused with all that is wrong at once', () => {
    const outcome = serviceTerms(
      draft({
        price: { amount: '75', currency: 'USD' },
        weeklyHours: weekDraft({ monday: ['09:00-12:00', '11:00-13:00'] }),
      }),
    )
    assert.deepEqual(
      !outcome.ok && outcome.rejection.violations.map(({ path, code }) => [path.join('.'), code]),
      [
        ['price.amount', 'invalid-amount'],
        ['weeklyHours.monday.1', 'overlapping-interval'],
      ],
    )
  })

  it('is refused with a currency that does not exist', () => {
    const outcome = serviceTerms(draft({ price: { amount: '75.00', currency: 'XYZ' } }))
    assert.deepEqual(!outcome.ok && outcome.rejection.violations[0]?.path, ['price', 'currency'])
  })
})

describe('a change of a service', () => {
  it('makes the next version and leaves what it does not name', () => {
    const before = service({ dailyLimit: 3 })
    assert.deepEqual(changed({ title: 'Long haircut', durationMinutes: 90 }, before), {
      ...before,
      title: 'Long haircut',
      durationMinutes: 90,
      version: 2,
      updatedAt: NOW,
    })
  })

  it('reads undefined as not named, and null and nothing as what they say', () => {
    const before = service({ dailyLimit: 3, weeklyHours: week({ monday: ['09:00-12:00'] }), images: ['a'] })
    const renamed = changed(
      { title: 'Cut', dailyLimit: undefined, weeklyHours: undefined, price: undefined },
      before,
    )
    assert.deepEqual(renamed, { ...before, title: 'Cut', version: 2, updatedAt: NOW })
    const emptied = changed({ dailyLimit: null, weeklyHours: null, images: [], minNoticeMinutes: 0 }, before)
    assert.equal(emptied.dailyLimit, null)
    assert.equal(emptied.weeklyHours, null)
    assert.deepEqual(emptied.images, [])
  })

  it('makes no version when nothing is named', () => {
    const before = service()
    assert.equal(changed({}, before), before)
    assert.equal(changed({ title: undefined }, before), before)
  })

  it('takes a new price and new hours', () => {
    const after = changed({
      price: { amount: '8000', currency: 'JPY' },
      weeklyHours: weekDraft({ friday: ['09:00-10:00'] }),
    })
    assert.deepEqual(after.price, { minorUnits: 8000, currency: 'JPY' })
    assert.deepEqual(after.weeklyHours, week({ friday: ['09:00-10:00'] }))
  })

  it('reminds once where an offset is named twice, as a new service does', () => {
    assert.deepEqual(changed({ reminderMinutes: [60, 10, 60] }).reminderMinutes, [60, 10])
  })

  it('is refused with all that is wrong at once, and changes nothing', () => {
    const outcome = changeService(
      service(),
      { price: { amount: '0.00', currency: 'USD' }, weeklyHours: weekDraft({ monday: ['09:00-09:00'] }) },
      NOW,
    )
    assert.deepEqual(!outcome.ok && outcome.rejection.violations.map(({ code }) => code).sort(), [
      'empty-interval',
      'invalid-amount',
    ])
  })
})

describe('retiring a service', () => {
  it('makes the next version, once however often it is done', () => {
    const retired = retireService(service(), NOW)
    assert.deepEqual([retired.isActive, retired.version, retired.updatedAt], [false, 2, NOW])
    assert.equal(retireService(retired, at('2026-05-02T12:00:00Z')), retired)
  })

  it('is undone by a change that says so', () => {
    const back = changed({ isActive: true }, retireService(service(), NOW))
    assert.deepEqual([back.isActive, back.version], [true, 3])
  })
})
