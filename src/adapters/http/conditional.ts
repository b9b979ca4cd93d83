import type { FastifyReply, FastifyRequest } from 'fastify'
import { MalformedRequest } from './malformed.ts'

/** The version that `If-Match` asks for, or null when it asks for none (RFC 9110, section 13.1.1). */
export function expectedVersion(request: FastifyRequest): number | null {
  const header = request.headers['if-match']
  if (header === undefined || header.trim() === '*') return null
  const match = /^\s*"(\d{1,9})"\s*$/.exec(header)
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
  const known = request.headers['if-none-match']
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (isRead && known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)) {
    return reply.code(304).send()
  }
  return reply.send(body)
}
