import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { SharedToken } from '../../application/shared-tokens.ts'
import { ROLES } from '../../domain/actor.ts'
import type { Instant } from '../../domain/instant.ts'
import { readClaims } from './claims.ts'

export interface SharedSecretOptions {
  /** Whatever a token may be signed with; with none, no token is good. */
  readonly secrets: readonly string[]
  /** Issuers whose tokens are judged elsewhere, and stricter: ourselves, and those that have keys of their own. */
  readonly otherIssuers: readonly string[]
}

/** What whoever shares the secret was given for `alg` (RFC 8725, section 3.1): one algorithm, and no public key passes for it. */
const ALGORITHMS = ['HS256']
/** A token says what it is, or nothing; one that says it is for something else is no access token (RFC 8725, section 3.11). */
const TYPES = new Set<unknown>([undefined, 'jwt', 'at+jwt', 'application/at+jwt'])
/** Under this name those are known who come with such a token and whom it does not name by an id of ours. */
const SHARED_SECRET = 'urn:slotwright:shared-secret'

/**
 * Reads tokens that another system has signed with the secret that it shares with this one: null for one that is not
 * good. Such a token has to end (`exp`), to say who it is of (`sub`), and in which roles, as a list.
 */
export function sharedSecretTokens({ secrets, otherIssuers }: SharedSecretOptions) {
  const keys = secrets.map((secret) => new TextEncoder().encode(secret))
  const others = new Set<unknown>(otherIssuers)
  return async (token: string): Promise<SharedToken | null> => {
    for (const key of keys) {
      const payload = await verified(token, key)
      if (payload) return others.has(payload.iss) ? null : tokenOf(payload)
    }
    return null
  }
}

async function verified(token: string, key: Uint8Array): Promise<JWTPayload | null> {
  try {
    const options = { algorithms: ALGORITHMS, requiredClaims: ['sub', 'exp', 'roles'] }
    const { payload, protectedHeader } = await jwtVerify(token, key, options)
    const { typ } = protectedHeader
    return TYPES.has(typeof typ === 'string' ? typ.toLowerCase() : typ) ? payload : null
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

function tokenOf(payload: JWTPayload): SharedToken | null {
  const claims = readClaims(payload)
  const { roles } = payload
  if (!claims || !Array.isArray(roles)) return null
  const { sub, iat, exp, email, email_verified: isVerified, given_name, family_name, name, zoneinfo } = claims
  const held = ROLES.filter((role) => roles.includes(role))
  return {
    issuedAt: (iat === null ? 0 : Math.floor(iat * 1000)) as Instant,
    expires: Math.floor(exp * 1000) as Instant,
    roles: held,
    identity: {
      issuer: SHARED_SECRET,
      subject: sub,
      email: isVerified ? email : null,
      firstName: given_name ?? name,
      lastName: family_name,
      timeZone: zoneinfo,
      roles: held.filter((role) => role !== 'admin'),
    },
  }
}
