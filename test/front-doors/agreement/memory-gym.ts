import { useCasesOf } from '../../../src/infrastructure/use-cases.ts'
import { type EveryUseCase, type MemoryApp, openMemoryApp } from '../support/memory-app.ts'
import { compareCase } from './compare.ts'
import { drawCase, type GymCase } from './gym-case.ts'

export type Doctor = (useCases: EveryUseCase) => Partial<EveryUseCase>

/** A server over memory that is set to one case after the other. */
export interface MemoryGym extends AsyncDisposable {
  /**
   * Compares a case; everything that disagreed, and what was met.
   *
   * @param doctor replaces use cases, for a fault that has to be found
   */
  compare(seed: number, number: number, doctor?: Doctor): ReturnType<typeof compareCase>
}

const useCasesIn = ({ stage }: GymCase): EveryUseCase =>
  // What the routes that are asked here need is there; the others are not asked.
  useCasesOf({ ...stage, issueToken: unasked } as never, { booked: () => undefined } as never)

const unasked = () => {
  throw new Error('This is not asked here')
}

export async function openMemoryGym(): Promise<MemoryGym> {
  let current = useCasesIn(await drawCase(0, 0))
  type Called = (...asked: unknown[]) => unknown
  const names = Object.keys(current) as (keyof EveryUseCase)[]
  const useCases = Object.fromEntries(
    names.map((name) => [name, (...asked: unknown[]) => (current[name] as Called)(...asked)]),
  ) as unknown as EveryUseCase
  const app: MemoryApp = await openMemoryApp(useCases)
  return {
    async compare(seed, number, doctor = () => ({})) {
      const gym = await drawCase(seed, number)
      const useCases = useCasesIn(gym)
      current = { ...useCases, ...doctor(useCases) }
      return compareCase(app, gym)
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}
