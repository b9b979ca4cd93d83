import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import type { RatePolicies } from '../adapters/http/rate-policies.ts'
import type { OutsideIssuer } from '../adapters/jose/outside-tokens.ts'
import { ConfigError } from './config-error.ts'
import { readOutsideIssuers } from './outside-issuers.ts'
import { readRatePolicies } from './rate-policies.ts'

/** What the process was told, checked once, at the start. */
export interface Config {
  readonly production: boolean
  readonly port: number
  readonly host: string
  /** Where clients reach the server; null for where it listens. */
  readonly publicUrl: string | null
  /** The origins whose pages may call from a browser. */
  readonly corsOrigins: readonly string[]
  /** Whose `X-Forwarded-*` is believed. */
  readonly trustedProxies: readonly string[]
  /** Null for the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | null
  /** Null for one node that does without. */
  readonly redisUrl: string | null
  readonly dataDir: string
  /** Null for one that is generated and kept in `dataDir`. */
  readonly jwtSecret: string | null
  /** Secrets from before, by which older tokens are still checked. */
  readonly jwtPreviousSecrets: readonly string[]
  /** PEM, or a file of it; null where a secret signs. */
  readonly jwtPrivateKey: string | null
  readonly jwtPreviousKeys: string | null
  readonly outsideIssuers: readonly OutsideIssuer[]
  readonly accessTokenSeconds: number
  readonly eventRetentionDays: number
  /** Null for no limits at all. */
  readonly ratePolicies: RatePolicies | null
  readonly logLevel: string
  readonly sampleData: boolean
}

export { ConfigError }

const ENVIRONMENTS = ['development', 'production', 'test'] as const
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const wholeNumber = (least: number, most: number, fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most, {
      message: `must be a whole number from ${least} to ${most}`,
    })
    .transform(Number)

/** RFC 7518, section 3.2: a key of HS256 has at least the size of the hash. */
const isLongEnough = (secret: string) => Buffer.byteLength(secret) >= 32
const MOST_PREVIOUS = 5

const list = (isOne: (text: string) => boolean, message: string) =>
  z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''))
    .refine((all) => all.every(isOne), { message })

const isOrigin = (text: string) =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text

/** An address or a network; one that takes in everybody would have every client name its own address. */
const isNetwork = (text: string) =>
  ipaddr.isValid(text) || (ipaddr.isValidCIDR(text) && ipaddr.parseCIDR(text)[1] > 0)

const yesOrNo = z
  .enum(['true', 'false'], { message: 'must be true or false' })
  .transform((text) => text === 'true')

const url = (protocols: RegExp, message: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.test(new URL(text).protocol), { message })

