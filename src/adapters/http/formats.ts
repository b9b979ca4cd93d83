import Format from 'typebox/format'
import { parseDate, parseWallTime } from '../../domain/calendar.ts'
import { parseInstant } from '../../domain/instant.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
// One @, something on both sides, a dot in the domain, no white space or control characters: mail will tell the rest.
const EMAIL = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}.]+(\.[^\s@\p{Cc}.]+)+$/u

export const isUuid = (text: string) => UUID.test(text)

/** The formats of the contract, judged by the same functions that read them afterwards. */
export function registerFormats(): void {
  Format.Set('date-time', (text) => parseInstant(text) !== undefined)
  Format.Set('date', (text) => parseDate(text) !== undefined)
  Format.Set('instant-or-date', (text) => parseInstant(text) !== undefined || parseDate(text) !== undefined)
  Format.Set('wall-time', (text) => parseWallTime(text) !== undefined)
  Format.Set('uuid', isUuid)
  Format.Set('email', (text) => text.length <= 254 && EMAIL.test(text))
}
