// Follows events of Slotwright over a WebSocket, for ever and without missing one. It runs in browsers and in Node 22 or
// later as it is, and needs nothing else.

const LONGEST_PAUSE_MILLISECONDS = 30_000
const FIRST_PAUSE_MILLISECONDS = 500
/** When a server goes away, everyone who listened comes back: not all at once. */
const RESTART_SPREAD_MILLISECONDS = 3_000

/** A browser does not tell when the server pings: after so long without a word we say something that is answered. */
const QUIET_MILLISECONDS = 30_000
/** Who has said nothing by then either is gone, as after a sleep, or where a router has forgotten the connection. */
const ANSWER_MILLISECONDS = 15_000

/** What a socket is closed with whose network is gone. */
const GONE = 1006
/** Why the server closes a socket. Whatever is not here may pass. */
const CLOSED = { restarting: 1012, tooSlow: 1013, unauthenticated: 4401 }
/** Trying again makes none of these good: they are mistakes of whoever wrote the client. */
const MISTAKES = [1002, 1003, 1007, 1009, 4429]
/** With a role that was taken away we would go on to hear less, and take it for all there is: whoever runs us has to know. */
const FINAL = new Set([...MISTAKES, 4403])

/**
 * @typedef {object} Options
 * @property {string} origin Where the server is, such as https://booking.example.com.
 * @property {readonly string[]} topics What to follow, such as ['bookings'].
 * @property {(isFresh: boolean) => Promise<string>} getToken Gives an access token; another than before where `isFresh`.
 * @property {() => Promise<string | null>} readCursor The cursor that was written last; null where none was.
 * @property {(cursor: string) => Promise<void>} writeCursor Keeps how far we have come.
 * @property {(event: object) => Promise<void>} onEvent Does what is to be done, and is waited for. After a crash the last
 *   event may come once more: tell it by its `id`.
 * @property {(reason: string) => Promise<void>} onReset Events have been missed, since they are not kept for ever: read
 *   anew what is built of them.
 * @property {(state: string) => void} [onState] Told how it goes, for people to read.
 * @property {() => number} [random] From 0 to 1.
 * @property {number} [quietMilliseconds] After how long without a word we ask whether the server is still there.
 * @property {number} [answerMilliseconds] How long we wait for it to say so, or to give a ticket.
 */

/**
 * Follows until it is stopped. `ended` fulfils then, and rejects where going on is pointless: at a mistake of the client,
 * or where `onEvent`, `onReset` or the cursor's keeper has failed.
 *
 * @param {Options} options
 * @returns {{ ended: Promise<void>, stop: () => void }}
 */
export function followEvents(options) {
  const { onState = () => {}, random = Math.random } = options
  const stopping = new AbortController()

  async function run() {
    let failures = 0
    let isFresh = false
    while (!stopping.signal.aborted) {
      const outcome = await listenOnce(options, isFresh, stopping.signal)
      if (stopping.signal.aborted) return
      failures = outcome.wasSubscribed ? 0 : failures + 1
      isFresh = outcome.code === CLOSED.unauthenticated
      const pause = pauseAfter(outcome, failures, random)
      onState(`closed with ${outcome.code}; coming back in ${Math.round(pause)} ms`)
      await sleep(pause, stopping.signal)
    }
  }

  return { ended: run(), stop: () => stopping.abort() }
}

/** How long to wait before coming back: the longer, the more often it was in vain, and never all at the same time. */
function pauseAfter({ code, wasSubscribed }, failures, random) {
  if (code === CLOSED.restarting) return random() * RESTART_SPREAD_MILLISECONDS
  // We have got what there was, or have to have another token: there is nothing to wait for.
  if (wasSubscribed && (code === CLOSED.tooSlow || code === CLOSED.unauthenticated)) return 0
  return (
    random() * Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** Math.min(failures, 10))
  )
}

