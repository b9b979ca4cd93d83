import { logPath, type Server, type ServerOptions, startServer } from './server.ts'

/** What ends more often than this within a minute would go on to do so. */
const STARTS_PER_MINUTE = 3
const MINUTE = 60_000

export interface KeptServerOptions extends ServerOptions {
  /** Told when it has ended by itself and cannot be started again. */
  readonly onLost: (error: unknown) => void
}

/**
 * Starts PostgreSQL as `startServer` does, and starts it again on the same port when it ends by itself, killed for
 * its memory or by hand: who has its address goes on.
 *
 * @throws when the first start fails; the message ends with its log
 */
export async function keepServer(options: KeptServerOptions): Promise<AsyncDisposable & { port: number }> {
  const { dataDir, onNotice, onLost } = options
  const stopping = new AbortController()
  let server: Server = await startServer(options)
  const { port } = server

  const restart = async (ends: readonly number[]): Promise<void> => {
    const log = logPath(dataDir)
    if (ends.length > STARTS_PER_MINUTE) {
      throw new Error(`PostgreSQL ended ${ends.length} times within a minute, see ${log}`)
    }
    onNotice(`PostgreSQL ended unexpectedly, see ${log}; starting it again`)
    server = await startServer({ ...options, port, signal: stopping.signal })
    if (stopping.signal.aborted) await server[Symbol.asyncDispose]()
  }

  const keep = async (): Promise<void> => {
    let ends: number[] = []
    for (;;) {
      await server.ended
      if (stopping.signal.aborted) return
      ends = [...ends, Date.now()].filter((end) => end > Date.now() - MINUTE)
      await restart(ends)
    }
  }

  const keeping = keep().catch((error: unknown) => stopping.signal.aborted || onLost(error))
  return {
    port,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await server[Symbol.asyncDispose]()
      await keeping
    },
  }
}
