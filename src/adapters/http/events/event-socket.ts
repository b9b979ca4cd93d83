import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { RawData, WebSocket } from 'ws'
import type { FollowEvents, Following } from '../../../application/follow-events.ts'
import type { Admission } from '../../../application/ports/event-tickets.ts'
import type { StandingWatch } from '../../../application/watch-standings.ts'
import type { Lapse } from '../../../domain/actor.ts'
import type { Observer } from '../observer.ts'
import { factsOf } from '../refusal-facts.ts'
import { type ProblemFacts, problemBody } from '../send-problem.ts'
import { type ClientMessage, readMessage } from './client-messages.ts'
import { CLOSE, MOST_SUBSCRIPTIONS, ROLE_LOST } from './close-codes.ts'
import { eventText } from './event-text.ts'
import { patience } from './patience.ts'
import type { ServerMessage, SocketProblem } from './server-messages.ts'
import { atSessionEnd } from './session-end.ts'
import { readTopic } from './topics.ts'

/** Up to here a listener who catches up is sent more. */
const CATCH_UP_BYTES = 64 * 1024
const CATCH_UP_PAUSE_MILLISECONDS = 5
const PING_MILLISECONDS = 30_000

export interface EventSocketOptions {
  readonly followEvents: FollowEvents
  /** Who listens, and until when; null for someone who did not say. */
  readonly admission: Admission | null
  readonly watch: StandingWatch['watch']
  /** The id of the request that opened the socket, by which the log has it. */
  readonly requestId: string
  readonly cursor: string
  /** What to follow without being told to; null for nothing. */
  readonly first: Subscribing | null
  readonly log: FastifyBaseLogger
  readonly observer: Observer
}

type Subscribing = Extract<ClientMessage, { type: 'subscribe' }>

type Close = (code: number, why: string) => void

/** One that has been asked for; what it follows is known once it is open. */
interface Subscription {
  following: Following | null
}

