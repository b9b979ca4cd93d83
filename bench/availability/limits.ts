/** A case of the engine alone in the words of the report, and what it may take. */
export interface CaseWords {
  readonly title: string
  /** Nanoseconds of a call, or null for a yardstick. */
  readonly limit: number | null
}

export const inProcessWords: Readonly<Record<string, CaseWords>> = {
  month: { title: 'one provider, 30 days', limit: 10_000 },
  monthOverTransition: { title: 'the same over a change of the clocks', limit: 10_000 },
  denseMonth: { title: 'one provider around the clock in quarters of an hour', limit: null },
  hundredProviders: { title: '100 providers, 30 days', limit: 1_000_000 },
  instantOf: { title: 'wall time to instant', limit: 100 },
  instantOfByTemporal: { title: 'the same by Temporal', limit: null },
  localDay: { title: 'instant to local day', limit: 100 },
  localDayByTemporal: { title: 'the same by Temporal', limit: null },
  writeSlot: { title: 'writing a slot in UTC', limit: null },
  writeSlotInZone: { title: 'writing a slot in its zone', limit: null },
  writeSlotByStringify: { title: 'the same by toISOString and JSON.stringify', limit: null },
}

/** HTTP by bare Fastify, at least. */
export const LEAST_HTTP_RATIO = 0.4
/** Milliseconds of a search for a hundred providers at half load, at most. */
export const MOST_P99 = 10
/** A search in the largest table by one in the smallest, at most. */
export const MOST_SLOWDOWN = 1.2
