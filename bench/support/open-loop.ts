import { Agent, type IncomingMessage, request } from 'node:http'
import { z } from 'zod'
import { quantile } from './statistics.ts'

/** What is sent at a constant rate. */
export interface OpenLoop {
  readonly perSecond: number
  readonly seconds: number
  readonly connections: number
  /** The status of an answer that counts. */
  readonly expectedStatus: number
  readonly requestOf: (sequence: number) => OpenLoopRequest
  /** Every so many answers one is kept whole, and comes back in `sample`. */
  readonly sampleEvery?: number
}

export interface OpenLoopRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly body?: string
}

/** Latencies in milliseconds from the intended send time to the last byte of the answer. */
export const openLoopResult = z.object({
  answered: z.number(),
  others: z.number(),
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  max: z.number(),
  /** How late requests were handed to the HTTP client: the share of the client itself. */
  sendDelay: z.object({ p50: z.number(), p99: z.number() }),
})
export type OpenLoopResult = z.output<typeof openLoopResult>

/** Sends at a constant rate whether answers come or not: a server that stalls is charged for everyone who waits. */
export async function runOpenLoop(
  loop: OpenLoop,
): Promise<{ readonly result: OpenLoopResult; readonly sample: readonly string[] }> {
  const { perSecond, connections, expectedStatus, requestOf, sampleEvery } = loop
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const total = Math.round(perSecond * loop.seconds)
  const latencies: number[] = []
  const delays: number[] = []
  const sample: string[] = []
  let others = 0
  let done = 0
  const finished = Promise.withResolvers<void>()
  const begin = performance.now() + 10
  const intendedTime = (sequence: number) => begin + (sequence * 1000) / perSecond
  let sequence = 0
  const sendWhatIsDue = () => {
    for (; sequence < total && intendedTime(sequence) <= performance.now(); sequence++) {
      const intended = intendedTime(sequence)
      const isSampled = sampleEvery !== undefined && sequence % sampleEvery === 0
      delays.push(performance.now() - intended)
      send(agent, requestOf(sequence), isSampled ? (text) => sample.push(text) : null, (status) => {
        if (status === expectedStatus) latencies.push(performance.now() - intended)
        else others++
        done++
        if (done === total) finished.resolve()
      })
    }
    if (sequence === total) clearInterval(timer)
  }
  const timer = setInterval(sendWhatIsDue, 1)
  await finished.promise
  agent.destroy()
  return { result: { answered: latencies.length, others, ...latenciesOf(latencies, delays) }, sample }
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

function send(
  agent: Agent,
  { method, url, headers, body }: OpenLoopRequest,
  keep: ((text: string) => void) | null,
  onAnswer: (status: number) => void,
): void {
  const onResponse = (response: IncomingMessage) => {
    const chunks: Buffer[] = []
    if (keep) response.on('data', (chunk: Buffer) => chunks.push(chunk))
    else response.resume()
    response.once('end', () => {
      onAnswer(response.statusCode ?? 0)
      keep?.(Buffer.concat(chunks).toString('utf8'))
    })
  }
  request(url, { method, agent, headers: { ...headers } }, onResponse)
    .once('error', () => onAnswer(0))
    .end(body)
}
