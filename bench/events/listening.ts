import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import {
  type Commits,
  type Counted,
  type FromListeners,
  fromListeners,
  type Latencies,
  type ListenerPlan,
  type ToListeners,
} from './plan.ts'

/** Sockets in a process of their own; disposing of it ends them. */
export interface Listeners extends AsyncDisposable {
  count(): Promise<Counted>
  forget(): Promise<void>
  /** From commits to the arrivals since the last time. */
  measure(commits: Commits): Promise<Latencies>
  /** Lets the one that is stalled read up to the end; the code it is closed with. */
  resume(): Promise<number>
}

const program = fileURLToPath(new URL('listeners.ts', import.meta.url))

/** Opens the sockets of a plan. @throws when one of them cannot be opened */
export async function startListeners(plan: ListenerPlan, signal: AbortSignal): Promise<Listeners> {
  signal.throwIfAborted()
  const child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ended = once(child, 'exit')
  const failed = ended.then(([code]) => Promise.reject(new Error(`The listeners ended with ${code}`)))
  failed.catch(() => undefined)

  async function ask<Type extends FromListeners['type']>(message: ToListeners, type: Type) {
    child.send(message)
    const [said] = await Promise.race([once(child, 'message'), failed])
    const answer = fromListeners.parse(said)
    if (answer.type !== type) throw new Error(`The listeners said ${answer.type} instead of ${type}`)
    return answer as Extract<FromListeners, { type: Type }>
  }

  const listeners: Listeners = {
    count: () => ask({ type: 'count' }, 'counted'),
    async forget() {
      await ask({ type: 'forget' }, 'forgotten')
    },
    measure: async (commits) => (await ask({ type: 'measure', commits }, 'measured')).latencies,
    resume: async () => (await ask({ type: 'resume' }, 'closed')).code,
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
  try {
    await ask({ type: 'open', plan }, 'opened')
    return listeners
  } catch (error) {
    await listeners[Symbol.asyncDispose]()
    throw error
  }
}
