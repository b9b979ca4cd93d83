import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RateTally } from '../../application/ports/rate-tally.ts'
import { addressOf } from './client-address.ts'
import { sendProblem } from './send-problem.ts'

/** Where a password is asked for: `email` in the body says whose. */
const ROUTES: ReadonlySet<string> = new Set(['POST /v1/auth/login'])

/** So often anybody may mistype. */
export const FREE_FAILURES = 5
export const LONGEST_DELAY_SECONDS = 15 * 60
/** Failures are forgotten an hour after the first, or when the password is right. */
const MEMORY_SECONDS = 60 * 60
const UNAUTHENTICATED = 401

/** How long to wait after so many failures: a second after the fifth, and twice as long after each further one. */
export const delaySecondsAfter = (failures: number): number =>
  failures < FREE_FAILURES ? 0 : Math.min(2 ** (failures - FREE_FAILURES), LONGEST_DELAY_SECONDS)

/**
 * Makes whoever guesses passwords wait longer and longer. It counts by account **and** address: a stranger who guesses
 * from elsewhere delays himself and never the owner. Accounts that there are not are counted alike, and while someone has to
 * wait no password is looked at, so that a right one cannot be told from a wrong one.
 */
export function delayFailedSignIns(app: FastifyInstance, tally: RateTally): void {
  app.addHook('onRoute', (route) => {
    if (!ROUTES.has(`${String(route.method)} ${route.url}`)) return
    route.preHandler = [...[route.preHandler ?? []].flat(), refuseTooSoon]
    route.onResponse = [...[route.onResponse ?? []].flat(), noteOutcome]
  })

  async function refuseTooSoon(request: FastifyRequest, reply: FastifyReply) {
    const wait = tally.read(`wait:${whoAndWhere(request)}`)
    if (!wait) return
    reply.header('retry-after', Math.max(1, Math.ceil(wait.millisecondsLeft / 1000)))
    return sendProblem(reply, 'too-many-attempts')
  }

  async function noteOutcome(request: FastifyRequest, { statusCode }: FastifyReply) {
    if (request.body === undefined || (statusCode !== 200 && statusCode !== UNAUTHENTICATED)) return
    const key = whoAndWhere(request)
    if (statusCode === 200) return tally.forget(`failed:${key}`)
    const delaySeconds = delaySecondsAfter(tally.add(`failed:${key}`, MEMORY_SECONDS).count)
    if (delaySeconds === 0) return
    // Of several at once the last has the longest delay.
    tally.forget(`wait:${key}`)
    tally.add(`wait:${key}`, delaySeconds)
  }
}

/** Whose account, from where; the address of a mailbox is nothing to keep in clear. */
function whoAndWhere(request: FastifyRequest): string {
  const { email } = request.body as { readonly email: string }
  return `${addressOf(request)}:${hash('sha256', inOneCase(email), 'base64url')}`
}

/**
 * Each character by itself, and one for each, as PostgreSQL does it: in JavaScript the case of one may depend on the next,
 * and other spellings of an address would be other counts.
 */
export const inOneCase = (text: string) =>
  Array.from(text, (character) => [...character.toLowerCase()][0] ?? character).join('')
