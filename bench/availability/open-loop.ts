import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { runOpenLoop } from '../support/open-loop.ts'
import { checkAnswer } from './search-load.ts'

/** What the process is told, in the file that is its argument. */
export const searchPlan = z.object({
  url: z.string(),
  perSecond: z.number().positive(),
  seconds: z.number().positive(),
  connections: z.number().int().positive(),
  /** The free slots of each service. */
  expected: z.array(z.number()),
})
export type SearchPlan = z.output<typeof searchPlan>

const SAMPLE_EVERY = 20

if (import.meta.main) {
  const plan = searchPlan.parse(JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')))
  const { result, sample } = await runOpenLoop({
    ...plan,
    expectedStatus: 200,
    requestOf: () => ({ method: 'GET', url: plan.url, headers: {} }),
    sampleEvery: SAMPLE_EVERY,
  })
  for (const body of sample) checkAnswer(body, plan.expected)
  console.log(JSON.stringify({ ...result, checked: sample.length }))
}
