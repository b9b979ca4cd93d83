import { randomUUIDv7 } from 'node:crypto'
import type { Socket } from 'node:net'
import type { ProblemCode } from './problems.ts'
import { PROBLEM_TYPE, problemBody } from './send-problem.ts'

/** What Node refuses before there is a request. */
const REFUSED: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
}

const UNREADABLE = [{ field: '', code: 'unreadable', message: 'the request must be HTTP/1.1' }]

/** Answers with a problem also where there is no request to answer: what was sent is not HTTP, or too much of it. */
export function refuseClient(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const code = REFUSED[error.code ?? ''] ?? 'malformed-request'
  const id = randomUUIDv7()
  const problem = problemBody(code, id, code === 'malformed-request' ? { errors: UNREADABLE } : {})
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    `content-type: ${PROBLEM_TYPE}; charset=utf-8`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
