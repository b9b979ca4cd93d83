import type { WebhookMessage, WebhookSender } from '../../application/ports/webhook-sender.ts'
import type { Instant } from '../../domain/instant.ts'
import type { DeliveryError } from '../../domain/webhook-delivery.ts'
import { mayReach } from '../../domain/webhook-target.ts'
import { meaningOf, readRetryAfter } from './answer.ts'
import { ConnectTimeout, post } from './exchange.ts'
import { reachOf } from './reach.ts'
import { addressesOf, LookupTimeout, NameNotFound, type Resolve, resolveNames } from './resolve.ts'
import { newSecret, signedHeaders } from './signature.ts'
import { hostOf, readTarget } from './target.ts'

export interface SenderOptions {
  /** Whether receivers on this machine and in its network may be called, and without TLS; for development. */
  readonly allowPrivate: boolean
  readonly wholeMilliseconds?: number
  readonly connectMilliseconds?: number
  readonly resolve?: Resolve
  /** Whether an address may be connected to; by its reach where it is left out. */
  readonly isAllowed?: (address: string) => boolean
  /** What is trusted besides the authorities that Node knows. */
  readonly ca?: string
}

const WHOLE_MILLISECONDS = 15_000
const CONNECT_MILLISECONDS = 5_000

const NO_ANSWER = { meaning: 'failed', status: null, retryAfterSeconds: null } as const

const USER_AGENT = 'Slotwright-Webhooks/1'

/** There is an address that must not be connected to, so the name is not trusted at all. */
class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress'
}

/** Sends messages over the network, and nowhere that its options do not allow. */
export function webhookSender(options: SenderOptions): WebhookSender {
  const { allowPrivate, resolve = resolveNames(), ca } = options
  const { wholeMilliseconds = WHOLE_MILLISECONDS, connectMilliseconds = CONNECT_MILLISECONDS } = options
  const isAllowed = options.isAllowed ?? ((address: string) => mayReach(reachOf(address), allowPrivate))

  async function judgedAddresses(url: URL, signal: AbortSignal) {
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowPrivate)) throw new ForbiddenAddress()
    const found = await orAborted(addressesOf(hostOf(url), resolve, signal), signal)
    if (found.length === 0) throw new NameNotFound('The name has no address')
    if (!found.every(({ address }) => isAllowed(address))) throw new ForbiddenAddress()
    return found
  }

  async function deliver(message: WebhookMessage, signal: AbortSignal) {
    const url = new URL(message.url)
    const addresses = await judgedAddresses(url, signal)
    const headers = {
      'content-type': 'application/json',
      'user-agent': USER_AGENT,
      ...signedHeaders(message),
    }
    return post({ url, addresses, headers, body: message.body, connectMilliseconds, signal, ca })
  }

  return {
    readTarget,
    newSecret,
    async send(message, calledOff) {
      const begun = performance.now()
      const signal = AbortSignal.any([calledOff, AbortSignal.timeout(wholeMilliseconds)])
      const duration = () => Math.round(performance.now() - begun)
      try {
        const { status, retryAfter } = await deliver(message, signal)
        const retryAfterSeconds = readRetryAfter(retryAfter, Date.now() as Instant)
        return {
          durationMilliseconds: duration(),
          meaning: meaningOf(status),
          status,
          error: null,
          retryAfterSeconds,
        }
      } catch (error) {
        if (calledOff.aborted) return null
        const why = signal.aborted ? 'timed-out' : errorOf(error)
        return { ...NO_ANSWER, durationMilliseconds: duration(), error: why }
      }
    },
  }
}

/** Whatever it takes until a resolver has noticed, nobody waits for it any longer. */
const orAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
    ),
  ])

function errorOf(error: unknown): DeliveryError {
  if (error instanceof ForbiddenAddress) return 'forbidden-address'
  if (error instanceof NameNotFound) return 'name-not-found'
  if (error instanceof ConnectTimeout || error instanceof LookupTimeout) return 'timed-out'
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|EPROTO/.test(code)) return 'tls-failed'
  if (code.startsWith('HPE_')) return 'broken-answer'
  return 'connection-failed'
}
