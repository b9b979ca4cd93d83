export type TokenAlgorithm = 'HS256' | 'EdDSA' | 'RS256'

/** A key with the one algorithm that it is for (RFC 8725, section 3.1). */
export interface VerificationKey {
  readonly id: string
  readonly algorithm: TokenAlgorithm
  /** A secret, or a public key as PEM. */
  readonly key: string
}

export interface TokenKeys {
  /** Signs every new token: a secret, or a private key as PEM. */
  readonly signing: VerificationKey & { readonly signingKey: string }
  /** Whatever a token may be signed with: the key above, and those before it. */
  readonly verifying: readonly VerificationKey[]
  /** The public ones, as RFC 7517 writes them. */
  readonly published: readonly object[]
}

const MOST_HEADER_CHARACTERS = 1_000

/**
 * The keys that a token may be signed with by what its header says: of the algorithm it names, with the id it names where
 * it names one. The header only chooses among the keys there are. A token with a header that must be understood
 * (`crit`) has none.
 */
export function keysFor(token: string, keys: readonly VerificationKey[]): readonly VerificationKey[] {
  const text = token.slice(0, Math.max(0, token.indexOf('.')))
  if (text.length === 0 || text.length > MOST_HEADER_CHARACTERS) return []
  const header = parsed(text)
  if (!header || 'crit' in header) return []
  return keys.filter(
    ({ id, algorithm }) => header.alg === algorithm && (header.kid === undefined || header.kid === id),
  )
}

/** Who a token says it is from, not verified; undefined where it says nothing that can be read. */
export const issuerOf = (token: string): unknown => parsed(token.split('.')[1] ?? '')?.iss

function parsed(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}
