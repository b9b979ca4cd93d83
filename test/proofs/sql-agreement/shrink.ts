import { WEEKDAYS } from '../../../src/domain/calendar.ts'
import { byWeekday } from '../../../src/domain/weekly-hours.ts'
import { service } from '../../domain/support/builders.ts'
import { linesOf } from './answers.ts'
import type { Case } from './cases.ts'
import type { Disagreement, Stage } from './stage.ts'

type Lists = 'times' | 'places' | 'expired' | 'otherServices'

/** A case with one of its lists shorter. */
function shorter(one: Case): Case[] {
  const { situation } = one
  const { offer } = situation
  const { schedule } = offer
  const withSchedule = (part: Partial<typeof schedule>): Case => ({
    ...one,
    situation: { ...situation, offer: { ...offer, schedule: { ...schedule, ...part } } },
  })
  const lists: Lists[] = ['times', 'places', 'expired', 'otherServices']
  return [
    ...lists.flatMap((name) => less<unknown>(one[name]).map((rest) => ({ ...one, [name]: rest }) as Case)),
    ...less(situation.claims).map((claims) => ({ ...one, situation: { ...situation, claims } })),
    ...less(schedule.timeOff).map((timeOff) => withSchedule({ timeOff })),
    ...less([...schedule.overrides]).map((overrides) => withSchedule({ overrides: new Map(overrides) })),
    ...WEEKDAYS.flatMap((day) => [
      ...less(schedule.weeklyHours[day]).map((rest) =>
        withSchedule({ weeklyHours: byWeekday({ ...schedule.weeklyHours, [day]: rest }) }),
      ),
      ...less(schedule.breaks[day]).map((rest) =>
        withSchedule({ breaks: byWeekday({ ...schedule.breaks, [day]: rest }) }),
      ),
    ]),
  ]
}

/** None of them at all, and one less. */
const less = <T>(list: readonly T[]): T[][] => [
  ...(list.length > 1 ? [[]] : []),
  ...list.map((_, index) => list.toSpliced(index, 1)),
]

/** The service with one of its terms as they are when nothing was said, one after the other. */
function plainer(one: Case): Case[] {
  const { situation } = one
  const { offer } = situation
  const plain = service()
  const terms = [
    'bufferBeforeMinutes',
    'bufferAfterMinutes',
    'minNoticeMinutes',
    'maxHorizonDays',
    'dailyLimit',
    'weeklyHours',
  ] as const
  return terms
    .filter((term) => offer.service[term] !== plain[term])
    .map((term) => ({
      ...one,
      situation: { ...situation, offer: { ...offer, service: { ...offer.service, [term]: plain[term] } } },
    }))
}

/** So many are tried at a time. */
const BATCH = 8

/** The same disagreement in as small a case as leaving out one thing after the other comes to. */
export async function smallestOf(stage: Stage, first: Disagreement): Promise<Disagreement> {
  let smallest = first
  for (;;) {
    const smaller = await firstOf(stage, [...shorter(smallest.case), ...plainer(smallest.case)], smallest)
    if (!smaller) return smallest
    smallest = smaller
  }
}

/** The first of the cases that disagrees in the same manner: with an answer, or with none. */
async function firstOf(
  stage: Stage,
  cases: readonly Case[],
  { found }: Disagreement,
): Promise<Disagreement | undefined> {
  for (let place = 0; place < cases.length; place += BATCH) {
    const { disagreements } = await stage.compare(cases.slice(place, place + BATCH))
    const alike = disagreements.find((other) => other.found instanceof Error === found instanceof Error)
    if (alike) return alike
  }
  return undefined
}

const missing = (lines: readonly string[], others: readonly string[]) => {
  const only = lines.filter((line) => !others.includes(line))
  return only.length === 0 ? 'nothing' : only.join(', ')
}

/** What is needed to see it, and to see it again. */
export function describeDisagreement({ case: one, expected, found }: Disagreement, seed: number): string {
  const { offer } = one.situation
  const wanted = linesOf(expected)
  const said =
    found instanceof Error
      ? [`  the database: ${found.message}`]
      : [
          `  only the program:  ${missing(wanted, linesOf(found))}`,
          `  only the database: ${missing(linesOf(found), wanted)}`,
        ]
  return [
    `Case ${one.number}, ${offer.schedule.timeZone}. Again: npm run sql-agreement -- --seed ${seed} --from ${one.number} --cases 1`,
    ...said,
    `  ${caseText(one)}`,
  ].join('\n')
}

const caseText = (one: Case): string =>
  JSON.stringify(one, (_key, value) => (value instanceof Map ? Object.fromEntries(value) : value))
