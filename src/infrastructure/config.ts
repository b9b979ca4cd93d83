import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import type { RatePolicies } from '../adapters/http/rate-policies.ts'
import type { OutsideIssuer } from '../adapters/jose/outside-tokens.ts'
import type { MailAddress } from '../domain/calendar-entry.ts'
import { ConfigError } from './config-error.ts'
import { FRONT_DOOR_NAMES, type FrontDoorName, readFrontDoors } from './front-doors.ts'
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
  readonly mail: MailSettings
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
  readonly auditRetentionDays: number
  /** Null for no limits at all. */
  readonly ratePolicies: RatePolicies | null
  /** Whether webhooks may call what is not public. */
  readonly webhookAllowPrivate: boolean
  readonly logLevel: string
  readonly sampleData: boolean
  readonly frontDoors: readonly FrontDoorName[]
}

export { ConfigError }

/** Where mail goes, and from whom it is. */
export interface MailSettings {
  /** Null for mail that goes nowhere: in development it is kept to be looked at, in production there is none. */
  readonly smtpUrl: string | null
  readonly from: MailAddress
  /** The page on which a new password is set; null for mails that have the token alone. */
  readonly resetUrl: string | null
}

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
  !text.includes('*') &&
  URL.canParse(text) &&
  /^https?:$/.test(new URL(text).protocol) &&
  new URL(text).origin === text

/** An address or a network; one that takes in everybody would have every client name its own address. */
const isNetwork = (text: string) =>
  ipaddr.isValid(text) || (ipaddr.isValidCIDR(text) && ipaddr.parseCIDR(text)[1] > 0)

const yesOrNo = z
  .enum(['true', 'false'], { message: 'must be true or false' })
  .transform((text) => text === 'true')

const url = (protocols: RegExp, message: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.test(new URL(text).protocol), { message })

/** `Name <address>`, or the address alone. */
const MAIL_FROM =
  /^(?:"?(?<name>[^<>"\p{Cc}]*?)"?\s*<(?<inside>[^\s<>@]+@[^\s<>@]+)>|(?<bare>[^\s<>@]+@[^\s<>@]+))$/u
const NOBODY = 'Slotwright <slotwright@localhost>'

const readSender = (text: string): MailAddress => {
  const { name, inside, bare } = MAIL_FROM.exec(text)?.groups ?? {}
  return { name: name || 'Slotwright', address: inside ?? bare ?? '' }
}

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
  SMTP_URL: url(/^smtps?:$/, 'must be a URL such as smtp://user:password@host:587').optional(),
  MAIL_FROM: z.string().regex(MAIL_FROM, 'must be an address such as Salon <salon@example.com>').optional(),
  PASSWORD_RESET_URL: url(
    /^https?:$/,
    'must be a URL such as https://booking.example.com/new-password',
  ).optional(),
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
  AUDIT_RETENTION_DAYS: wholeNumber(1, 3_650, 365),
  RATE_LIMITS: z.string().default('on').transform(readRatePolicies),
  WEBHOOK_ALLOW_PRIVATE: yesOrNo.optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, { message: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  SAMPLE_DATA: yesOrNo.optional(),
  FRONT_DOORS: z.string().transform(readFrontDoors).optional(),
})

/** What production cannot do without: nothing is generated and nothing is embedded there. */
const NEEDED_IN_PRODUCTION = {
  DATABASE_URL: 'the PostgreSQL to use, such as postgres://user:password@host:5432/name',
  JWT_SECRET: 'the secret that signs tokens, at least 32 bytes, or set JWT_PRIVATE_KEY',
} as const

const NEEDED_FOR_MAIL = {
  MAIL_FROM: 'the sender of mails, such as Salon <salon@example.com>',
} as const

/** What is missing among the settings that were given, each with its mend. */
function missingSettings(given: Readonly<Record<string, unknown>>, production: boolean): string[] {
  const needed: Readonly<Record<string, string>> = {
    ...(production && NEEDED_IN_PRODUCTION),
    ...(given.SMTP_URL !== undefined && NEEDED_FOR_MAIL),
  }
  return Object.entries(needed)
    .filter(([name]) => given[name] === undefined)
    .filter(([name]) => name !== 'JWT_SECRET' || given.JWT_PRIVATE_KEY === undefined)
    .map(([name, use]) => `${name} is missing: set it to ${use}`)
}

