import { transitionsBetween } from '../domain/support/transitions.ts'

/** A moment of a zone around which a case plays. */
export interface Anchor {
  readonly zone: string
  /** Where the clocks change, or the first day of a month of some year without regard to any change. */
  readonly moment: number
  /** The place of the change among all of them, or null where the moment is no change. */
  readonly transition: number | null
}

const FIRST_YEAR = 2020
const LAST_YEAR = 2037

/** Every zone that this Node knows; Intl does not list the one without a place. */
export const ZONES: readonly string[] = [...Intl.supportedValuesOf('timeZone'), 'UTC']

/** The last dates that a zone left out, in 2011: Samoa and Tokelau crossed the date line. */
const SKIPPED_DATES = ['Pacific/Apia', 'Pacific/Fakaofo'].map((zone) => ({
  zone,
  moment: Date.UTC(2011, 11, 30, 10),
  transition: null,
}))

function anchorsOf(zone: string, transitionsBefore: number): Anchor[] {
  const changes = transitionsBetween(zone, `${FIRST_YEAR}-01-01T00:00Z`, `${LAST_YEAR + 1}-01-01T00:00Z`)
  const years = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, index) => FIRST_YEAR + index)
  return [
    ...changes.map((moment, index) => ({ zone, moment, transition: transitionsBefore + index })),
    ...years.map((year) => ({ zone, moment: Date.UTC(year, (year * 5) % 12, 1, 12), transition: null })),
  ]
}

/**
 * Every change of the clocks from 2020 to 2037 in every zone, one moment of each of those years in every zone
 * besides, and the skipped dates.
 */
function allAnchors(): { anchors: readonly Anchor[]; transitions: number } {
  const anchors: Anchor[] = []
  let transitions = 0
  for (const zone of ZONES) {
    const found = anchorsOf(zone, transitions)
    transitions += found.filter(({ transition }) => transition !== null).length
    anchors.push(...found)
  }
  return { anchors: [...anchors, ...SKIPPED_DATES], transitions }
}

export const { anchors: ANCHORS, transitions: TRANSITIONS } = allAnchors()

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b)

/** About the golden section of their number and without a common divisor: any run of cases is spread over them all. */
function strideOver(length: number): number {
  let stride = Math.max(1, Math.round(length * 0.618))
  while (greatestCommonDivisor(length, stride) !== 1) stride++
  return stride
}

const STRIDE = strideOver(ANCHORS.length)

/** Goes through all anchors, round after round. */
export function anchorOf(caseNumber: number): Anchor {
  const anchor = ANCHORS[((caseNumber % ANCHORS.length) * STRIDE) % ANCHORS.length]
  if (anchor === undefined) throw new RangeError(`No case ${caseNumber}`)
  return anchor
}

/** How often all anchors have been gone through before this case. */
export const roundOf = (caseNumber: number) => Math.floor(caseNumber / ANCHORS.length)
