import { z } from 'zod'
import { type EpochDay, formatDate, plusDays } from '../../src/domain/calendar.ts'
import { InvalidRun } from '../support/invalid-run.ts'
import { idOf } from '../support/people.ts'
import { SEARCHED_DAYS } from './hours.ts'

/** The path of a search for a month of so many providers, from the one with number `first` on. */
export function searchPath(firstDay: EpochDay, providers: number, first = 0): string {
  const services = Array.from(
    { length: providers },
    (_, number) => `service_id=${idOf('service', first + number)}`,
  )
  const [from, to] = [firstDay, plusDays(firstDay, SEARCHED_DAYS)].map(formatDate)
  return `/v1/availability?${services.join('&')}&from=${from}&to=${to}`
}

const answer = z.object({
  data: z.array(z.object({ service_id: z.string(), slots: z.array(z.object({ start: z.string() })) })),
})

/**
 * Compares an answer with what is known to be free.
 *
 * @param expected the number of free slots of each service, in the order in which they were asked for
 * @param first the number of the first service that was asked for
 * @throws InvalidRun when a service is another one or has more or fewer slots
 */
export function checkAnswer(body: string, expected: readonly number[], first = 0): void {
  const { data } = answer.parse(JSON.parse(body))
  if (data.length !== expected.length) {
    throw new InvalidRun(`The answer has ${data.length} services instead of ${expected.length}`)
  }
  for (const [number, { service_id: id, slots }] of data.entries()) {
    if (id !== idOf('service', first + number)) {
      throw new InvalidRun(`Service ${number} of the answer is ${id}`)
    }
    if (slots.length !== expected[number]) {
      throw new InvalidRun(`Service ${number} has ${slots.length} free slots instead of ${expected[number]}`)
    }
  }
}

export interface FetchedSearch {
  readonly body: string
  readonly etag: string
}

/** One search by hand, whose answer is checked. */
export async function fetchSearch(
  url: string,
  expected: readonly number[],
  first = 0,
): Promise<FetchedSearch> {
  const response = await fetch(url)
  const body = await response.text()
  if (response.status !== 200) throw new InvalidRun(`Status ${response.status}: ${body.slice(0, 500)}`)
  checkAnswer(body, expected, first)
  return { body, etag: response.headers.get('etag') ?? '' }
}
