import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'

/** Every address that a name has at this moment. Rejects where it has none. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>

/** As the machine resolves names, its hosts file with it: what it says is judged, whatever it is. */
export const systemResolve: Resolve = (name) => lookup(name, { all: true, verbatim: true })

/** The addresses of a host, which is its own where it is one. */
export async function addressesOf(host: string, resolve: Resolve): Promise<readonly LookupAddress[]> {
  const family = isIP(host)
  return family > 0 ? [{ address: host, family }] : resolve(host)
}
