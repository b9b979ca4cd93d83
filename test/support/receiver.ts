import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createPlainServer, type Server as PlainServer } from 'node:net'
import { CERTIFICATE, KEY } from './certificate.ts'

/** One request as it came. */
export interface Received {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly at: number
}

/** What stands in for the server of someone who has webhooks, on loopback. */
export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** In the order in which they came. */
  readonly received: readonly Received[]
  /** How many connections there were, whatever came of them. */
  readonly connections: () => number
  /** Fulfils when there have been so many requests. */
  until(count: number): Promise<readonly Received[]>
}

/** Answers a request that has been read; 200 where it answers with nothing. */
export type Respond = (request: Received, response: ServerResponse) => number | undefined

export interface ReceiverOptions {
  readonly secure?: boolean
  readonly host?: string
}

const WAIT_MILLISECONDS = 15_000

export async function openReceiver(
  respond: Respond = () => 200,
  { secure = false, host = '127.0.0.1' }: ReceiverOptions = {},
): Promise<Receiver> {
  const received: Received[] = []
  const waiting = new Set<() => void>()
  let connections = 0
  const listener: RequestListener = (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      const { url = '', headers } = request
      const one: Received = { url, headers, body, at: Date.now() }
      received.push(one)
      const status = respond(one, response)
      if (status !== undefined) response.writeHead(status).end()
      for (const look of waiting) look()
    })
  }
  const server: Server = secure
    ? createSecureServer({ cert: CERTIFICATE, key: KEY }, listener)
    : createServer(listener)
  server.on('connection', () => connections++)
  const port = await listen(server, host)
  return {
    url: `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}/hooks`,
    port,
    received,
    connections: () => connections,
    until: (count) =>
      new Promise((resolve, reject) => {
        const giveUp = () => reject(new Error(`${received.length} of ${count} requests came`))
        const timer = setTimeout(giveUp, WAIT_MILLISECONDS)
        const look = () => {
          if (received.length < count) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(received)
        }
        waiting.add(look)
        look()
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Listens for connections alone, and counts them: nobody should come. */
export async function openTrap(): Promise<
  AsyncDisposable & { readonly port: number; readonly connections: () => number }
> {
  let connections = 0
  const server = createPlainServer((socket) => {
    connections++
    socket.destroy()
  })
  // Both families, where the machine has both.
  const port = await listen(server, '::').catch(() => listen(server, '127.0.0.1'))
  return {
    port,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const listen = (server: PlainServer, host: string) =>
  new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port))
  })
