import { z } from 'zod'

/** Who listens, and to what. */
export const listenerPlan = z.object({
  url: z.string(),
  count: z.number().int().positive(),
  /** Sockets take turns with them; null for listeners who do not say who they are. */
  tokens: z.array(z.string()).nullable(),
  /** Sockets take turns with these, too. */
  topics: z.array(z.string()).min(1),
  /** How often each socket subscribes to its topic. */
  subscriptions: z.number().int().positive(),
  /** Reads nothing any more once it is subscribed. */
  isStalled: z.boolean(),
})
export type ListenerPlan = z.output<typeof listenerPlan>

/** Ids of events with the instants of their commits, in milliseconds since 1970. */
const commits = z.array(z.tuple([z.string(), z.number()]))
export type Commits = z.output<typeof commits>

/** What the process of the listeners is told. */
export const toListeners = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), plan: listenerPlan }),
  z.object({ type: z.literal('count') }),
  /** Forgets what has come in. */
  z.object({ type: z.literal('forget') }),
  /** Measures what has come in since, and forgets it. */
  z.object({ type: z.literal('measure'), commits }),
  /** Lets the one that is stalled read what there is, up to the end. */
  z.object({ type: z.literal('resume') }),
])
export type ToListeners = z.output<typeof toListeners>

const latencies = z.object({ arrivals: z.number(), p50: z.number(), p99: z.number(), max: z.number() })
/** Milliseconds from commit to arrival. */
export type Latencies = z.output<typeof latencies>

const counted = z.object({
  type: z.literal('counted'),
  delivered: z.number(),
  /** The instant of the last arrival. */
  last: z.number(),
  closes: z.array(z.object({ code: z.number(), at: z.number() })),
})
export type Counted = z.output<typeof counted>

/** What it says. */
export const fromListeners = z.discriminatedUnion('type', [
  z.object({ type: z.literal('opened') }),
  z.object({ type: z.literal('forgotten') }),
  counted,
  z.object({ type: z.literal('measured'), latencies }),
  z.object({ type: z.literal('closed'), code: z.number() }),
])
export type FromListeners = z.output<typeof fromListeners>
