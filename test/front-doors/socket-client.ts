import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'

const PATIENCE_MILLISECONDS = 15_000

/** What a listener was told: the name of the event, what it says, and its cursor. */
export type Told = readonly [name: string, words: Readonly<Record<string, unknown>>, cursor: string]

/** A client as shipped, which keeps all it hears in order. */
export interface Listener extends AsyncDisposable {
  readonly socket: Socket
  /** What comes next; fails the test when nothing does. */
  next(): Promise<Told>
  /** Everything that was told and not asked for yet. */
  readonly heard: Told[]
  /** Why the connection was lost or ended. */
  disconnected(): Promise<string>
}

type Options = Partial<ManagerOptions & SocketOptions>

/** Connects, by nothing but a WebSocket unless it is said otherwise. @throws the error of `connect_error` */
export async function listen(url: string, options: Options): Promise<Listener> {
  const socket = io(url, { transports: ['websocket'], forceNew: true, ...options })
  const heard: Told[] = []
  socket.onAny((...told) => void heard.push(told as unknown as Told))
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve())
      socket.once('connect_error', reject)
    })
  } catch (error) {
    socket.disconnect()
    throw error
  }
  const next = async (): Promise<Told> => {
    for (const deadline = Date.now() + PATIENCE_MILLISECONDS; ; await delay(2)) {
      const told = heard.shift()
      if (told) return told
      assert(Date.now() < deadline, 'nothing was told')
    }
  }
  return {
    socket,
    next,
    heard,
    disconnected: () =>
      new Promise((resolve, reject) => {
        socket.once('disconnect', resolve)
        once(AbortSignal.timeout(PATIENCE_MILLISECONDS), 'abort').then(() =>
          reject(new Error('still connected')),
        )
      }),
    async [Symbol.asyncDispose]() {
      socket.disconnect()
    },
  }
}

/** The message with which a connection is refused. */
export async function refusalOf(url: string, options: Options): Promise<string> {
  const listener = await listen(url, options).catch((error: Error) => error.message)
  if (typeof listener === 'string') return listener
  listener.socket.disconnect()
  return 'connected'
}
