/** How someone gets events. */
export type Transport = 'websocket' | 'stream' | 'socket.io' | 'list'

/** Is told what the doors do. Costs a request next to nothing, never throws, and keeps nothing of whom it was about. */
export interface Observer {
  /** A request has been answered; `route` is its template, or undefined where there was none. */
  answered(method: string, route: string | undefined, status: number, seconds: number): void
  /** Someone begins to listen, until the returned function is called. */
  listens(transport: Exclude<Transport, 'list'>): () => void
  delivered(transport: Transport, events: number): void
  /** A socket was closed; `code` is one of ours, or `other`. */
  closed(code: string): void
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly observer: Observer
  }
}
