import type { LookupAddress } from 'node:dns'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'

/** What a request is made of. The addresses have been judged; no other is connected to. */
export interface Exchange {
  readonly url: URL
  readonly addresses: readonly LookupAddress[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly connectMilliseconds: number
  /** Ends the whole of it. */
  readonly signal: AbortSignal
  /** What is trusted besides the authorities that Node knows; for tests. */
  readonly ca?: string | undefined
}

/** What of an answer is of use. */
export interface Head {
  readonly status: number
  readonly retryAfter: string | undefined
}

/** No connection was made in time. */
export class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout'
}

/** As much of an answer's body is read as a polite receiver says; then the connection ends. */
const MOST_BODY_BYTES = 16 * 1024

/** Posts once, over a connection of its own, and gives the head of the answer. Rejects where there is none. */
export function post({ url, addresses, headers, body, ...limits }: Exchange): Promise<Head> {
  const isHttps = url.protocol === 'https:'
  const options = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    lookup: lookupAmong(addresses),
    // An agent of its own: no connection is shared, and none goes through a proxy that the environment names.
    agent: isHttps ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false }),
    signal: limits.signal,
    ...(isHttps && { rejectUnauthorized: true, ...(limits.ca !== undefined && { ca: limits.ca }) }),
  }
  const { promise, resolve, reject } = Promise.withResolvers<Head>()
  const sent = isHttps ? httpsRequest(url, options) : httpRequest(url, options)
  const connecting = setTimeout(() => sent.destroy(new ConnectTimeout()), limits.connectMilliseconds)
  sent.once('socket', (socket) =>
    socket.once(isHttps ? 'secureConnect' : 'connect', () => clearTimeout(connecting)),
  )
  let head: Head | undefined
  // Once the status has been said, it holds, however the rest of the answer ends.
  const end = (error: Error) => (head ? resolve(head) : reject(error))
  sent.once('response', (response) => {
    head = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }
    throwAway(response)
  })
  // Who wants to speak another protocol has not answered.
  sent.once('upgrade', (_response, socket) => socket.destroy())
  sent.on('error', end)
  sent.once('close', () => {
    clearTimeout(connecting)
    end(new Error('The connection ended without an answer'))
  })
  sent.end(body)
  return promise
}

/** Whatever is asked for, what was judged is the answer. */
const lookupAmong =
  (addresses: readonly LookupAddress[]): LookupFunction =>
  (_name, { all }, give) => {
    const [first] = addresses
    if (all) return give(null, [...addresses])
    give(null, first?.address ?? '', first?.family)
  }

/** Reads a body up to a limit, and keeps nothing of it. */
function throwAway(response: IncomingMessage): void {
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MOST_BODY_BYTES) response.destroy()
  })
  response.on('error', () => undefined)
}
