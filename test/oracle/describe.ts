import { formatDate } from '../../src/domain/calendar.ts'
import type { Slot } from '../../src/domain/slots.ts'
import type { Situation } from '../domain/support/arbitraries.ts'
import { minuteText } from '../domain/support/wall.ts'
import type { Case } from './cases.ts'

const INSTANTS = new Set(['start', 'end', 'now', 'createdAt', 'updatedAt'])

/** A situation as JSON: instants and dates as one reads them, wall times in minutes since midnight. */
const situationText = ({ offer: { service, schedule }, range, claims, now }: Situation) =>
  JSON.stringify({ range, now, service, schedule, claims }, (key, value) => {
    if (value instanceof Map) {
      return Object.fromEntries([...value].map(([day, override]) => [formatDate(day), override]))
    }
    const isInstant = INSTANTS.has(key) && typeof value === 'number' && Math.abs(value) > 1_440
    return isInstant ? minuteText(value) : value
  })

const slotTexts = (slots: readonly Slot[]) =>
  slots.map(({ start, end, reason }) => `${minuteText(start)}/${minuteText(end)} ${reason ?? 'available'}`)

const missing = (texts: readonly string[], others: readonly string[]) =>
  texts.filter((text) => !others.includes(text))

const listed = (texts: readonly string[]) => (texts.length === 0 ? 'nothing' : texts.join(', '))

/** All that is needed to see a disagreement, and to see it again. */
export function describeDisagreement(
  { number, anchor, situation }: Case,
  seed: number,
  found: readonly Slot[] | Error,
  expected: readonly Slot[],
): string {
  const expectedTexts = slotTexts(expected)
  const replay = `npm run oracle -- --seed ${seed} --from ${number} --cases 1`
  const head = `Case ${number}, ${anchor.zone} around ${minuteText(anchor.moment)}. Again: ${replay}`
  const tail = [`  expected:  ${listed(expectedTexts)}`, `  situation: ${situationText(situation)}`]
  if (found instanceof Error) return [head, `  engine:    ${found.stack}`, ...tail].join('\n')
  const foundTexts = slotTexts(found)
  return [
    head,
    `  only the engine: ${listed(missing(foundTexts, expectedTexts))}`,
    `  only by hand:    ${listed(missing(expectedTexts, foundTexts))}`,
    `  engine:    ${listed(foundTexts)}`,
    ...tail,
  ].join('\n')
}
