import type { BenchOptions } from './bench.ts'
import { loadAverage } from './machine.ts'
import { percent, whole } from './markdown.ts'
import { type Spread, spreadOf } from './statistics.ts'

/** One measurement of one contestant. */
export interface Measured {
  readonly perSecond: number
  /** Answers that were the one expected. */
  readonly answered: number
  /** Answers that were not, and connections that broke. */
  readonly failed: number
  readonly loadAverage: number
}

/** Measures for some seconds. @throws InvalidRun when an answer was not what it should be */
export type Measure = (seconds: number) => Promise<Omit<Measured, 'loadAverage'>>

export interface Comparison<Name extends string = string> {
  readonly perSecond: Readonly<Record<Name, Spread>>
  readonly rounds: readonly Readonly<Record<Name, Measured>>[]
}

export interface Ratio {
  readonly ofMedians: number
  readonly perRound: Spread
}

/** The rate of one contestant by that of another, of the medians and of the two within each round. */
export const ratioOf = <Name extends string>(
  { perSecond, rounds }: Comparison<Name>,
  one: NoInfer<Name>,
  other: NoInfer<Name>,
): Ratio => ({
  ofMedians: perSecond[one].median / perSecond[other].median,
  perRound: spreadOf(rounds.map((round) => round[one].perSecond / round[other].perSecond)),
})

/** Measures one contestant after the other, once. */
export async function measureEach<Name extends string>(
  contestants: Readonly<Record<Name, Measure>>,
  seconds: number,
  step: (name: string) => void,
): Promise<Record<Name, Measured>> {
  const measured: Partial<Record<Name, Measured>> = {}
  for (const [name, measure] of Object.entries<Measure>(contestants) as [Name, Measure][]) {
    step(name)
    measured[name] = { ...(await measure(seconds)), loadAverage: loadAverage() }
  }
  return measured as Record<Name, Measured>
}

/** Measures all contestants in alternation, as many rounds as are asked for. */
export async function compare<Name extends string>(
  { rounds, seconds, progress }: BenchOptions,
  title: string,
  contestants: Readonly<Record<Name, Measure>>,
): Promise<Comparison<Name>> {
  const names = Object.keys(contestants) as Name[]
  const measured: Record<Name, Measured>[] = []
  for (let number = 1; number <= rounds; number++) {
    const place = `${title}, round ${number} of ${rounds}`
    const round = await measureEach(contestants, seconds, (name) => progress.step(`${place}: ${name}`))
    const rates = names.map((name) => `${name} ${whole(round[name].perSecond)}`)
    progress.line(`${place}: ${rates.join(', ')} a second; load average ${loadAverage()}`)
    measured.push(round)
  }
  const spreads = names.map((name) => [name, spreadOf(measured.map((round) => round[name].perSecond))])
  return { perSecond: Object.fromEntries(spreads) as Record<Name, Spread>, rounds: measured }
}

/** A ratio in one line. */
export const ratioText = ({ ofMedians, perRound }: Ratio): string =>
  `${percent(ofMedians)} (${percent(perRound.min)} to ${percent(perRound.max)} in a round)`
