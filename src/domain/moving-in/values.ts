import { parseDate, type WallMinutes } from '../calendar.ts'
import { type Instant, MINUTE, parseInstant } from '../instant.ts'
import { currencyDigits, type Money, parseMoney } from '../money.ts'
import { instantOf, type Zone } from '../zone.ts'
import { hinder } from './obstacle.ts'

/** A row of another system: each value as PostgreSQL writes it in ISO style and UTC. */
export type OldRow<Field extends string> = Readonly<Record<Field, string | null>>

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What has to be there. Blanks around it are nobody's meaning. */
export function text(value: string | null, field: string, most: number): string {
  const trimmed = value?.trim() ?? ''
  if (trimmed === '') hinder('missing-value', field)
  return fitting(trimmed, field, most)
}

/** What may be left out; nothing but blanks is left out. */
export function optionalText(value: string | null, field: string, most: number): string | null {
  const trimmed = value?.trim() ?? ''
  return trimmed === '' ? null : fitting(trimmed, field, most)
}

/** PostgreSQL counts characters, not the code units that JavaScript writes them with. */
function fitting(value: string, field: string, most: number): string {
  if (value.length > most && [...value].length > most) hinder('text-too-long', field)
  return value
}

export function uuid(value: string | null, field: string): string {
  const lower = value?.toLowerCase() ?? ''
  return UUID.test(lower) ? lower : hinder('invalid-value', field)
}

/** A link to another row; nothing at all links to nobody. */
export const link = (value: string | null, field: string): string => value ?? hinder('orphan', field)

const EMAIL = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}.]+(\.[^\s@\p{Cc}.]+)+$/u
const MOST_OF_EMAIL = 254

export function email(value: string | null, field: string): string {
  const trimmed = value?.trim() ?? ''
  return trimmed.length <= MOST_OF_EMAIL && EMAIL.test(trimmed) ? trimmed : hinder('invalid-email', field)
}

/** `t` and `true` are PostgreSQL's own; nothing at all is what it is when nobody says. */
export const flag = (value: string | null, otherwise: boolean): boolean =>
  value === null ? otherwise : value === 't' || value === 'true'

/** `75`, `75.00` and `75.0000` are all 75 dollars; a fraction of a cent is none. */
export function money(value: string | null, currency: string, field: string): Money {
  const digits = currencyDigits(currency)
  if (digits === undefined) return hinder('unknown-currency', 'currency')
  const match = /^(-?)(\d+)(?:\.(\d*?)0*)?$/.exec(value ?? '')
  if (!match) return hinder(value === null ? 'missing-value' : 'invalid-price', field)
  const [, sign, whole = '', fraction = ''] = match
  if (sign === '-' || /^0*$/.test(whole + fraction)) return hinder('price-not-positive', field)
  if (fraction.length > digits) return hinder('invalid-price', field)
  const written = digits === 0 ? whole : `${whole}.${fraction.padEnd(digits, '0')}`
  const parsed = parseMoney(written.replace(/^0+(?=\d)/, ''), currency)
  return parsed.ok ? parsed.value : hinder('invalid-price', field)
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(\+00)?$/

/** A time with its offset, or on the wall clock of `zone`; finer than a millisecond is cut off. */
export function instant(value: string | null, zone: Zone | null, field: string): Instant {
  if (value === null) return hinder('missing-value', field)
  const match = TIMESTAMP.exec(value)
  if (!match) return hinder('invalid-time', field)
  const [, date = '', time = '', fraction = '', offset] = match
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3)
  if (offset) return parseInstant(`${date}T${time}.${milliseconds}Z`) ?? hinder('invalid-time', field)
  if (zone === null) return hinder('unknown-time-zone', field)
  return (wallInstant(date, time.slice(0, 5), zone, field) +
    Number(time.slice(6)) * 1000 +
    Number(milliseconds)) as Instant
}

/** A date and a time of day on a wall clock. */
export function wallInstant(date: string | null, time: string | null, zone: Zone, field: string): Instant {
  const day = parseDate(date ?? '')
  return day === undefined ? hinder('invalid-time', field) : instantOf(zone, day, wallTime(time, field))
}

/** `09:00` and `09:00:00`, up to `24:00`; no seconds beside those. */
export function wallTime(value: string | null, field: string): WallMinutes {
  const match = /^(\d\d):(\d\d)(?::00(?:\.0+)?)?$/.exec(value ?? '')
  const minutes = match ? Number(match[1]) * 60 + Number(match[2]) : Number.NaN
  return minutes <= 1440 && Number(match?.[2]) < 60 ? (minutes as WallMinutes) : hinder('invalid-time', field)
}

const LONGEST_MINUTES = 1440

/** A whole number of minutes. */
export function minutes(value: string | null, field: string, least = 1): number {
  const found = /^\d{1,6}(\.0*)?$/.test(value ?? '') ? Number(value) : Number.NaN
  return found >= least && found <= LONGEST_MINUTES ? found : hinder('invalid-duration', field)
}

/** How long it is from one instant to another. */
export function elapsedMinutes(start: Instant, end: Instant, field: string): number {
  if (end <= start) return hinder('end-before-start', field)
  return minutes(String((end - start) / MINUTE), field)
}
