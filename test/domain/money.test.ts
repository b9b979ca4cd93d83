import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { currencyDigits, formatAmount, parseMoney } from '../../src/domain/money.ts'

const refused = (amount: string, currency: string) => {
  const outcome = parseMoney(amount, currency)
  return outcome.ok ? undefined : outcome.rejection
}

describe('money', () => {
  it('reads an amount with the digits of its currency', () => {
    assert.deepEqual(parseMoney('75.00', 'USD'), { ok: true, value: { minorUnits: 7500, currency: 'USD' } })
    assert.deepEqual(parseMoney('7500', 'JPY'), { ok: true, value: { minorUnits: 7500, currency: 'JPY' } })
    assert.deepEqual(parseMoney('7.500', 'KWD'), { ok: true, value: { minorUnits: 7500, currency: 'KWD' } })
  })

  it('refuses too few and too many digits, and says how many there must be', () => {
    assert.deepEqual(refused('75.0', 'USD'), { code: 'invalid-amount', amount: '75.0', digits: 2 })
    assert.deepEqual(refused('75.000', 'USD'), { code: 'invalid-amount', amount: '75.000', digits: 2 })
    assert.deepEqual(refused('75', 'USD'), { code: 'invalid-amount', amount: '75', digits: 2 })
    assert.deepEqual(refused('7500.00', 'JPY'), { code: 'invalid-amount', amount: '7500.00', digits: 0 })
    assert.deepEqual(refused('7.50', 'KWD'), { code: 'invalid-amount', amount: '7.50', digits: 3 })
  })

  it('refuses what is not more than nothing', () => {
    for (const amount of ['0.00', '-1.00', '-0.01'])
      assert.equal(refused(amount, 'USD')?.code, 'invalid-amount')
    assert.equal(refused('0', 'JPY')?.code, 'invalid-amount')
  })

  it('refuses what is not a plain decimal', () => {
    for (const amount of [
      '',
      ' 75.00',
      '75,00',
      '+75.00',
      '1e3',
      '.50',
      '1,000.00',
      '0x10',
      'NaN',
      '75.00\n',
      '７5.00',
    ]) {
      assert.equal(refused(amount, 'USD')?.code, 'invalid-amount', amount)
    }
  })

  it('ends at ten digits before the point', () => {
    assert.deepEqual(parseMoney('9999999999.99', 'USD'), {
      ok: true,
      value: { minorUnits: 999_999_999_999, currency: 'USD' },
    })
    assert.equal(refused('10000000000.00', 'USD')?.code, 'invalid-amount')
    assert.equal(refused('9'.repeat(400), 'JPY')?.code, 'invalid-amount')
  })

  it('refuses a currency that does not exist or is spelled otherwise', () => {
    for (const currency of ['XYZ', 'usd', 'US', '', 'USDT', '__proto__']) {
      assert.deepEqual(refused('75.00', currency), { code: 'unknown-currency', currency })
    }
  })

  it('knows as many digits as ISO 4217 gives, whatever is usual in shops', () => {
    const digits = { EUR: 2, GBP: 2, CHF: 2, JPY: 0, KRW: 0, ISK: 0, UGX: 0, KWD: 3, BHD: 3, TND: 3 }
    for (const [currency, expected] of Object.entries(digits)) {
      assert.equal(currencyDigits(currency), expected, currency)
    }
    for (const currency of ['HUF', 'IDR', 'COP', 'PKR', 'ALL', 'TWD', 'CZK', 'INR']) {
      assert.equal(currencyDigits(currency), 2, currency)
    }
    assert.equal(currencyDigits('IQD'), 3)
  })

  it('writes small amounts with their leading zeros', () => {
    assert.equal(formatAmount({ minorUnits: 5, currency: 'USD' }), '0.05')
    assert.equal(formatAmount({ minorUnits: 5, currency: 'JPY' }), '5')
    assert.equal(formatAmount({ minorUnits: 5, currency: 'KWD' }), '0.005')
  })

  it('reads back what it writes', () => {
    const currencies = fc.constantFrom(...Intl.supportedValuesOf('currency'))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999 }), currencies, (minorUnits, currency) => {
        const money = { minorUnits, currency }
        const outcome = parseMoney(formatAmount(money), currency)
        assert.deepEqual(outcome, { ok: true, value: money })
      }),
    )
  })
})
