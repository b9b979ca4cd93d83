import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Following } from '../../../application/follow-events.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Observer } from '../observer.ts'
import { eventText } from './event-text.ts'
import { patience } from './patience.ts'
import { atSessionEnd } from './session-end.ts'

/** Up to here a reader who catches up is sent more. */
const CATCH_UP_BYTES = 64 * 1024
const HEARTBEAT_MILLISECONDS = 15_000
/** How long whoever does not read is waited for at the end. */
export const FAREWELL_MILLISECONDS = 2_000

export interface EventStreamOptions {
  /** When the token ends; null for those who need none. */
  readonly sessionEndsAt: Instant | null
  /** Calls back when the account no longer lets its owner in; returns how to take that back. */
  readonly watch: (end: () => void) => () => void
  /** Calls back when the server is about to close; returns how to take that back. */
  readonly onClose: (end: () => void) => () => void
  readonly observer: Observer
}

/** Sends server-sent events (WHATWG HTML, section 9.2) until one side ends: `id` is the cursor to resume from. */
export function sendEventStream(
  reply: FastifyReply,
  following: Following,
  options: EventStreamOptions,
): void {
  reply.hijack()
  const { raw } = reply
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Of nginx and its kind: events are not to be kept back.
    'x-accel-buffering': 'no',
  })
  raw.write(`retry: 1000\nid: ${following.cursor}\n\n`)
  let farewell: NodeJS.Timeout | undefined
  const end = () => {
    following.stop()
    raw.end()
    farewell ??= setTimeout(() => raw.destroy(), FAREWELL_MILLISECONDS)
  }
  const forget = options.onClose(end)
  const unwatch = options.watch(end)
  let unsentBefore = 0
  const heartbeat = setInterval(() => {
    const unsent = raw.writableLength
    // Nothing has left since the last time: nobody reads.
    if (unsentBefore > 0 && unsent >= unsentBefore) raw.destroy()
    unsentBefore = unsent
    write(raw, ': still here\n\n')
  }, HEARTBEAT_MILLISECONDS)
  const stayOn = atSessionEnd(options.sessionEndsAt, end)
  const leave = options.observer.listens('stream')
  // A connection that breaks ends with its close; an error without a listener would end the process.
  raw.on('error', () => undefined)
  raw.once('close', () => {
    leave()
    following.stop()
    forget()
    unwatch()
    clearInterval(heartbeat)
    stayOn()
    clearTimeout(farewell)
  })
  follow(raw, following, options.observer).catch((error: unknown) => {
    reply.log.warn({ err: error }, 'event stream ended')
    end()
  })
}

/** Nothing more is said to who has been said goodbye to; whether it was said. */
function write(raw: ServerResponse, text: string): boolean {
  if (raw.writableEnded || raw.destroyed) return false
  raw.write(text)
  return true
}

async function follow(raw: ServerResponse, following: Following, observer: Observer): Promise<void> {
  const isFast = patience(
    () => raw.writableLength,
    () => raw.destroy(),
  )
  const outcome = await following.start({
    deliver(event) {
      const isSaid = write(raw, `id: ${event.cursor}\nevent: ${event.type}\ndata: ${eventText(event)}\n\n`)
      if (isSaid) observer.delivered('stream', 1)
      isFast()
    },
    async ready() {
      if (raw.writableLength > CATCH_UP_BYTES && !raw.destroyed)
        await Promise.race([once(raw, 'drain'), once(raw, 'close')])
    },
  })
  if (outcome.ok) return
  write(raw, `event: reset\nid: ${outcome.rejection.oldest}\ndata: {"reason":"cursor-expired"}\n\n`)
  raw.end()
}
