import { Worker } from 'node:worker_threads'
import type { CaseRange } from './compare.ts'
import type { Tally } from './tally.ts'

const CHUNK = 250

function ask(worker: Worker, range: CaseRange): Promise<Tally> {
  const { promise, resolve, reject } = Promise.withResolvers<Tally>()
  worker.once('message', resolve).once('error', reject)
  worker.postMessage(range)
  return promise.finally(() => worker.off('message', resolve).off('error', reject))
}

/**
 * Compares cases on several threads and hands over what they met, in order of the cases and without gaps.
 *
 * @param take is called with the first case after those that `tally` adds
 */
export async function compareOnWorkers(
  { seed, from, count }: CaseRange,
  workerCount: number,
  take: (next: number, tally: Tally) => void,
  signal: AbortSignal,
): Promise<void> {
  const end = from + count
  let started = from
  let taken = from
  const waiting = new Map<number, { readonly next: number; readonly tally: Tally }>()
  const handOver = () => {
    for (let part = waiting.get(taken); part !== undefined; part = waiting.get(taken)) {
      waiting.delete(taken)
      taken = part.next
      take(part.next, part.tally)
    }
  }
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('worker.ts', import.meta.url))
    try {
      while (started < end && !signal.aborted) {
        const first = started
        started = Math.min(end, first + CHUNK)
        const tally = await ask(worker, { seed, from: first, count: started - first })
        waiting.set(first, { next: started, tally })
        handOver()
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(workerCount, Math.ceil(count / CHUNK)) }, work))
}
