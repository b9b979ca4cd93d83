import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { z } from 'zod'
import { quantile } from '../support/statistics.ts'
import { idOf, shop } from './shop.ts'

/** What the process is told, in the file that is its argument. */
export const openLoopPlan = z.object({
  url: z.string(),
  perSecond: z.number().positive(),
  seconds: z.number().positive(),
  connections: z.number().int().positive(),
  firstIndex: z.number().int(),
  firstStart: z.number().int(),
  tokens: z.array(z.string()),
  metadata: z.string(),
})
export type OpenLoopPlan = z.output<typeof openLoopPlan>

/** Latencies in milliseconds from the intended send time to the last byte of the answer. */
export const openLoopResult = z.object({
  created: z.number(),
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
async function run(plan: OpenLoopPlan): Promise<OpenLoopResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections })
  const total = Math.round(plan.perSecond * plan.seconds)
  const latencies: number[] = []
  const delays: number[] = []
  let others = 0
  let done = 0
  const finished = Promise.withResolvers<void>()
  const begin = performance.now() + 10
  const intendedTime = (sequence: number) => begin + (sequence * 1000) / plan.perSecond
  const answered = (intended: number, status: number) => {
    if (status === 201) latencies.push(performance.now() - intended)
    else others++
    done++
    if (done === total) finished.resolve()
  }
  let sequence = 0
  const sendWhatIsDue = () => {
    for (; sequence < total && intendedTime(sequence) <= performance.now(); sequence++) {
      const intended = intendedTime(sequence)
      delays.push(performance.now() - intended)
      send(plan, agent, plan.firstIndex + sequence, (status) => answered(intended, status))
    }
    if (sequence === total) clearInterval(timer)
  }
  const timer = setInterval(sendWhatIsDue, 1)
  await finished.promise
  agent.destroy()
  const sorted = Float64Array.from(latencies).sort()
  const sortedDelays = Float64Array.from(delays).sort()
  return {
    created: latencies.length,
    others,
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
    max: quantile(sorted, 1),
    sendDelay: { p50: quantile(sortedDelays, 0.5), p99: quantile(sortedDelays, 0.99) },
  }
}

function send(plan: OpenLoopPlan, agent: Agent, index: number, onAnswer: (status: number) => void): void {
  const start = plan.firstStart + Math.floor(index / shop.providers) * shop.slotMinutes * 60
  const service = idOf('service', index % shop.providers)
  const body = `{"service_id":"${service}","start":"${new Date(start * 1000).toISOString()}","metadata":${plan.metadata}}`
  const headers = {
    authorization: `Bearer ${plan.tokens[index % plan.tokens.length]}`,
    'content-type': 'application/json',
    'content-length': body.length,
  }
  const sent = request(`${plan.url}/v1/bookings`, { method: 'POST', agent, headers }, (response) => {
    response.resume().once('end', () => onAnswer(response.statusCode ?? 0))
  })
  sent.once('error', () => onAnswer(0)).end(body)
}

if (import.meta.main) {
  const plan = openLoopPlan.parse(JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')))
  console.log(JSON.stringify(await run(plan)))
}
