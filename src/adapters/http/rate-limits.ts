import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import type { RateTally } from '../../application/ports/rate-tally.ts'
import { addressOf } from './client-address.ts'
import { POLICY_OF_ROUTE, type PolicyName, type RatePolicies, type RoutePolicy } from './rate-policies.ts'
import { sendProblem } from './send-problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What requests of the route count towards, besides `address` and `account`. */
    ratePolicy?: RoutePolicy
  }
}

export interface RateLimitOptions {
  readonly tally: RateTally
  readonly policies: RatePolicies
}

/** What a request is limited by, as hooks for before and after it is known who asks. */
export interface RateLimits {
  readonly beforeAuthentication: Hook
  readonly afterAuthentication: Hook
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void

/**
 * Counts requests and refuses those beyond a policy (draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` says what
 * holds, `RateLimit` what is left of it). Nothing waits here, and nothing is made that a request does not need.
 */
export function rateLimits(app: FastifyInstance, { tally, policies }: RateLimitOptions): RateLimits {
  const spend = (name: PolicyName): ((reply: FastifyReply, who: string) => boolean) => {
    const policy = policies[name]
    if (!policy) return () => true
    const { quota, windowSeconds } = policy
    const stated = `"${name}";q=${quota};w=${windowSeconds}`
    return (reply, who) => {
      const { count, millisecondsLeft } = tally.add(`${name}:${who}`, windowSeconds)
      const seconds = Math.max(1, Math.ceil(millisecondsLeft / 1000))
      append(reply, 'ratelimit-policy', stated)
      append(reply, 'ratelimit', `"${name}";r=${Math.max(0, quota - count)};t=${seconds}`)
      if (count <= quota) return true
      reply.header('retry-after', seconds)
      sendProblem(reply, 'rate-limited', { policy: name, quota, window_seconds: windowSeconds })
      return false
    }
  }
  const spendOfAddress = spend('address')
  const spendOfAccount = spend('account')

  app.addHook('onRoute', (route) => {
    // What HEAD leaves out of the answer has been found all the same.
    const method = route.method === 'HEAD' ? 'GET' : String(route.method)
    const name = route.config?.ratePolicy ?? POLICY_OF_ROUTE[`${method} ${route.url}`]
    if (name === undefined) return
    const spendOfRoute = spend(name)
    const limit: Hook = (request, reply, done) => {
      if (spendOfRoute(reply, request.actor?.userId ?? addressOf(request))) done()
    }
    route.onRequest = [...[route.onRequest ?? []].flat(), limit]
  })
  return {
    beforeAuthentication(request, reply, done) {
      if (spendOfAddress(reply, addressOf(request))) done()
    },
    afterAuthentication({ actor }, reply, done) {
      if (!actor || spendOfAccount(reply, actor.userId)) done()
    },
  }
}

function append(reply: FastifyReply, header: string, item: string): void {
  const before = reply.getHeader(header)
  reply.header(header, before === undefined ? item : `${before}, ${item}`)
}
