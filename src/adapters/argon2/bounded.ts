import { ok, type Result, reject } from '../../domain/result.ts'

export interface BoundedOptions {
  readonly atOnce: number
  /** How many may wait for their turn; whoever comes when they are there is turned away. */
  readonly waiting: number
}

export type Bounded = <T>(
  work: () => Promise<T>,
) => Promise<Result<T, { readonly code: 'too-many-passwords' }>>

/** Does only so much work at once, in the order in which it came, and lets only so much of it wait. */
export function bounded({ atOnce, waiting: most }: BoundedOptions): Bounded {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= most) return reject({ code: 'too-many-passwords' })
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return ok(await work())
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
