import { Agent, type IncomingMessage, request } from 'node:http'
import { quantile } from './statistics.ts'

/** What is sent at a constant rate. */
export interface OpenLoop {
  readonly perSecond: number
  /** How long, at the most; shorter when `until` is fulfilled before. */
  readonly seconds: number
  readonly until?: Promise<unknown>
  readonly connections: number
  /** The status of an answer that counts. */
  readonly expectedStatus: number
  readonly requestOf: (sequence: number) => LoadRequest
  /** Every so many answers one is kept whole, and comes back in `sample`. */
  readonly sampleEvery?: number
}

export interface LoadRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly body?: string
}

/** Latencies in milliseconds from the intended send time to the last byte of the answer. */
export interface OpenLoopResult {
  readonly perSecond: number
  readonly answered: number
  readonly others: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
  /** How late requests were handed to the HTTP client: the share of the client itself. */
  readonly sendDelay: { readonly p50: number; readonly p99: number }
}

/** Sends at a constant rate whether answers come or not: a server that stalls is charged for everyone who waits. */
export async function runOpenLoop(
  loop: OpenLoop,
  signal: AbortSignal,
): Promise<{ readonly result: OpenLoopResult; readonly sample: readonly string[] }> {
  const { perSecond, connections, expectedStatus, requestOf, sampleEvery } = loop
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  const delays: number[] = []
  const sample: string[] = []
  let total = Math.round(perSecond * loop.seconds)
  let others = 0
  let sequence = 0
  const finished = Promise.withResolvers<void>()
  const begin = performance.now() + 10
  const intendedTime = (sequence: number) => begin + (sequence * 1000) / perSecond
  const finishWhenAllAnswered = () => {
    if (latencies.length + others >= total) finished.resolve()
  }
  const sendWhatIsDue = () => {
    for (; sequence < total && intendedTime(sequence) <= performance.now(); sequence++) {
      const intended = intendedTime(sequence)
      const isSampled = sampleEvery !== undefined && sequence % sampleEvery === 0
      delays.push(performance.now() - intended)
      send(agent, requestOf(sequence), isSampled, (status, text) => {
        if (status === expectedStatus) latencies.push(performance.now() - intended)
        else others++
        if (isSampled) sample.push(text)
        finishWhenAllAnswered()
      })
    }
    if (sequence === total) clearInterval(timer)
  }
  const timer = setInterval(sendWhatIsDue, 1)
  const stop = () => {
    total = sequence
    finishWhenAllAnswered()
  }
  loop.until?.then(stop, stop)
  finishWhenAllAnswered()
  signal.addEventListener('abort', stop, { once: true })
  await finished.promise
  agent.destroy()
  signal.throwIfAborted()
  return {
    result: { perSecond, answered: latencies.length, others, ...latenciesOf(latencies, delays) },
    sample,
  }
}

function latenciesOf(latencies: readonly number[], delays: readonly number[]) {
  const sorted = Float64Array.from(latencies).sort()
  const sortedDelays = Float64Array.from(delays).sort()
  return {
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
    max: quantile(sorted, 1),
    sendDelay: { p50: quantile(sortedDelays, 0.5), p99: quantile(sortedDelays, 0.99) },
  }
}

/** Sends one request; `onAnswer` is told the status, 0 when the connection failed, and the body if it is kept. */
export function send(
  agent: Agent,
  { method, url, headers, body }: LoadRequest,
  isKept: boolean,
  onAnswer: (status: number, text: string) => void,
): void {
  const onResponse = (response: IncomingMessage) => {
    const chunks: Buffer[] = []
    if (isKept) response.on('data', (chunk: Buffer) => chunks.push(chunk))
    else response.resume()
    response.once('end', () => onAnswer(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8')))
  }
  request(url, { method, agent, headers: { ...headers } }, onResponse)
    .once('error', () => onAnswer(0, ''))
    .end(body)
}
