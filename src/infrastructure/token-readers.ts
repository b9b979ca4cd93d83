import type { TokenKeys } from '../adapters/http/token-keys.ts'
import { type OutsideIssuer, outsideTokens } from '../adapters/jose/outside-tokens.ts'
import { sharedSecretTokens } from '../adapters/jose/shared-secret-tokens.ts'
import { admitOutsider, type OutsidePorts } from '../application/outside-accounts.ts'
import { admitBearer } from '../application/shared-tokens.ts'

/** Who bears a token of an outside issuer; the first one makes the account. */
export function outsideSessions(issuers: readonly OutsideIssuer[], ports: OutsidePorts) {
  const readToken = outsideTokens(issuers)
  const admit = admitOutsider(ports)
  return async (token: string) => {
    const read = await readToken(token)
    const actor = read && (await admit(read.identity, read.issuedAt))
    return read && actor && { actor, sessionId: null, expires: read.expires }
  }
}

export interface SharedSessionOptions {
  readonly keys: TokenKeys
  /** Ours, whose tokens are judged by more than the secret. */
  readonly issuer: string
  readonly outsideIssuers: readonly OutsideIssuer[]
}

/**
 * Who bears a token that another system has signed with JWT_SECRET, or with one from before it. Where a private key signs, no
 * secret is shared: none is good, whatever old secrets there are.
 */
export function sharedSessions({ keys, issuer, outsideIssuers }: SharedSessionOptions, ports: OutsidePorts) {
  const isShared = keys.signing.algorithm === 'HS256'
  const secrets = isShared ? keys.verifying.filter(({ algorithm }) => algorithm === 'HS256') : []
  const readToken = sharedSecretTokens({
    secrets: secrets.map(({ key }) => key),
    otherIssuers: [issuer, ...outsideIssuers.map((one) => one.issuer)],
  })
  const admit = admitBearer(ports)
  return async (token: string) => {
    const read = await readToken(token)
    const actor = read && (await admit(read))
    return actor && { actor, sessionId: null, expires: read.expires }
  }
}
