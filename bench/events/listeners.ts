import { once } from 'node:events'
import { WebSocket } from 'ws'
import { quantile } from '../support/statistics.ts'
import { type Commits, type FromListeners, type Latencies, type ListenerPlan, toListeners } from './plan.ts'

/** Instants of arrival, in milliseconds since 1970, by the id of the event. */
const arrivals = new Map<string, number[]>()
const sockets: WebSocket[] = []
const closes: { code: number; at: number }[] = []
let delivered = 0
let last = 0

const now = () => performance.timeOrigin + performance.now()

/** Sockets that are opened at the same time. */
const OPENED_AT_ONCE = 100
const EVENT_ID = /"event":\{"id":"([^"]+)"/

function hear(text: string): void {
  const id = EVENT_ID.exec(text)?.[1]
  if (id === undefined) return
  last = now()
  delivered++
  const known = arrivals.get(id)
  if (known) known.push(last)
  else arrivals.set(id, [last])
}

/** Opens a socket, subscribes, and fulfils when it is told that it is subscribed. */
function open({ url, subscriptions, isStalled }: ListenerPlan, token: string | null, topic: string) {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` }
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/events`, {
    headers,
    perMessageDeflate: false,
  })
  sockets.push(socket)
  const subscribed = Promise.withResolvers<void>()
  let open = subscriptions
  socket.on('open', () => {
    for (let id = 0; id < subscriptions; id++) {
      socket.send(JSON.stringify({ type: 'subscribe', id: String(id), topics: [topic] }))
    }
  })
  socket.on('message', (data: Buffer) => {
    const text = data.toString('latin1')
    if (!text.startsWith('{"type":"subscribed"')) return hear(text)
    if (--open > 0) return
    if (isStalled) socket.pause()
    subscribed.resolve()
  })
  socket.on('error', subscribed.reject)
  socket.on('close', (code) => {
    closes.push({ code, at: now() })
    subscribed.reject(new Error(`Closed with ${code}`))
  })
  return subscribed.promise
}

async function openAll(plan: ListenerPlan): Promise<void> {
  const { tokens, topics, count } = plan
  for (let first = 0; first < count; first += OPENED_AT_ONCE) {
    const batch = Array.from({ length: Math.min(OPENED_AT_ONCE, count - first) }, (_, n) => {
      const token = tokens === null ? null : (tokens[(first + n) % tokens.length] ?? null)
      return open(plan, token, topics[(first + n) % topics.length] ?? '')
    })
    await Promise.all(batch)
  }
}

/** From the commit of each event to each of its arrivals. */
function latenciesSince(commits: Commits): Latencies {
  const latencies = commits.flatMap(([id, at]) => (arrivals.get(id) ?? []).map((arrival) => arrival - at))
  const sorted = Float64Array.from(latencies).sort()
  return {
    arrivals: sorted.length,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    max: quantile(sorted, 1),
  }
}

const say = (message: FromListeners) => process.send?.(message)

process.on('message', async (raw) => {
  const message = toListeners.parse(raw)
  if (message.type === 'open') {
    await openAll(message.plan)
    say({ type: 'opened' })
  } else if (message.type === 'count') {
    say({ type: 'counted', delivered, last, closes })
  } else if (message.type === 'forget') {
    arrivals.clear()
    say({ type: 'forgotten' })
  } else if (message.type === 'resume') {
    const [socket] = sockets
    if (!socket) throw new Error('Nobody listens')
    socket.resume()
    const [code] = await once(socket, 'close')
    say({ type: 'closed', code })
  } else {
    say({ type: 'measured', latencies: latenciesSince(message.commits) })
    arrivals.clear()
  }
})
// The one who asked is gone, and with it whoever wants to know.
process.on('disconnect', () => process.exit())
