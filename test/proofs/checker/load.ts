import type { Door } from '../common/api-processes.ts'
import { randomOf } from '../common/random.ts'
import { act } from './actions.ts'
import { openCaller } from './caller.ts'
import { clientOf } from './client.ts'
import { openPool } from './pool.ts'
import { type Call, type CallRecord, isAttempt } from './record.ts'
import type { Shop } from './shop.ts'

export interface LoadOptions {
  readonly seed: number
  readonly clients: number
  /** How many attempts at changing something; calls that read come on top. */
  readonly attempts: number
  /** What is an attempt that counts; every one where it is left out. */
  readonly isCounted?: (call: Call) => boolean
  readonly seconds: number
  readonly signal: AbortSignal
}

/** How far a load has come. */
export interface Load {
  readonly done: Promise<void>
  attempts(): number
}

/** Sends calls from many clients and enters them into `record`; done when all have their answers. */
export function startLoad(
  record: CallRecord,
  shop: Shop,
  doors: readonly Door[],
  { seed, clients, attempts, isCounted = isAttempt, seconds, signal }: LoadOptions,
): Load {
  const caller = openCaller(record, shop)
  const deadline = performance.now() + seconds * 1_000
  let counted = 0
  let looked = 0
  const soFar = () => {
    for (; looked < record.calls.length; looked++) {
      const call = record.calls[looked]
      if (call && isCounted(call)) counted++
    }
    return counted
  }
  const floor = {
    shop,
    doors,
    pool: openPool(),
    send: caller.send,
    signal,
    isOver: () => signal.aborted || performance.now() > deadline || soFar() >= attempts,
  }
  const work = Array.from({ length: clients }, (_, number) =>
    act(clientOf(floor, number, randomOf(seed, number))),
  )
  const done = Promise.all(work)
    .then(() => undefined)
    .finally(() => caller[Symbol.dispose]())
  return { done, attempts: soFar }
}
