import type { AnySocket } from './admission.ts'

/**
 * Counts what waits to be sent on a connection, in characters: what has been handed to the transport is not counted, which takes
 * the next only when the one before has left.
 */
export function countUnsent(connection: AnySocket['conn']): () => number {
  let characters = 0
  connection.on('packetCreate', ({ data }: { data?: unknown }) => {
    if (typeof data === 'string') characters += data.length
  })
  connection.on('flush', () => {
    characters = 0
  })
  return () => characters
}
