import { hash, randomBytes, randomUUID } from 'node:crypto'
import type { SessionId } from '../../domain/ids.ts'

const ID_BYTES = 16
const SECRET_BYTES = 32
export const SALT_BYTES = 32

/** Session and secret in base64url, without padding. */
const TOKEN = /^[\w-]{64}$/

/** A token names its session, so that one that was good once is known for what it is, however long ago that was. */
export interface RefreshToken {
  readonly sessionId: SessionId
  readonly text: string
}

/** The first token of a new session. */
export const firstToken = (): RefreshToken => {
  const sessionId = randomUUID() as string as SessionId
  return { sessionId, text: written(sessionId, randomBytes(SECRET_BYTES)) }
}

/**
 * The token that follows: made from the one before, so that it can be made again for whoever comes with that one, and with
 * a salt that is kept, so that one does not lead to all that will follow.
 */
export function nextToken({ sessionId, text }: RefreshToken, salt: Buffer): RefreshToken {
  const secret = hash('sha256', Buffer.concat([salt, Buffer.from(text)]), 'buffer')
  return { sessionId, text: written(sessionId, secret) }
}

/** Reads what somebody sends as a token; undefined for what cannot be one. */
export function readRefreshToken(text: string): RefreshToken | undefined {
  if (!TOKEN.test(text)) return undefined
  const id = Buffer.from(text, 'base64url').toString('hex', 0, ID_BYTES)
  const sessionId = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as SessionId
  return { sessionId, text }
}

const written = (sessionId: string, secret: Buffer) =>
  Buffer.concat([Buffer.from(sessionId.replaceAll('-', ''), 'hex'), secret]).toString('base64url')
