import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DEFAULT_POLICIES } from '../../src/adapters/http/rate-policies.ts'
import { ConfigError, readConfig } from '../../src/infrastructure/config.ts'
import { FRONT_DOOR_NAMES } from '../../src/infrastructure/front-doors.ts'

const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://user:password@db/slotwright',
  JWT_SECRET: 'x'.repeat(32),
}

const messageOf = (environment: NodeJS.ProcessEnv): string => {
  try {
    readConfig(environment)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message
  }
  return assert.fail('the settings were taken')
}

describe('settings', () => {
  it('start a development server when there are none', () => {
    const config = readConfig({})
    assert.deepEqual(config, {
      production: false,
      port: 3000,
      host: 'localhost',
      publicUrl: null,
      corsOrigins: [],
      trustedProxies: [],
      databaseUrl: null,
      redisUrl: null,
      mail: {
        smtpUrl: null,
        from: { name: 'Slotwright', address: 'slotwright@localhost' },
        resetUrl: null,
      },
      dataDir: '.data',
      jwtSecret: null,
      jwtPreviousSecrets: [],
      jwtPrivateKey: null,
      jwtPreviousKeys: null,
      outsideIssuers: [],
      accessTokenSeconds: 3600,
      eventRetentionDays: 7,
      auditRetentionDays: 365,
      ratePolicies: DEFAULT_POLICIES,
      webhookAllowPrivate: false,
      logLevel: 'info',
      sampleData: true,
      frontDoors: FRONT_DOOR_NAMES,
    })
  })

  it('that are set to nothing are not set', () => {
    assert.equal(readConfig({ PORT: '', DATABASE_URL: '' }).port, 3000)
  })

  for (const [name, value] of [
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3000x'],
    ['PORT', '1e3'],
    ['DATABASE_URL', 'mysql://localhost/db'],
    ['DATABASE_URL', 'localhost:5432'],
    ['PUBLIC_URL', 'booking.example.com'],
    ['SMTP_URL', 'http://mail.example.com'],
    ['SMTP_URL', 'mail.example.com:25'],
    ['MAIL_FROM', 'nobody'],
    ['MAIL_FROM', 'Salon <salon@example.com>, Other <other@example.com>'],
    ['MAIL_FROM', 'Salon\r\nBcc: all <salon@example.com>'],
    ['JWT_SECRET', 'short'],
    ['JWT_PREVIOUS_SECRETS', `short ${'x'.repeat(32)}`],
    ['JWT_PREVIOUS_SECRETS', Array(6).fill('x'.repeat(32)).join(' ')],
    ['JWT_ISSUERS', 'https://login.example.com'],
    ['JWT_ISSUERS', '[{"issuer":"a","audience":"b","jwks_uri":"file:///etc/passwd"}]'],
    [
      'JWT_ISSUERS',
      '[{"issuer":"a","audience":"b","jwks_uri":"https://a.example","roles":{"boss":"admin"}}]',
    ],
    ['ACCESS_TOKEN_SECONDS', '59'],
    ['EVENT_RETENTION_DAYS', '0'],
    ['AUDIT_RETENTION_DAYS', '0'],
    ['AUDIT_RETENTION_DAYS', '3651'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'shop.example.com'],
    ['CORS_ORIGINS', 'https://shop.example.com/'],
    ['CORS_ORIGINS', 'https://*.example.com'],
    ['TRUSTED_PROXIES', 'true'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', '::/0'],
    ['FRONT_DOORS', 'gym'],
    ['FRONT_DOORS', 'marketplace,'],
    ['FRONT_DOORS', 'all,marketplace'],
    ['FRONT_DOORS', 'constructor'],
    ['RATE_LIMITS', 'login'],
    ['RATE_LIMITS', 'login=5'],
    ['RATE_LIMITS', 'login=0/5'],
    ['RATE_LIMITS', 'constructor=off'],
    ['LOG_LEVEL', 'loud'],
    ['SAMPLE_DATA', 'yes'],
    ['WEBHOOK_ALLOW_PRIVATE', '1'],
    ['NODE_ENV', 'prod'],
  ] as const) {
    it(`refuse ${name}=${value} and name the setting`, () => {
      assert.match(messageOf({ [name]: value }), new RegExp(`^${name} .{10,}`))
    })
  }

  it('of keys name one that signs, and outside issuers by https alone outside development', () => {
    const { JWT_SECRET: _none, ...keyless } = production
    assert.equal(readConfig({ ...keyless, JWT_PRIVATE_KEY: 'key.pem' }).jwtPrivateKey, 'key.pem')
    assert.match(messageOf({ ...production, JWT_PRIVATE_KEY: 'key.pem' }), /^JWT_SECRET and JWT_PRIVATE_KEY /)
    const issuers = (uri: string) => JSON.stringify([{ issuer: 'a', audience: 'b', jwks_uri: uri }])
    const open = { JWT_ISSUERS: issuers('http://login.example.com/jwks') }
    assert.match(messageOf({ ...production, ...open }), /^JWT_ISSUERS /)
    assert.equal(readConfig(open).outsideIssuers.length, 1)
    const secure = { ...production, JWT_ISSUERS: issuers('https://login.example.com/jwks') }
    assert.equal(readConfig(secure).outsideIssuers[0]?.issuer, 'a')
  })

  it('of limits replace one, switch one off, or switch all off', () => {
    assert.equal(readConfig({ RATE_LIMITS: 'off' }).ratePolicies, null)
    const { searches: _off, ...others } = DEFAULT_POLICIES
    assert.deepEqual(readConfig({ RATE_LIMITS: 'login=50/20, searches=off' }).ratePolicies, {
      ...others,
      login: { quota: 50, windowSeconds: 20 },
    })
  })

  it('of front doors open all in development, none in production, and else those that are named', () => {
    assert.deepEqual(readConfig(production).frontDoors, [])
    assert.deepEqual(readConfig({ ...production, FRONT_DOORS: 'all' }).frontDoors, FRONT_DOOR_NAMES)
    assert.deepEqual(readConfig({ FRONT_DOORS: 'none' }).frontDoors, [])
    const [first, second] = ['marketplace', 'trainer-booking']
    assert.deepEqual(readConfig({ FRONT_DOORS: ` ${second}, ${first},${second}` }).frontDoors, [
      first,
      second,
    ])
    assert.match(messageOf({ FRONT_DOORS: 'gym' }), /marketplace/)
  })

  it('are all told at once when several do not fit', () => {
    assert.deepEqual(
      messageOf({ PORT: 'x', LOG_LEVEL: 'x' })
        .split('\n')
        .map((line) => line.split(' ')[0]),
      ['PORT', 'LOG_LEVEL'],
    )
  })

  it('let webhooks call what is not public in development, if so wished, and in production never', () => {
    assert.equal(readConfig({ WEBHOOK_ALLOW_PRIVATE: 'true' }).webhookAllowPrivate, true)
    assert.match(messageOf({ ...production, WEBHOOK_ALLOW_PRIVATE: 'true' }), /^WEBHOOK_ALLOW_PRIVATE /)
    assert.equal(readConfig(production).webhookAllowPrivate, false)
  })

  it('must name a database and a secret in production, and allow no sample data', () => {
    assert.match(messageOf({ NODE_ENV: 'production' }), /^DATABASE_URL is missing.*\nJWT_SECRET is missing/)
    assert.match(messageOf({ ...production, SAMPLE_DATA: 'true' }), /^SAMPLE_DATA /)
    assert.equal(readConfig(production).sampleData, false)
  })

  it('must name a sender where there is a mail server', () => {
    const SMTP_URL = 'smtp://mail.example.com:587'
    assert.match(messageOf({ SMTP_URL }), /^MAIL_FROM is missing: set it to .+ <.+@.+>$/)
    const { mail } = readConfig({ SMTP_URL, MAIL_FROM: 'salon@example.com' })
    assert.deepEqual(mail, {
      smtpUrl: SMTP_URL,
      from: { name: 'Slotwright', address: 'salon@example.com' },
      resetUrl: null,
    })
  })

  for (const [MAIL_FROM, name] of [
    ['Salon Anna <salon@example.com>', 'Salon Anna'],
    ['"Salon, Anna" <salon@example.com>', 'Salon, Anna'],
    ['Frisör Änna<salon@example.com>', 'Frisör Änna'],
    ['<salon@example.com>', 'Slotwright'],
  ] as const) {
    it(`read the sender ${MAIL_FROM}`, () => {
      assert.deepEqual(readConfig({ MAIL_FROM }).mail.from, { name, address: 'salon@example.com' })
    })
  }

  it('never repeat a secret', () => {
    assert.doesNotMatch(messageOf({ JWT_SECRET: 'hunter2' }), /hunter2/)
    assert.doesNotMatch(messageOf({ SMTP_URL: 'http://u:hunter2@h' }), /hunter2/)
    assert.doesNotMatch(messageOf({ DATABASE_URL: 'mysql://u:hunter2@h/d' }), /hunter2/)
  })
})
