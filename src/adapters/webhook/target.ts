import { isIP } from 'node:net'
import type { Reach, WebhookTarget } from '../../domain/webhook-target.ts'
import { reachOf } from './reach.ts'

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 }

/** Names that no public server has (RFC 6761, RFC 6762, RFC 8375, RFC 9476). */
const INSIDE = /(^|\.)(localhost|local|internal|home\.arpa|test|invalid|onion|alt)$/

/** What fits into a question of DNS (RFC 1035, section 2.3.4). */
const MOST_NAME = 253
const LABEL = /^.{1,63}$/

/** The host without the brackets of version 6 and without a last dot, which names the same. */
export const hostOf = ({ hostname }: URL) => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')

/** What an address is, read as it will be when it is called; undefined for a text that is none. */
export function readTarget(text: string): WebhookTarget | undefined {
  // A URL takes white space and control characters out of a text, which then says something else than was written.
  if (/[\s\p{Cc}\\]/u.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const host = hostOf(url)
  if (host === '') return undefined
  return {
    scheme: url.protocol.slice(0, -1),
    port: url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? 0) : Number(url.port),
    hasCredentials: url.username !== '' || url.password !== '' || /^[^/]*\/\/[^/?#]*@/.test(text),
    hasFragment: text.includes('#'),
    isHostPossible: isIP(host) > 0 || isPossibleName(host),
    reach: hostReach(host),
  }
}

/** As a URL has it, in which letters of other scripts are written as `xn--`. */
const isPossibleName = (name: string) =>
  name.length <= MOST_NAME && name.split('.').every((label) => LABEL.test(label))

function hostReach(host: string): Reach {
  if (isIP(host) > 0) return reachOf(host)
  return INSIDE.test(host) || !host.includes('.') ? 'private' : 'public'
}
