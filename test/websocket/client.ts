import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientOptions, WebSocket } from 'ws'
import { violationsOf } from '../support/event-document.ts'

export interface SocketMessage {
  readonly type: string
  readonly id?: string | null
  readonly cursor?: string
  readonly reason?: string
  readonly problem?: { readonly code: string; readonly errors?: readonly { readonly field: string }[] }
  readonly event?: {
    readonly cursor: string
    readonly type: string
    readonly subject: { readonly id: string; readonly version: number | null }
  }
}

/** A client of the socket that hears everything in order. */
export interface TestSocket extends AsyncDisposable {
  readonly socket: WebSocket
  say(message: unknown): void
  /** The next message; fails the test when the socket closes first or nothing comes for long. */
  next(): Promise<SocketMessage>
  /** The code it is closed with. */
  readonly closed: Promise<number>
}

const PATIENCE_MILLISECONDS = 15_000

/** Opens a socket, everything that is heard on which has to be what the document says. */
export async function openSocket(url: string, options: ClientOptions = {}): Promise<TestSocket> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), options)
  const heard: SocketMessage[] = []
  const waiting: ((message: SocketMessage) => void)[] = []
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as SocketMessage
    assert.deepEqual(violationsOf('socket', message.type, message), [], String(data))
    const waiter = waiting.shift()
    if (waiter) waiter(message)
    else heard.push(message)
  })
  // Not by `once`, which fails at an error, and an upgrade may be refused with nobody waiting for this.
  const closed = new Promise<number>((resolve) => void socket.once('close', resolve))
  // Some tests break the protocol on purpose.
  socket.on('error', () => undefined)
  await Promise.race([once(socket, 'open'), once(socket, 'error').then(([error]) => Promise.reject(error))])

  const next = async (): Promise<SocketMessage> => {
    const ready = heard.shift()
    if (ready) return ready
    const timeout = AbortSignal.timeout(PATIENCE_MILLISECONDS)
    return Promise.race([
      new Promise<SocketMessage>((resolve) => waiting.push(resolve)),
      closed.then((code) => assert.fail(`closed with ${code}`)),
      once(timeout, 'abort').then(() => assert.fail('nothing was said')),
    ])
  }
  return {
    socket,
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next,
    closed,
    async [Symbol.asyncDispose]() {
      socket.terminate()
      await closed
    },
  }
}
