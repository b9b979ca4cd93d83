import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { MalformedRequest } from './malformed.ts'

/** The version that `If-Match` asks for, or null when it asks for none (RFC 9110, section 13.1.1). */
export function expectedVersion(request: FastifyRequest): number | null {
  const header = request.headers['if-match']
  if (header === undefined || header.trim() === '*') return null
  const match = /^\s*"([1-9]\d{0,8})"\s*$/.exec(header)
  if (match) return Number(match[1])
  throw new MalformedRequest([
    { field: '/headers/if-match', code: 'format', message: 'must be one ETag as it was given, such as "3"' },
  ])
}

/** Answers with a single thing and its version, or with 304 when the client has that version already. */
export function sendVersioned<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  version: number,
  body: T,
): FastifyReply {
  const etag = `"${version}"`
  reply.header('etag', etag)
  if (isKnown(request, etag)) return reply.code(304).send()
  return reply.send(body)
}

/** Answers with something whose version is what it says: the ETag is made of `content`. */
export function sendHashed<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  content: unknown,
  body: T,
): FastifyReply {
  const etag = hashTag(JSON.stringify(content))
  reply.header('etag', etag)
  return isKnown(request, etag) ? reply.code(304).send() : reply.send(body)
}

/** A tag for everything that says the same. Weak, because bodies may still differ in when they were written. */
export const hashTag = (text: string) => `W/"${hash('sha1', text, 'base64url')}"`

/** Whether the client has this version already (RFC 9110, section 13.1.2: tags are compared weakly). */
export function isKnown(request: FastifyRequest, etag: string): boolean {
  const known = request.headers['if-none-match']
  if (known === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false
  if (known.trim() === '*') return true
  return known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag.replace(/^W\//, ''))
}
