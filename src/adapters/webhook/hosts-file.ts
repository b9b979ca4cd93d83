import type { LookupAddress } from 'node:dns'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'

/** What the machine calls itself, whether its hosts file says so or not (RFC 6761, section 6.3). */
const LOCALHOST: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

/** The addresses that a hosts file gives a name, as the file is at this moment; none where it does not name it. */
export async function addressesInHosts(path: string, name: string): Promise<readonly LookupAddress[]> {
  // A machine without the file has said nothing in it.
  const text = await readFile(path, 'utf8').catch(() => '')
  const wanted = name.toLowerCase()
  const found = text.split('\n').flatMap((line) => addressIn(line, wanted))
  return found.length === 0 && wanted === 'localhost' ? LOCALHOST : found
}

/**
 * The address of a line, where it is one of the name: an address, names that are divided by white space, a remark. One with
 * a zone, as `fe80::1%lo0` for localhost on a Mac, is of a single link: it is never called, and stands beside those that are.
 */
function addressIn(line: string, wanted: string): readonly LookupAddress[] {
  const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
  const family = isIP(address)
  return family > 0 && !address.includes('%') && names.some((name) => name.toLowerCase() === wanted)
    ? [{ address, family }]
    : []
}
