import { createRemoteJWKSet, customFetch, decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import { Unavailable } from '../../application/ports/unavailable.ts'
import type { SelfGivenRole } from '../../domain/account.ts'
import type { Instant } from '../../domain/instant.ts'
import type { OutsideIdentity } from '../../domain/outside-identity.ts'
import { readClaims } from './claims.ts'

/** Someone else whose tokens are taken. */
export interface OutsideIssuer {
  readonly issuer: string
  readonly audience: string
  readonly jwksUri: string
  /** Where in a token its roles are, as a path of names. */
  readonly rolesClaim: readonly string[]
  /** What its roles mean here. */
  readonly roles: Readonly<Record<string, SelfGivenRole>>
}

export interface OutsideToken {
  readonly identity: OutsideIdentity
  readonly issuedAt: Instant
  readonly expires: Instant
}

/** Signatures that are checked with a public key; what a secret could have signed is none of them. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']
const TYPES = new Set<unknown>([undefined, 'jwt', 'at+jwt', 'application/at+jwt'])
const FETCH_MILLISECONDS = 3_000
const COOLDOWN_MILLISECONDS = 30_000
const KEPT_MILLISECONDS = 600_000
const MOST_BYTES = 256 * 1024
const CLOCK_TOLERANCE_SECONDS = 5

/**
 * Reads tokens of outside issuers: null for a token that is not theirs, or not good. Their keys are fetched when they are
 * needed, kept for ten minutes, and looked for anew at most every half a minute, whatever tokens name.
 * @throws Unavailable when the keys cannot be had
 */
export function outsideTokens(issuers: readonly OutsideIssuer[]) {
  const doors = new Map(issuers.map((one) => [one.issuer, { one, keys: keySet(one.jwksUri) }]))
  return async (token: string): Promise<OutsideToken | null> => {
    const door = doors.get(namedIssuer(token) ?? '')
    if (!door) return null
    const { issuer, audience } = door.one
    try {
      const { payload, protectedHeader } = await jwtVerify(token, door.keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['sub', 'iat', 'exp'],
      })
      return TYPES.has(protectedHeader.typ?.toLowerCase()) ? tokenOf(door.one, payload) : null
    } catch (error) {
      if (isOfToken(error)) return null
      throw new Unavailable(`The keys of ${issuer} cannot be had`, { cause: error })
    }
  }
}

const keySet = (uri: string) =>
  createRemoteJWKSet(new URL(uri), {
    timeoutDuration: FETCH_MILLISECONDS,
    cooldownDuration: COOLDOWN_MILLISECONDS,
    cacheMaxAge: KEPT_MILLISECONDS,
    [customFetch]: fetchBounded,
  })

/** Neither follows elsewhere nor reads more than any set of keys has. */
async function fetchBounded(url: string, init: Parameters<typeof fetch>[1]): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'error' })
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new Error('The set of keys is too large')
    chunks.push(chunk)
  }
  return new Response(Buffer.concat(chunks), { status: response.status })
}

function namedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

/** Whether it is the token that is wrong, and not the way to the keys. */
const isOfToken = (error: unknown) =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) &&
  error.code !== 'ERR_JOSE_GENERIC'

function tokenOf(issuer: OutsideIssuer, payload: JWTPayload): OutsideToken | null {
  const claims = readClaims(payload)
  if (!claims || claims.iat === null) return null
  const { sub, iat, exp, email, email_verified: isVerified, given_name, family_name, name, zoneinfo } = claims
  return {
    issuedAt: Math.floor(iat * 1000) as Instant,
    expires: Math.floor(exp * 1000) as Instant,
    identity: {
      issuer: issuer.issuer,
      subject: sub,
      email: isVerified ? email : null,
      firstName: given_name ?? name,
      lastName: family_name,
      timeZone: zoneinfo,
      roles: rolesOf(issuer, payload),
    },
  }
}

function rolesOf({ rolesClaim, roles }: OutsideIssuer, payload: JWTPayload): SelfGivenRole[] {
  let found: unknown = payload
  for (const name of rolesClaim) {
    const isIn = typeof found === 'object' && found !== null && Object.hasOwn(found, name)
    found = isIn ? (found as Readonly<Record<string, unknown>>)[name] : undefined
  }
  const named = [found].flat().filter((one) => typeof one === 'string')
  const meant = named.flatMap((one) => (Object.hasOwn(roles, one) ? (roles[one] ?? []) : []))
  return [...new Set(meant)]
}
