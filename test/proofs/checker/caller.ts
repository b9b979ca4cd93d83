import { hash } from 'node:crypto'
import { Agent, type IncomingMessage, request } from 'node:http'
import type { Door } from '../common/api-processes.ts'
import type { Asked, Call, CallRecord, SeenBooking } from './record.ts'
import type { Shop } from './shop.ts'

/** How a call goes over the wire. */
export interface Wire {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: object
}

const SILENCE_MILLISECONDS = 30_000

interface Raw {
  readonly status: number
  readonly replayed: boolean
  readonly text: string
}

/** What an answer may hold that the record keeps. */
interface AnswerBody {
  readonly code?: string
  readonly id?: string
  readonly version?: number
  readonly status?: string | number
  readonly start?: string
  readonly expires_at?: string
  readonly data?: readonly AnswerBody[]
  readonly slots?: readonly { readonly start: string }[]
}

export type Send = (door: Door, asked: Asked, wire: Wire) => Promise<Call>

/** Sends calls over connections that are kept, and enters each into the record with all that came back. */
export function openCaller(record: CallRecord, shop: Shop): { readonly send: Send } & Disposable {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  const send: Send = async (door, asked, wire) => {
    const { process, life, url } = door
    const began = performance.now()
    const about = { ...asked, process, life, began }
    const headers = {
      authorization: `Bearer ${shop.tokenOf(asked.user)}`,
      ...(asked.key !== undefined && { 'idempotency-key': asked.key }),
      ...(asked.version !== undefined && { 'if-match': `"${asked.version}"` }),
    }
    const call = await exchange(agent, `${url}${wire.path}`, wire, headers).then(
      (raw): Call => ({ ...about, ended: performance.now(), ...whatCameBack(asked, raw) }),
      (error: unknown): Call => ({ ...about, ended: performance.now(), status: null, lost: nameOf(error) }),
    )
    record.calls.push(call)
    return call
  }
  return { send, [Symbol.dispose]: () => agent.destroy() }
}

const nameOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

function exchange(agent: Agent, url: string, wire: Wire, headers: Record<string, string>): Promise<Raw> {
  const { promise, resolve, reject } = Promise.withResolvers<Raw>()
  const body = wire.body && JSON.stringify(wire.body)
  const length = body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const sent = request(url, { agent, method: wire.method, headers: { ...headers, ...length } })
  sent.on('response', (response: IncomingMessage) => {
    let text = ''
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    response.on('end', () => {
      const replayed = response.headers['idempotency-replayed'] === 'true'
      resolve({ status: response.statusCode ?? 0, replayed, text })
    })
    response.on('error', reject)
    response.on('aborted', () => reject(new Error('cut off')))
  })
  sent.on('error', reject)
  sent.setTimeout(SILENCE_MILLISECONDS, () => sent.destroy(new Error('no answer')))
  sent.end(body)
  return promise
}

/** The part of an answer that is judged. */
function whatCameBack({ kind, key }: Asked, { status, replayed, text }: Raw) {
  const body: AnswerBody = text === '' ? {} : JSON.parse(text)
  return {
    status,
    ...(replayed && { replayed: true as const }),
    ...(key !== undefined && { bytes: hash('sha1', `${status}\n${text}`, 'base64') }),
    ...(status >= 400 ? { code: body.code ?? '' } : shownBy(kind, body)),
  }
}

function shownBy(kind: Asked['kind'], body: AnswerBody): Partial<Call> {
  switch (kind) {
    case 'search':
      return { free: (body.data?.[0]?.slots ?? []).map(({ start }) => Date.parse(start)) }
    case 'list':
      return { seen: (body.data ?? []).map(seen) }
    case 'hold':
      return { held: { id: body.id ?? '', start: at(body.start), expires: at(body.expires_at) } }
    case 'release':
      return {}
    default:
      return { seen: [seen(body)] }
  }
}

const at = (text: string | undefined) => Date.parse(text ?? '')

const seen = ({ id, version, status, start }: AnswerBody): SeenBooking => ({
  id: id ?? '',
  version: version ?? 0,
  status: String(status),
  start: at(start),
})