/** Every setting there is, by the name of its environment variable. docs/reference/settings.md has them all. */
export const settings = z.object({
  NODE_ENV: z
    .enum(ENVIRONMENTS, { message: `must be one of ${ENVIRONMENTS.join(', ')}` })
    .default('development'),
  PORT: wholeNumber(0, 65_535, 3000),
  HOST: z.string().default('localhost'),
  PUBLIC_URL: url(/^https?:$/, 'must be a URL such as https://booking.example.com').optional(),
  CORS_ORIGINS: list(isOrigin, 'must be origins such as https://shop.example.com, with commas between'),
  TRUSTED_PROXIES: list(isNetwork, 'must be addresses or networks such as 10.0.0.0/8, with commas between'),
  DATABASE_URL: url(
    /^postgres(ql)?:$/,
    'must be a URL such as postgres://user:password@host:5432/name',
  ).optional(),
  REDIS_URL: url(/^rediss?:$/, 'must be a URL such as redis://user:password@host:6379').optional(),
  DATA_DIR: z.string().default('.data'),
  JWT_SECRET: z.string().refine(isLongEnough, 'must have at least 32 bytes').optional(),
  JWT_PREVIOUS_SECRETS: z
    .string()
    .default('')
    .transform((text) => text.split(/\s+/).filter((secret) => secret !== ''))
    .refine((secrets) => secrets.length <= MOST_PREVIOUS && secrets.every(isLongEnough), {
      message: `must be at most ${MOST_PREVIOUS} secrets with white space between, each of at least 32 bytes`,
    }),
  JWT_PRIVATE_KEY: z.string().optional(),
  JWT_PREVIOUS_KEYS: z.string().optional(),
  JWT_ISSUERS: z.string().default('[]').transform(readOutsideIssuers),
  ACCESS_TOKEN_SECONDS: wholeNumber(60, 86_400, 3600),
  EVENT_RETENTION_DAYS: wholeNumber(1, 365, 7),
  RATE_LIMITS: z.string().default('on').transform(readRatePolicies),
  LOG_LEVEL: z.enum(LOG_LEVELS, { message: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  SAMPLE_DATA: yesOrNo.optional(),
})

/** What production cannot do without: nothing is generated and nothing is embedded there. */
const NEEDED_IN_PRODUCTION = {
  DATABASE_URL: 'the PostgreSQL to use, such as postgres://user:password@host:5432/name',
  JWT_SECRET: 'the secret that signs tokens, at least 32 bytes, or set JWT_PRIVATE_KEY',
} as const

/** The database alone, for commands that need nothing else; null when it is not set. Throws ConfigError. */
export function readDatabaseUrl(environment: NodeJS.ProcessEnv = process.env): string | null {
  const parsed = settings.shape.DATABASE_URL.safeParse(environment.DATABASE_URL || undefined)
  if (!parsed.success) throw new ConfigError(`DATABASE_URL ${parsed.error.issues[0]?.message}`)
  return parsed.data ?? null
}

/** Reads the settings. Throws ConfigError with a line for each that does not fit or is missing. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  // A variable that is set to nothing is not set.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = settings.safeParse(given)
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('\n'),
    )
  }
  const read = parsed.data
  const production = read.NODE_ENV === 'production'
  const missing = Object.entries(NEEDED_IN_PRODUCTION).filter(
    ([name]) =>
      production &&
      given[name] === undefined &&
      !(name === 'JWT_SECRET' && given.JWT_PRIVATE_KEY !== undefined),
  )
  if (missing.length > 0) {
    throw new ConfigError(missing.map(([name, use]) => `${name} is missing: set it to ${use}`).join('\n'))
  }
  if (read.JWT_SECRET !== undefined && read.JWT_PRIVATE_KEY !== undefined) {
    throw new ConfigError(
      'JWT_SECRET and JWT_PRIVATE_KEY are both set: keep the one that is to sign, and put an old secret into JWT_PREVIOUS_SECRETS',
    )
  }
  const isOpen = ({ jwksUri }: OutsideIssuer) => new URL(jwksUri).protocol !== 'https:'
  if (read.NODE_ENV !== 'development' && read.JWT_ISSUERS.some(isOpen)) {
    throw new ConfigError('JWT_ISSUERS must have a jwks_uri with https outside development')
  }
  if (production && read.SAMPLE_DATA === true) {
    throw new ConfigError('SAMPLE_DATA must not be true in production')
  }
  return {
    production,
    port: read.PORT,
    host: read.HOST,
    publicUrl: read.PUBLIC_URL?.replace(/(?<!\/)\/+$/, '') ?? null,
    corsOrigins: read.CORS_ORIGINS,
    trustedProxies: read.TRUSTED_PROXIES,
    databaseUrl: read.DATABASE_URL ?? null,
    redisUrl: read.REDIS_URL ?? null,
    dataDir: read.DATA_DIR,
    jwtSecret: read.JWT_SECRET ?? null,
    jwtPreviousSecrets: read.JWT_PREVIOUS_SECRETS,
    jwtPrivateKey: read.JWT_PRIVATE_KEY ?? null,
    jwtPreviousKeys: read.JWT_PREVIOUS_KEYS ?? null,
    outsideIssuers: read.JWT_ISSUERS,
    accessTokenSeconds: read.ACCESS_TOKEN_SECONDS,
    eventRetentionDays: read.EVENT_RETENTION_DAYS,
    ratePolicies: read.RATE_LIMITS,
    logLevel: read.LOG_LEVEL,
    sampleData: read.SAMPLE_DATA ?? !production,
  }
}
