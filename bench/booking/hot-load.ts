import { readFile } from 'node:fs/promises'
import { Agent } from 'node:http'
import { z } from 'zod'
import { send } from '../support/open-loop.ts'
import { quantile } from '../support/statistics.ts'
import { bookingRequest } from './booking-request.ts'

/** What the process is told, in the file that is its argument. */
export const hotPlan = z.object({
  url: z.string(),
  /** Of the rivals, who take turns. */
  tokens: z.array(z.string()),
  /** Of the booking that all ask for. */
  body: z.string(),
  requests: z.number().int().positive(),
  connections: z.number().int().positive(),
})
export type HotPlan = z.output<typeof hotPlan>

/** Latencies in milliseconds from sending to the last byte of the answer, of the refusals. */
export const hotResult = z.object({
  won: z.number(),
  refused: z.number(),
  /** Answers that were neither the booking nor a refusal with alternatives. */
  others: z.number(),
  /** One of those. */
  otherAnswer: z.string(),
  perSecond: z.number(),
  p50: z.number(),
  p99: z.number(),
  max: z.number(),
})

const refusal = z.object({
  code: z.literal('slot-taken'),
  alternatives: z.array(z.object({ start: z.string() })).min(1),
})

const isRefusal = (status: number, text: string) =>
  status === 409 && refusal.safeParse(JSON.parse(text)).success

/** All ask for one slot at once, each connection again as soon as it is answered. */
async function rush({
  url,
  tokens,
  body,
  requests,
  connections,
}: HotPlan): Promise<z.output<typeof hotResult>> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const answers: { status: number; text: string; milliseconds: number }[] = []
  const finished = Promise.withResolvers<void>()
  const begin = performance.now()
  let sent = 0
  const next = () => {
    if (sent === requests) return
    const request = bookingRequest(url, tokens[sent++ % tokens.length] ?? '', body)
    const sentAt = performance.now()
    send(agent, request, true, (status, text) => {
      answers.push({ status, text, milliseconds: performance.now() - sentAt })
      if (answers.length === requests) finished.resolve()
      next()
    })
  }
  for (let connection = 0; connection < connections; connection++) next()
  await finished.promise
  const seconds = (performance.now() - begin) / 1000
  agent.destroy()
  // Looked at afterwards: reading them takes time in which others wait for theirs.
  const won = answers.filter(({ status }) => status === 201)
  const refused = answers.filter(({ status, text }) => isRefusal(status, text))
  const others = answers.filter(({ status, text }) => status !== 201 && !isRefusal(status, text))
  const latencies = Float64Array.from(refused, ({ milliseconds }) => milliseconds).sort()
  return {
    won: won.length,
    refused: refused.length,
    others: others.length,
    otherAnswer: others[0] ? `${others[0].status} ${others[0].text}` : '',
    perSecond: requests / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    max: quantile(latencies, 1),
  }
}

if (import.meta.main) {
  const plan = hotPlan.parse(JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')))
  console.log(JSON.stringify(await rush(plan)))
}
