import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConfigError, readConfig } from '../../src/infrastructure/config.ts'

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
      databaseUrl: null,
      redisUrl: null,
      mail: {
        smtpUrl: null,
        from: { name: 'Slotwright', address: 'slotwright@localhost' },
        resetUrl: null,
      },
      dataDir: '.data',
      jwtSecret: null,
      accessTokenSeconds: 3600,
      eventRetentionDays: 7,
      webhookAllowPrivate: false,
      logLevel: 'info',
      sampleData: true,
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
    ['ACCESS_TOKEN_SECONDS', '59'],
    ['EVENT_RETENTION_DAYS', '0'],
    ['LOG_LEVEL', 'loud'],
    ['SAMPLE_DATA', 'yes'],
    ['WEBHOOK_ALLOW_PRIVATE', '1'],
    ['NODE_ENV', 'prod'],
  ] as const) {
    it(`refuse ${name}=${value} and name the setting`, () => {
      assert.match(messageOf({ [name]: value }), new RegExp(`^${name} .{10,}`))
    })
  }

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