/** Talks with one client over its socket: subscriptions come and go, and their events come in the order of the log. */
export function serveEventSocket(socket: WebSocket, options: EventSocketOptions): void {
  const { followEvents, admission, requestId, log, observer } = options
  const subscriptions = new Map<string, Subscription>()
  /** How many are being opened: one that was given up meanwhile is still work. */
  let opening = 0
  const isOpen = () => socket.readyState === socket.OPEN
  /** Whoever is slow may take long to close: nothing is read for them meanwhile. */
  const close: Close = (code, why) => {
    unsubscribeAll()
    socket.close(code, why)
  }
  const isFast = patience(
    () => socket.bufferedAmount,
    () => close(CLOSE.tooSlow, 'too slow: resume by cursor'),
  )

  /** Whether there is still someone to say it to. */
  const send = (text: string): boolean => {
    if (!isOpen()) return false
    socket.send(text)
    isFast()
    return true
  }
  const say = (message: ServerMessage) => send(JSON.stringify(message))
  const refuse = (id: string | null, code: SocketProblem, facts?: ProblemFacts) =>
    say({ type: 'error', id, problem: problemBody(code, requestId, facts) })

  async function subscribe({ id, topics, types, after }: Subscribing) {
    if (subscriptions.has(id)) return refuse(id, 'subscription-exists')
    if (Math.max(subscriptions.size, opening) >= MOST_SUBSCRIPTIONS) {
      return close(CLOSE.tooMany, `at most ${MOST_SUBSCRIPTIONS} subscriptions`)
    }
    const actor = admission?.actor ?? null
    const followed = topics.map(readTopic)
    if (actor === null && followed.some(({ kind }) => kind !== 'availability')) {
      return refuse(id, 'unauthenticated')
    }
    const mine: Subscription = { following: null }
    subscriptions.set(id, mine)
    opening++
    try {
      const outcome = await followEvents(actor, {
        topics: followed,
        types: new Set(types),
        after: after ?? null,
      })
      // It may have been given up meanwhile, and another one opened under its name.
      if (subscriptions.get(id) !== mine) return
      if (!outcome.ok) {
        subscriptions.delete(id)
        return refuse(id, outcome.rejection.code, factsOf(outcome.rejection))
      }
      mine.following = outcome.value
      say({ type: 'subscribed', id, cursor: outcome.value.cursor })
    } catch (error) {
      return fail(id, mine, error)
    } finally {
      opening--
    }
    await listen(id, mine, mine.following).catch((error: unknown) => fail(id, mine, error))
  }

  async function listen(id: string, mine: Subscription, following: Following) {
    const opening = `{"type":"event","id":${JSON.stringify(id)},"event":`
    const outcome = await following.start({
      deliver: (event) => {
        if (send(`${opening}${eventText(event)}}`)) observer.delivered('websocket', 1)
      },
      ready: async () => {
        while (isOpen() && socket.bufferedAmount > CATCH_UP_BYTES) {
          await delay(CATCH_UP_PAUSE_MILLISECONDS)
        }
      },
    })
    // It may have been given up while it read, and another one goes on under its name.
    if (outcome.ok || subscriptions.get(id) !== mine) return
    unsubscribe(id)
    say({ type: 'reset', id, reason: outcome.rejection.code, cursor: outcome.rejection.oldest })
  }

  function unsubscribe(id: string) {
    subscriptions.get(id)?.following?.stop()
    subscriptions.delete(id)
  }

  function unsubscribeAll() {
    for (const id of [...subscriptions.keys()]) unsubscribe(id)
  }

  function fail(id: string, failed: Subscription, error: unknown): void {
    log.warn({ err: error }, 'subscription failed')
    if (subscriptions.get(id) !== failed) return
    unsubscribe(id)
    refuse(id, 'unavailable')
  }

  function hear(data: RawData, isBinary: boolean) {
    // What is heard after the goodbye opens nothing any more.
    if (!isOpen()) return
    if (isBinary) return close(CLOSE.unsupportedData, 'messages are text')
    const read = readMessage(String(data))
    if (!read.ok) return refuse(read.id, 'malformed-request', { errors: read.errors })
    const { message } = read
    if (message.type === 'subscribe') return void subscribe(message)
    if (!subscriptions.has(message.id)) return refuse(message.id, 'subscription-not-found')
    unsubscribe(message.id)
    say({ type: 'unsubscribed', id: message.id })
  }

  socket.on('message', hear)
  // A frame that breaks the protocol or is too large: the socket closes itself with the code that says so.
  socket.on('error', (error) => log.info({ err: error }, 'socket failed'))
  endInTime(socket, options, close)
  socket.on('close', unsubscribeAll)
  say({ type: 'hello', cursor: options.cursor })
  if (options.first) void subscribe(options.first)
}

/** Ends the socket of whoever is gone without a word, whose token has ended, or whose account no longer lets them in. */
function endInTime(
  socket: WebSocket,
  { admission, watch, observer }: EventSocketOptions,
  close: Close,
): void {
  let isAlive = true
  const leave = observer.listens('websocket')
  const pings = setInterval(() => {
    if (!isAlive) return socket.terminate()
    isAlive = false
    socket.ping()
  }, PING_MILLISECONDS)
  const refuse = (why: string) => close(CLOSE.unauthenticated, why)
  const forget = atSessionEnd(admission?.sessionEndsAt ?? null, () => refuse('the token has expired'))
  const lapse = (why: Lapse) =>
    why === 'role-lost' ? close(CLOSE.forbidden, ROLE_LOST) : refuse('the account has changed')
  const unwatch = admission ? watch(admission, lapse) : undefined
  socket.on('pong', () => {
    isAlive = true
  })
  socket.on('close', () => {
    leave()
    clearInterval(pings)
    forget()
    unwatch?.()
  })
}
