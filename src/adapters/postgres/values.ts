import { z } from 'zod'
import { formatInstant, type Instant } from '../../domain/instant.ts'
import { currencyDigits, type Money } from '../../domain/money.ts'

/** timestamptz: epoch milliseconds out (slonik's own parser), RFC 3339 in. */
export const instantColumn = z.number().transform((value) => value as Instant)

export const timestamp = (instant: Instant) => formatInstant(instant)

/** A branded string or number, taken at the database's word. */
export const branded = <T extends string>() => z.string().transform((value) => value as T)
export const brandedNumber = <T extends number>() => z.number().transform((value) => value as T)

/** A bigint that is known to fit: identities of tables that will not see 2^53 rows. */
export const countColumn = z.bigint().transform(Number)

/** numeric(18, 4) and its currency as money: 75.0000 USD is 7500 cents. Twelve digits are exact in a double. */
export const moneyOf = (amount: number, currency: string): Money => ({
  minorUnits: Math.round(amount * 10 ** (currencyDigits(currency) ?? 2)),
  currency,
})