/** The database alone, for commands that need nothing else; null when it is not set. Throws ConfigError. */
export function readDatabaseUrl(environment: NodeJS.ProcessEnv = process.env): string | null {
  const parsed = settings.shape.DATABASE_URL.safeParse(environment.DATABASE_URL || undefined)
  if (!parsed.success) throw new ConfigError(`DATABASE_URL ${parsed.error.issues[0]?.message}`)
  return parsed.data ?? null
}

/** Where the database is, for commands that need nothing else: `databaseUrl` is null for the embedded one. Throws ConfigError. */
export function readDatabasePlace(
  environment: NodeJS.ProcessEnv = process.env,
): Pick<Config, 'databaseUrl' | 'dataDir'> {
  const databaseUrl = readDatabaseUrl(environment)
  if (databaseUrl === null && environment.NODE_ENV === 'production') {
    throw new ConfigError(`DATABASE_URL is missing: set it to ${NEEDED_IN_PRODUCTION.DATABASE_URL}`)
  }
  return { databaseUrl, dataDir: settings.shape.DATA_DIR.parse(environment.DATA_DIR || undefined) }
}

/** The password of an admin who is to be made; null when it is not set. */
export const readAdminPassword = (environment: NodeJS.ProcessEnv = process.env): string | null =>
  environment.ADMIN_PASSWORD || null

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
  const clash = keyClash(read)
  if (clash !== null) throw new ConfigError(clash)
  const missing = missingSettings(given, production)
  if (missing.length > 0) throw new ConfigError(missing.join('\n'))
  for (const name of ['SAMPLE_DATA', 'WEBHOOK_ALLOW_PRIVATE'] as const) {
    if (production && read[name] === true) throw new ConfigError(`${name} must not be true in production`)
  }
  return {
    production,
    port: read.PORT,
    host: read.HOST,
    publicUrl: read.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    corsOrigins: read.CORS_ORIGINS,
    trustedProxies: read.TRUSTED_PROXIES,
    databaseUrl: read.DATABASE_URL ?? null,
    redisUrl: read.REDIS_URL ?? null,
    mail: {
      smtpUrl: read.SMTP_URL ?? null,
      from: readSender(read.MAIL_FROM ?? NOBODY),
      resetUrl: read.PASSWORD_RESET_URL ?? null,
    },
    dataDir: read.DATA_DIR,
    jwtSecret: read.JWT_SECRET ?? null,
    jwtPreviousSecrets: read.JWT_PREVIOUS_SECRETS,
    jwtPrivateKey: read.JWT_PRIVATE_KEY ?? null,
    jwtPreviousKeys: read.JWT_PREVIOUS_KEYS ?? null,
    outsideIssuers: read.JWT_ISSUERS,
    accessTokenSeconds: read.ACCESS_TOKEN_SECONDS,
    eventRetentionDays: read.EVENT_RETENTION_DAYS,
    auditRetentionDays: read.AUDIT_RETENTION_DAYS,
    ratePolicies: read.RATE_LIMITS,
    webhookAllowPrivate: read.WEBHOOK_ALLOW_PRIVATE ?? false,
    logLevel: read.LOG_LEVEL,
    sampleData: read.SAMPLE_DATA ?? !production,
    frontDoors: read.FRONT_DOORS ?? (production ? [] : FRONT_DOOR_NAMES),
  }
}

/** What does not fit together of the settings about keys; null where all does. */
function keyClash({ JWT_SECRET, JWT_PRIVATE_KEY, JWT_ISSUERS, NODE_ENV }: z.output<typeof settings>) {
  if (JWT_SECRET !== undefined && JWT_PRIVATE_KEY !== undefined) {
    return 'JWT_SECRET and JWT_PRIVATE_KEY are both set: keep the one that is to sign, and put an old secret into JWT_PREVIOUS_SECRETS'
  }
  const isOpen = JWT_ISSUERS.some(({ jwksUri }) => new URL(jwksUri).protocol !== 'https:')
  return NODE_ENV !== 'development' && isOpen
    ? 'JWT_ISSUERS must have a jwks_uri with https outside development'
    : null
}
