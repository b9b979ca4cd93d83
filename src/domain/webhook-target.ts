import type { Violation } from './violation.ts'

/**
 * How an address is reached: over the Internet; inside this machine or its own network; or not by anything that is sent
 * to one receiver, or by what must never be asked, such as the metadata of a cloud.
 */
export type Reach = 'public' | 'private' | 'never'

/** What an address of an endpoint turned out to be. */
export interface WebhookTarget {
  readonly scheme: string
  readonly port: number
  readonly hasCredentials: boolean
  readonly hasFragment: boolean
  /** Whether the host is an address, or a name that there may be in DNS. */
  readonly isHostPossible: boolean
  /** Of a host that is written as an address, and of names that are never public. Other names are resolved at each try. */
  readonly reach: Reach
}

/** Private addresses are for development, where the receiver runs beside the server. */
export const mayReach = (reach: Reach, allowPrivate: boolean) =>
  reach === 'public' || (reach === 'private' && allowPrivate)

const HTTPS_PORT = 443
const HTTP_PORT = 80
/** Below it live other services, which a call might be made to confuse. */
const FIRST_FREE_PORT = 1024

const violation = (code: string, message: string): Violation => ({ path: ['url'], code, message })

/** All that is wrong with the address of an endpoint. */
export function targetViolations(target: WebhookTarget | undefined, allowPrivate: boolean): Violation[] {
  if (!target) return [violation('format', 'must be a URL such as https://example.com/hooks')]
  const { scheme, port, hasCredentials, hasFragment, isHostPossible, reach } = target
  const isHttp = scheme === 'http' && allowPrivate
  const found: Violation[] = []
  if (scheme !== 'https' && !isHttp) found.push(violation('scheme', 'must begin with https://'))
  if (hasCredentials) found.push(violation('credentials', 'must have no user and no password in it'))
  if (hasFragment) found.push(violation('fragment', 'must have no fragment: it is never sent'))
  if (!isHostPossible) {
    found.push(violation('host', 'must have a host of at most 253 characters, 1 to 63 between two dots'))
  }
  if (port < FIRST_FREE_PORT && port !== HTTPS_PORT && !(isHttp && port === HTTP_PORT)) {
    found.push(violation('port', `must have port ${HTTPS_PORT}, or one from ${FIRST_FREE_PORT} on`))
  }
  if (!mayReach(reach, allowPrivate)) found.push(violation('address', 'must be reached over the Internet'))
  return found
}
