import { createPool, createTypeParserPreset, type DatabasePool, type Interceptor } from 'slonik'
import type { z } from 'zod'
import { guarded } from './faults.ts'
import { openPipeline, type Pipeline } from './pipeline.ts'

/** The ways to the database: slonik for everything, a pipeline for the hot path, and one for the log of changes. */
export interface PostgresDatabase extends AsyncDisposable {
  readonly pool: DatabasePool
  readonly pipeline: Pipeline
  /** Of one connection, whose session tells that the server is still the same. */
  readonly feedPipeline: Pipeline
  /** Whether the database answers right now. Never throws. */
  state(): Promise<'ok' | 'down'>
}

export interface PostgresOptions {
  readonly poolSize?: number
  readonly pipelineConnections?: number
  readonly statementTimeoutMilliseconds?: number
  /** Told of every idle connection that is lost. */
  readonly onConnectionLost?: (error: Error) => void
}

/** Slonik leaves rows as they are unless an interceptor validates them with the schema of their query. */
const validateRows: Interceptor = {
  name: 'validate-rows',
  transformRow: ({ resultParser }, _query, row) =>
    resultParser ? (resultParser as unknown as z.ZodType<typeof row>).parse(row) : row,
}

const probe = { name: 'probe', text: 'select 1' }

/**
 * Opens the connections to a PostgreSQL 15 or later. Slonik connects at once, to learn the types of the server:
 * throws Unavailable when it cannot.
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<PostgresDatabase> {
  const statementTimeoutMilliseconds = options.statementTimeoutMilliseconds ?? 10_000
  const opening = createPool(url, {
    maxPoolSize: options.poolSize ?? 10,
    connectionTimeout: 5_000,
    idleTimeout: 60_000,
    statementTimeout: statementTimeoutMilliseconds,
    idleInTransactionSessionTimeout: 10_000,
    interceptors: [validateRows],
    typeParsers: createTypeParserPreset(),
    // Slonik would send DISCARD ALL at each release, which costs a round trip and every prepared statement.
    resetConnection: async () => {},
  })
  const pool = await guarded(opening)
  pool.on('error', options.onConnectionLost ?? (() => {}))
  const pipeline = openPipeline({
    url,
    connections: options.pipelineConnections ?? 16,
    statementTimeoutMilliseconds,
  })
  const feedPipeline = openPipeline({ url, connections: 1, statementTimeoutMilliseconds })
  return {
    pool,
    pipeline,
    feedPipeline,
    state: () =>
      pipeline.execute(probe, []).then(
        () => 'ok',
        () => 'down',
      ),
    async [Symbol.asyncDispose]() {
      await pipeline[Symbol.asyncDispose]()
      await feedPipeline[Symbol.asyncDispose]()
      await pool.end()
    },
  }
}
