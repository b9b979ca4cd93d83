import { WebSocket } from 'ws'
import { authorization, type EventBody, type Line, type Listen } from './line.ts'

type Message =
  | { readonly type: 'hello' }
  | { readonly type: 'subscribed' | 'reset'; readonly cursor: string }
  | { readonly type: 'event'; readonly event: EventBody }
  | { readonly type: 'error'; readonly problem: { readonly code: string } }

/** Whoever listens is told to come back by these: the node goes, the listener was slow, or the connection broke. */
const COME_BACK: ReadonlySet<number> = new Set([1000, 1005, 1006, 1011, 1012, 1013])

/** Follows over a WebSocket, as programs do. */
export const listenBySocket: Listen = (line) => follow(line, line.url, authorization(line))

/** The same, as browsers have to. */
export const listenByTicket: Listen = async (line) => {
  const { url, signal } = line
  const asked = { method: 'POST', signal, headers: authorization(line) }
  const response = await fetch(`${url}/v1/events/tickets`, asked)
  // Without a database there are no tickets; the listener comes back.
  if (response.status !== 201) return
  const { ticket } = (await response.json()) as { readonly ticket: string }
  await follow(line, `${url}?ticket=${ticket}`, {})
}

async function follow({ topics, after, signal, hear }: Line, url: string, headers: Record<string, string>) {
  const address = new URL(url)
  address.pathname = '/v1/events'
  address.protocol = 'ws:'
  const socket = new WebSocket(address, { headers })
  // What went wrong is said by the code it is closed with.
  socket.on('error', () => undefined)
  const { promise: closed, resolve } = Promise.withResolvers<number>()
  socket.on('close', resolve)
  const end = () => socket.terminate()
  signal.addEventListener('abort', end)
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Message
    if (message.type === 'hello') {
      socket.send(JSON.stringify({ type: 'subscribe', id: 'all', topics, ...(after !== null && { after }) }))
    } else if (message.type === 'event') {
      hear({ kind: 'event', event: message.event })
    } else if (message.type === 'error') {
      if (message.problem.code !== 'unavailable') hear({ kind: 'refused', words: message.problem.code })
      socket.close()
    } else {
      hear({ kind: message.type === 'reset' ? 'reset' : 'place', cursor: message.cursor })
      if (message.type === 'reset') socket.close()
    }
  })
  if (signal.aborted) end()
  const code = await closed
  signal.removeEventListener('abort', end)
  if (!COME_BACK.has(code)) hear({ kind: 'refused', words: `closed with ${code}` })
}
