import type { FastifyRequest } from 'fastify'

const MAPPED = '::ffff:'
/** What one subscriber has of IPv6: half the address, four groups (RFC 6177). */
const GROUPS = 4

/** Where a request comes from, as limits tell clients apart: an IPv4 address, or the /64 network of an IPv6 address. */
export function addressOf({ ip }: Pick<FastifyRequest, 'ip'>): string {
  if (!ip.includes(':')) return ip
  if (ip.startsWith(MAPPED) && ip.includes('.')) return ip.slice(MAPPED.length)
  const [head = '', tail] = ip.split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? '').split(':')]
  return `${all.slice(0, GROUPS).join(':')}::/64`
}
