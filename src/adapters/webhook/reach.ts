import ipaddr from 'ipaddr.js'
import type { Reach } from '../../domain/webhook-target.ts'

/** What belongs to this machine, or to the network that it is in. */
const PRIVATE_RANGES: ReadonlySet<string> = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat'])

/** What clouds answer on with their metadata, outside link-local. The last is public for everyone but their machines. */
const METADATA: ReadonlySet<string> = new Set(['fd00:ec2::254', '100.100.100.200', '168.63.129.16'])

/** Where all public addresses of version 6 are (RFC 4291, section 2.4). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

/** The interface part of an address that carries one of version 4 (ISATAP, RFC 5214, section 6.1). */
const ISATAP = [0x0000, 0x5efe]
const ISATAP_GLOBAL = [0x0200, 0x5efe]

/**
 * How an address is reached. Those of version 6 that carry one of version 4 (mapped, 6to4, Teredo, NAT64, ISATAP) are
 * not called, wherever they lead: who means the address inside can write it.
 */
export function reachOf(address: string): Reach {
  if (!ipaddr.isValid(address)) return 'never'
  const parsed = ipaddr.parse(address)
  if (METADATA.has(parsed.toString())) return 'never'
  const range = parsed.range()
  if (PRIVATE_RANGES.has(range)) return 'private'
  if (range !== 'unicast') return 'never'
  return parsed instanceof ipaddr.IPv6 && !isPlain(parsed) ? 'never' : 'public'
}

function isPlain(address: ipaddr.IPv6): boolean {
  const middle = address.parts.slice(4, 6).join()
  return address.match(GLOBAL_UNICAST) && middle !== ISATAP.join() && middle !== ISATAP_GLOBAL.join()
}
