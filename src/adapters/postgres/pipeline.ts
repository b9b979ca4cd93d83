import pg from 'pg'
import { Unavailable } from '../../application/ports/unavailable.ts'
import { asFault } from './faults.ts'

/** A named statement: parsed and planned once a connection. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** A value as the wire takes it; objects are stringified by whoever knows their shape. */
export type WireValue = string | number | boolean | null | readonly number[] | readonly string[]

/**
 * Statements that are transactions of their own, sent over a few shared connections without waiting for the answer
 * to the one before. A pool gives each statement a connection for a whole round trip; here the round trips of
 * concurrent statements overlap (docs/decisions/0004-pipelined-hot-path.md).
 */
export interface Pipeline extends AsyncDisposable {
  /** The rows, each value as the text PostgreSQL wrote or null. Throws Unavailable when there is no connection. */
  execute(
    statement: Statement,
    values: readonly WireValue[],
  ): Promise<readonly (readonly (string | null)[])[]>
  /** How many statements have been sent, or wait for their connection, and have no answer yet. */
  inFlight(): number
}

export interface PipelineOptions {
  readonly url: string
  readonly connections: number
  readonly statementTimeoutMilliseconds: number
}

/**
 * A statement, and each inside a function, is planned once a session. A session that begins while tables are small, as those
 * of a new shop are, would plan to read all of them, and do so for as long as it lives, however many bookings there are.
 * What goes through here finds few rows by an index, and from there others by theirs.
 */
export const SESSION_SETTINGS = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit']
  .map((name) => `-c ${name}=off`)
  .join(' ')

interface Lane {
  client: Promise<pg.Client> | undefined
  inFlight: number
}

const asText = { getTypeParser: () => (value: string) => value }

export function openPipeline(options: PipelineOptions): Pipeline {
  const lanes: Lane[] = Array.from({ length: options.connections }, () => ({
    client: undefined,
    inFlight: 0,
  }))
  let closed = false

  const connectionOf = (lane: Lane) => {
    if (lane.client) return lane.client
    const connection = connect(options, () => {
      // By the time an old connection has ended, the lane may have another.
      if (lane.client === connection) lane.client = undefined
    })
    lane.client = connection
    return connection
  }

  return {
    async execute({ name, text }, values) {
      if (closed) throw new Unavailable('The database connections are closed')
      const lane = lanes.reduce((least, next) => (next.inFlight < least.inFlight ? next : least))
      lane.inFlight++
      try {
        const client = await connectionOf(lane)
        const result = await client.query({
          name,
          text,
          values: [...values],
          rowMode: 'array',
          types: asText,
        })
        return result.rows
      } catch (error) {
        throw asFault(error)
      } finally {
        lane.inFlight--
      }
    },
    inFlight: () => lanes.reduce((sum, lane) => sum + lane.inFlight, 0),
    async [Symbol.asyncDispose]() {
      closed = true
      await Promise.allSettled(lanes.map(async (lane) => (await lane.client)?.end()))
    },
  }
}

/** One connection; `onLost` runs once when it ends, also when it never came about, so that the next use makes another. */
async function connect(
  { url, statementTimeoutMilliseconds }: PipelineOptions,
  onLost: () => void,
): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'slotwright-pipeline',
    pipeline: true,
    options: SESSION_SETTINGS,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementTimeoutMilliseconds,
    // For a server that is gone without a word: it cannot time out its statements itself.
    query_timeout: statementTimeoutMilliseconds + 2_000,
  })
  // Without a listener a lost connection ends the process, even an idle one.
  client.on('error', onLost)
  client.on('end', onLost)
  try {
    await client.connect()
    return client
  } catch (error) {
    onLost()
    throw error
  }
}
