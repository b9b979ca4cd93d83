import type { z } from 'zod'
import { DEFAULT_POLICIES, type PolicyName, type RatePolicies } from '../adapters/http/rate-policies.ts'

const POLICY = /^([a-z]+)=(?:off|(\d{1,9})\/(\d{1,5}))$/

const isPolicy = (name: string): name is PolicyName => Object.hasOwn(DEFAULT_POLICIES, name)

/**
 * Reads what RATE_LIMITS says: `on` for the defaults, `off` for none, or what differs from the defaults, such as
 * `login=50/10,searches=off` (so many in so many seconds).
 */
export function readRatePolicies(text: string, context: z.RefinementCtx): RatePolicies | null {
  if (text === 'off') return null
  if (text === 'on') return DEFAULT_POLICIES
  const policies: { [name in PolicyName]?: RatePolicies[name] } = { ...DEFAULT_POLICIES }
  for (const part of text.split(',')) {
    const [, name = '', quota, seconds] = POLICY.exec(part.trim()) ?? []
    if (!isPolicy(name) || quota === '0' || seconds === '0') {
      const names = Object.keys(DEFAULT_POLICIES).join(', ')
      const message = `must be on, off or a list such as login=50/10,searches=off, of ${names}`
      context.addIssue({ code: 'custom', message })
      return null
    }
    if (quota === undefined) delete policies[name]
    else policies[name] = { quota: Number(quota), windowSeconds: Number(seconds) }
  }
  return policies
}
