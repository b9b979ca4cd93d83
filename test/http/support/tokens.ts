import { createHmac } from 'node:crypto'
import { TEST_SECRET } from '../../support/app.ts'

export interface Forgery {
  readonly header?: object
  readonly claims?: object
  readonly secret?: string
  readonly digest?: 'sha256' | 'sha384' | 'sha512'
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token made by hand: as the server makes them, but for what is given. A claim that is undefined is left out. */
export function forgeToken({
  header,
  claims,
  secret = TEST_SECRET,
  digest = 'sha256',
}: Forgery = {}): string {
  const now = Math.floor(Date.now() / 1000)
  const signed = [
    encode({ alg: 'HS256', typ: 'at+jwt', ...header }),
    encode({
      sub: '01900000-0000-7000-8000-000000000001',
      roles: ['customer'],
      iss: 'slotwright',
      aud: 'slotwright',
      iat: now,
      exp: now + 600,
      jti: '01900000-0000-7000-8000-000000000002',
      ...claims,
    }),
  ].join('.')
  return `${signed}.${createHmac(digest, secret).update(signed).digest('base64url')}`
}

/** Tokens for a user that there is, each with one thing wrong. */
export const badTokens = (sub: string) => ({
  'expired token': forgeToken({ claims: { sub, iat: 1, exp: 2 } }),
  'token of another issuer': forgeToken({ claims: { sub, iss: 'https://elsewhere.example.com' } }),
  'token of another key': forgeToken({ claims: { sub }, secret: 'x'.repeat(40) }),
})

/** What a token says, without looking at its signature. */
// biome-ignore lint/suspicious/noExplicitAny: what a test expects of a token is what the test is about
export function readToken(token: string): { header: any; claims: any } {
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  return { header, claims }
}
