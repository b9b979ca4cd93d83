import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type OpenLoopRequest, runOpenLoop } from '../support/open-loop.ts'
import { idOf } from '../support/people.ts'
import { shop } from './shop.ts'

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

function bookingRequest(plan: OpenLoopPlan, index: number): OpenLoopRequest {
  const start = plan.firstStart + Math.floor(index / shop.providers) * shop.slotMinutes * 60
  const service = idOf('service', index % shop.providers)
  const body = `{"service_id":"${service}","start":"${new Date(start * 1000).toISOString()}","metadata":${plan.metadata}}`
  const headers = {
    authorization: `Bearer ${plan.tokens[index % plan.tokens.length]}`,
    'content-type': 'application/json',
    'content-length': body.length,
  }
  return { method: 'POST', url: `${plan.url}/v1/bookings`, headers, body }
}

if (import.meta.main) {
  const plan = openLoopPlan.parse(JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')))
  const requestOf = (sequence: number) => bookingRequest(plan, plan.firstIndex + sequence)
  const { result } = await runOpenLoop({ ...plan, expectedStatus: 201, requestOf })
  console.log(JSON.stringify(result))
}