/** One socket from its ticket to its end; tells the code it was closed with, and whether it had been of use. */
async function listenOnce(options, isFresh, signal) {
  const { origin, getToken, onState = () => {}, answerMilliseconds = ANSWER_MILLISECONDS } = options
  let ticket
  try {
    const authorization = `Bearer ${await getToken(isFresh)}`
    const response = await fetch(`${origin}/v1/events/tickets`, {
      method: 'POST',
      headers: { authorization },
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMilliseconds)]),
    })
    if (response.status === 401) return { code: CLOSED.unauthenticated, wasSubscribed: false }
    // A browser cannot send a token with a socket, so everyone comes with a ticket, which is good once.
    if (response.ok) ticket = (await response.json()).ticket
  } catch (error) {
    onState(`cannot be reached: ${error.message}`)
  }
  // Whatever stands between us and the server may answer in its place, with anything.
  if (typeof ticket !== 'string' || signal.aborted) return { code: GONE, wasSubscribed: false }
  return talk(options, new WebSocket(`${origin.replace(/^http/, 'ws')}/v1/events?ticket=${ticket}`), signal)
}

/** Talks over a socket until its end. What it says is heard one by one, each after the one before is done with. */
function talk(options, socket, signal) {
  let wasSubscribed = false
  let failure = null
  let heard = Promise.resolve()
  let isOver = false
  const say = (message) => socket.send(JSON.stringify(message))

  return new Promise((resolve, reject) => {
    const end = async ({ code, reason }) => {
      if (isOver) return
      isOver = true
      watch.stop()
      signal.removeEventListener('abort', leave)
      await heard
      if (FINAL.has(code)) failure ??= new Error(`Closed with ${code}: ${reason}`)
      if (failure) reject(failure)
      else resolve({ code, wasSubscribed })
    }
    // A socket whose other side is gone may never tell that it is closed. What comes after this comes again.
    const leave = () => {
      socket.close()
      end({ code: GONE })
    }
    const watch = watchSilence(options, socket, say, leave)
    const hear = hearerOf(options, say, leave)
    signal.addEventListener('abort', leave)
    socket.addEventListener('message', ({ data }) => {
      if (isOver) return
      watch.heard()
      const message = JSON.parse(data)
      if (message.type === 'subscribed') wasSubscribed = true
      heard = heard
        .then(() => failure ?? hear(message))
        .catch((error) => {
          failure = error
          leave()
        })
    })
    // Whatever goes wrong ends in a close as well.
    socket.addEventListener('error', () => {})
    socket.addEventListener('close', end)
  })
}

/** No subscription of ours: that there is none is an answer as good as any. */
const NO_SUBSCRIPTION = 'are-you-there'

/** Leaves when nothing has been heard for long, not even an answer. */
function watchSilence(options, socket, say, leave) {
  const { quietMilliseconds = QUIET_MILLISECONDS, answerMilliseconds = ANSWER_MILLISECONDS } = options
  let timer
  const ask = () => {
    // It may still be opening, for as long as that.
    if (socket.readyState === WebSocket.OPEN) say({ type: 'unsubscribe', id: NO_SUBSCRIPTION })
    timer = setTimeout(leave, answerMilliseconds)
  }
  const stop = () => clearTimeout(timer)
  const heard = () => {
    stop()
    timer = setTimeout(ask, quietMilliseconds)
  }
  heard()
  return { heard, stop }
}

const SUBSCRIPTION = 'all'

/** What to do with each message of the server. */
function hearerOf({ topics, readCursor, writeCursor, onEvent, onReset, onState = () => {} }, say, close) {
  const subscribe = (after) =>
    say({ type: 'subscribe', id: SUBSCRIPTION, topics, ...(after === null ? {} : { after }) })

  /** Reads anew what is built of events, and then goes on from a place before that: so there is no gap between them. */
  const startAnew = async (reason, cursor) => {
    await onReset(reason)
    await writeCursor(cursor)
    subscribe(cursor)
  }
  let opened = null

  return async (message) => {
    switch (message.type) {
      case 'hello':
        opened = message.cursor
        return subscribe(await readCursor())
      case 'subscribed':
        onState('listening')
        // From here on nothing is missed, even if the first event comes after the next crash.
        return writeCursor(message.cursor)
      case 'event':
        await onEvent(message.event)
        return writeCursor(message.event.cursor)
      case 'reset':
        return startAnew(message.reason, message.cursor)
      case 'error':
        if (message.id === NO_SUBSCRIPTION) return
        if (message.problem.code === 'unknown-cursor') return startAnew('unknown-cursor', opened)
        // It may be well again when we come back.
        if (message.problem.code === 'unavailable') return close()
        throw new Error(`${message.problem.code}: ${message.problem.detail}`)
    }
  }
}

const sleep = (milliseconds, signal) =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
  })
