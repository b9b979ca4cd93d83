import { ok, type Result, reject } from './result.ts'

/** An amount in the smallest unit of its currency: 7500 USD cents, 7500 JPY yen. */
export interface Money {
  readonly minorUnits: number
  readonly currency: string
}

export type MoneyRejection =
  | { readonly code: 'unknown-currency'; readonly currency: string }
  | { readonly code: 'invalid-amount'; readonly amount: string; readonly digits: number }

/** The largest amount there is, in minor units: ten digits before the point of a currency with two. */
const MOST_MINOR_UNITS = 999_999_999_999

/**
 * Currencies whose minor unit is not a hundredth, as ISO 4217 (list one) has it. Intl knows which currencies there
 * are, but rounds some to what is usual in shops.
 */
const UNUSUAL_DIGITS: Readonly<Record<string, number>> = {
  ...allWith(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...allWith(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...allWith(4, 'CLF UYW'),
}

// Some that ISO 4217 has for funds and units of account are missing in Intl.
const currencies = new Set([...Intl.supportedValuesOf('currency'), ...Object.keys(UNUSUAL_DIGITS)])

/** The number of decimal digits of an ISO 4217 currency, or undefined when there is no such currency. */
export const currencyDigits = (currency: string): number | undefined =>
  currencies.has(currency) ? (UNUSUAL_DIGITS[currency] ?? 2) : undefined

function allWith(digits: number, codes: string): Record<string, number> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, digits]))
}

/** Reads a positive decimal string with the currency's own number of digits: `75.00` USD, `7500` JPY. */
export function parseMoney(amount: string, currency: string): Result<Money, MoneyRejection> {
  const digits = currencyDigits(currency)
  if (digits === undefined) return reject({ code: 'unknown-currency', currency })
  const pattern = digits === 0 ? /^\d{1,12}$/ : new RegExp(`^\\d{1,12}\\.\\d{${digits}}$`)
  const minorUnits = pattern.test(amount) ? Number(amount.replace('.', '')) : Number.NaN
  if (!(minorUnits > 0 && minorUnits <= MOST_MINOR_UNITS)) {
    return reject({ code: 'invalid-amount', amount, digits })
  }
  return ok({ minorUnits, currency })
}

/** The decimal string of an amount, with the currency's own number of digits. */
export function formatAmount({ minorUnits, currency }: Money): string {
  const digits = currencyDigits(currency) ?? 2
  if (digits === 0) return String(minorUnits)
  const text = String(minorUnits).padStart(digits + 1, '0')
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`
}
