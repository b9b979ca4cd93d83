import type { LookupAddress } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { addressesInHosts } from './hosts-file.ts'

/** Every address that a name has at this moment. Rejects where it has none, and soon after the signal. */
export type Resolve = (name: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>

export interface ResolveOptions {
  readonly hostsFile?: string
  /** The name servers that are asked, with their ports; those of the machine where they are left out. */
  readonly servers?: readonly string[]
  /** How long a server is waited for the first time; the second time longer. */
  readonly timeoutMilliseconds?: number
}

/** No name server has answered in time. */
export class LookupTimeout extends Error {
  override readonly name = 'LookupTimeout'
}

/** There is no such name, or it has no address. */
export class NameNotFound extends Error {
  override readonly name = 'NameNotFound'
}

const HOSTS_FILE = '/etc/hosts'
const TIMEOUT_MILLISECONDS = 2_000
const TRIES = 2

/**
 * By the hosts file, then by DNS with the name as it is; what they say is judged, whatever it is. Not as the machine does it
 * (`dns.lookup`): that takes one of the few threads of the process until it ends and cannot be called off, so a few names
 * whose servers are silent would have every other lookup wait, those of the database, too.
 */
export const resolveNames =
  ({ hostsFile = HOSTS_FILE, ...options }: ResolveOptions = {}): Resolve =>
  async (name, signal) => {
    const known = await addressesInHosts(hostsFile, name)
    return known.length > 0 ? known : askServers(name, options, signal)
  }

/** Asks for both families at once. What only one of them has is enough: nothing else will be connected to. */
async function askServers(
  name: string,
  { servers, timeoutMilliseconds: timeout = TIMEOUT_MILLISECONDS }: ResolveOptions,
  signal: AbortSignal,
): Promise<readonly LookupAddress[]> {
  signal.throwIfAborted()
  // One of its own: to call it off ends no other lookup.
  const resolver = new Resolver({ timeout, tries: TRIES })
  if (servers) resolver.setServers(servers)
  const callOff = () => resolver.cancel()
  signal.addEventListener('abort', callOff, { once: true })
  const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  signal.removeEventListener('abort', callOff)
  signal.throwIfAborted()
  const found = [...ofFamily(four, 4), ...ofFamily(six, 6)]
  if (found.length === 0) throw whyNothing([four, six])
  return found
}

type Answered = PromiseSettledResult<readonly string[]>

const ofFamily = (answered: Answered, family: number): readonly LookupAddress[] =>
  answered.status === 'fulfilled' ? answered.value.map((address) => ({ address, family })) : []

/** What DNS says of a name that there is not, or that has no address of a family. */
const NOT_FOUND: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA'])

/** Whether a name has no address is not known while a server is silent about it, refuses to be asked or fails. */
function whyNothing(answers: readonly Answered[]): Error {
  const reasons = answers.map((answered) => (answered.status === 'rejected' ? answered.reason : undefined))
  const late = reasons.find((reason) => reason?.code === 'ETIMEOUT')
  if (late) return new LookupTimeout('No name server has answered', { cause: late })
  const failed = reasons.find((reason) => reason !== undefined && !NOT_FOUND.has(reason.code))
  if (failed) return new Error('The name servers could not tell', { cause: failed })
  return new NameNotFound('The name has no address', {
    cause: reasons.find((reason) => reason !== undefined),
  })
}

/** The addresses of a host, which is its own where it is one. */
export async function addressesOf(
  host: string,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<readonly LookupAddress[]> {
  const family = isIP(host)
  return family > 0 ? [{ address: host, family }] : resolve(host, signal)
}
