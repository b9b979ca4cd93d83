import { createHmac, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { TokenKeys, VerificationKey } from '../adapters/http/token-keys.ts'
import { ConfigError } from './config-error.ts'

/** What the settings say of keys. */
export interface KeySettings {
  /** Null where a private key signs. */
  readonly jwtSecret: string | null
  readonly jwtPreviousSecrets?: readonly string[]
  /** PEM, or a file of it. */
  readonly jwtPrivateKey?: string | null
  /** One or several PEM, or a file of them. */
  readonly jwtPreviousKeys?: string | null
}

const LEAST_RSA_BITS = 2048
const PEM = /-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----/g

/**
 * The keys of the settings. What signs now comes first; the others only check what was signed before, so that nobody is
 * logged out when a key changes. Throws ConfigError with the setting that does not fit.
 */
export async function tokenKeys(settings: KeySettings): Promise<TokenKeys> {
  const { jwtSecret, jwtPreviousSecrets = [], jwtPrivateKey = null, jwtPreviousKeys = null } = settings
  const secrets = jwtPreviousSecrets.map(secretKey)
  const pairs = jwtPreviousKeys === null ? [] : readPems('JWT_PREVIOUS_KEYS', jwtPreviousKeys)
  const previous = await Promise.all(pairs.map((key) => publicKey('JWT_PREVIOUS_KEYS', key)))
  const pair = jwtPrivateKey === null ? null : await signingPair(jwtPrivateKey)
  const signing = pair ?? signingSecret(jwtSecret)
  return {
    signing,
    verifying: distinct([signing, ...secrets, ...previous]),
    published: [...(pair ? [pair] : []), ...previous].map(({ jwk, id, algorithm }) => ({
      ...jwk,
      kid: id,
      alg: algorithm,
      use: 'sig',
    })),
  }
}

/** Known by what it gives for a fixed text, which tells nothing of it. */
const secretKey = (secret: string): VerificationKey => ({
  id: createHmac('sha256', secret).update('slotwright key id').digest('base64url').slice(0, 16),
  algorithm: 'HS256',
  key: secret,
})

function signingSecret(secret: string | null) {
  if (secret === null) throw new ConfigError('JWT_SECRET is missing: set it, or JWT_PRIVATE_KEY')
  return { ...secretKey(secret), signingKey: secret }
}

async function signingPair(setting: string) {
  const [key, ...others] = readPems('JWT_PRIVATE_KEY', setting)
  if (key?.type !== 'private' || others.length > 0) {
    throw new ConfigError('JWT_PRIVATE_KEY must be one private key as PEM (PKCS #8), or a file with it')
  }
  const signingKey = String(key.export({ type: 'pkcs8', format: 'pem' }))
  return { ...(await publicKey('JWT_PRIVATE_KEY', key)), signingKey }
}

async function publicKey(setting: string, key: KeyObject): Promise<VerificationKey & { readonly jwk: JWK }> {
  const open = key.type === 'private' ? createPublicKey(key) : key
  const algorithm = algorithmOf(open)
  if (!algorithm) {
    throw new ConfigError(`${setting} must be Ed25519, or RSA of at least ${LEAST_RSA_BITS} bits`)
  }
  const jwk = open.export({ format: 'jwk' }) as JWK
  const id = await calculateJwkThumbprint(jwk)
  return { id, algorithm, key: String(open.export({ type: 'spki', format: 'pem' })), jwk }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): 'EdDSA' | 'RS256' | undefined {
  if (asymmetricKeyType === 'ed25519') return 'EdDSA'
  const bits = asymmetricKeyDetails?.modulusLength ?? 0
  return asymmetricKeyType === 'rsa' && bits >= LEAST_RSA_BITS ? 'RS256' : undefined
}

function readPems(setting: string, given: string): KeyObject[] {
  try {
    const text = given.includes('-----BEGIN') ? given.replaceAll('\\n', '\n') : readFileSync(given, 'utf8')
    const blocks = text.match(PEM) ?? []
    if (blocks.length > 0) {
      return blocks.map((pem) => (pem.includes('PRIVATE KEY') ? createPrivateKey(pem) : createPublicKey(pem)))
    }
  } catch {
    // What is wrong with a key may quote it.
  }
  throw new ConfigError(`${setting} cannot be read: it must be PEM, or a file that has it`)
}

const distinct = (keys: readonly VerificationKey[]) =>
  keys.filter(({ id }, index) => keys.findIndex((one) => one.id === id) === index)
