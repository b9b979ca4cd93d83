import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type {
  AnsweredBefore,
  Answers,
  AnswerText,
  Recording,
  RequestKey,
} from '../../application/ports/answers.ts'
import type { Refusal } from '../../application/refusals.ts'
import type { Result } from '../../domain/result.ts'
import { actorOf } from './authentication.ts'
import { MalformedRequest } from './malformed.ts'
import { problems } from './problems.ts'
import { factsOf } from './refusal-facts.ts'
import { addStatusHeaders, PROBLEM_TYPE, problemBody, sendRefusal } from './send-problem.ts'

/** How a route words that something has been done. */
export interface Wording<T> {
  readonly status: 200 | 201
  readonly present: (value: T) => { readonly [name: string]: unknown }
  readonly version?: (value: T) => number
  readonly location?: (value: T) => string
  /**
   * Where the body says what only the recording tells: the member up to its value, and the value that stands in for it,
   * such as `"number":` and `0`.
   */
  readonly told?: readonly [member: string, standIn: string]
}

/** An answer as it is kept: what leads to the same bytes again. */
interface PackedHead {
  readonly status: number
  readonly type: string
  readonly etag?: string
  readonly location?: string
}

const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * Does something that may be asked for again: with an `Idempotency-Key` the first answer is kept with what was done, or, of
 * a refusal, as soon as it is worded, and given again byte for byte (docs/decisions/0010-idempotency.md).
 *
 * @param asked everything that tells this request from others under the same key, instants as numbers
 * @param act does it; keeps the answer together with it where there is something to record
 */
export async function answerOnce<T, R extends Refusal>(
  request: FastifyRequest,
  reply: FastifyReply,
  { answers, wording, asked }: { answers: Answers; wording: Wording<T>; asked: unknown },
  act: (recording: Recording<T> | null) => Promise<Result<T, R | AnsweredBefore>>,
): Promise<FastifyReply> {
  const key = requestKey(request, asked)
  const answer = (value: T) => pack(reply, wording, value)
  const outcome = await act(key && { key, answer })
  if (outcome.ok) {
    return sendPacked(reply, packWhole(reply, wording, outcome.value))
  }
  const rejection = outcome.rejection as Refusal | AnsweredBefore
  if (rejection.code === 'answered-before') return sendAgain(reply, rejection.answer)
  if (key === null || rejection.code === 'idempotency-key-reused') return sendRefusal(reply, rejection)
  const refusal = packRefusal(request, rejection)
  // What asks to come again later must not be the answer for a day.
  if (problems[rejection.code].status === TOO_MANY) return sendPacked(reply, refusal)
  const kept = await answers.keep(key, refusal)
  if (kept.ok) return sendPacked(reply, refusal)
  return kept.rejection.code === 'answered-before'
    ? sendAgain(reply, kept.rejection.answer)
    : sendRefusal(reply, kept.rejection)
}

const TOO_MANY = 429
const KEY = /^[\x20-\x7e]{1,255}$/

/** Refuses a key that is none, also where nothing will be kept under it. */
export const checkRequestKey = (request: FastifyRequest): void => void requestKey(request, null)

/** The key of a request with what it asks for, or null where it has none. */
function requestKey(request: FastifyRequest, asked: unknown): RequestKey | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key !== 'string' || !KEY.test(key) || isSentTwice(request, 'idempotency-key')) {
    const message = 'must be one key of 1 to 255 printable ASCII characters'
    throw new MalformedRequest([{ field: '/headers/idempotency-key', code: 'format', message }])
  }
  const { url = '' } = request.routeOptions
  const fingerprint = hash('sha256', JSON.stringify(canonical([request.method, url, asked])), 'hex')
  return { userId: actorOf(request).userId, key, fingerprint }
}

/** Node joins the values of a header that is sent twice into one. */
const isSentTwice = ({ raw }: FastifyRequest, header: string) =>
  raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === header).length > 1

/** The same value with the members of its objects in one order: a client may write them in another when it retries. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  // Pairs, because an object would put names that are numbers first; in an object, because a list may be of such pairs.
  return { members: members.map(([name, member]) => [name, canonical(member)]) }
}

function packWhole<T>(reply: FastifyReply, wording: Wording<T>, value: T): string {
  const { status, present, version, location } = wording
  const head: PackedHead = {
    status,
    type: JSON_TYPE,
    ...(version && { etag: `"${version(value)}"` }),
    ...(location && { location: location(value) }),
  }
  return `${JSON.stringify(head)}\n${reply.serializeInput(present(value), String(status))}`
}

function pack<T>(reply: FastifyReply, wording: Wording<T>, value: T): AnswerText {
  const text = packWhole(reply, wording, value)
  const { told } = wording
  if (!told) return { before: text, after: '' }
  const [member, standIn] = told
  const place = text.indexOf(member + standIn) + member.length
  return { before: text.slice(0, place), after: text.slice(place + standIn.length) }
}

function packRefusal(request: FastifyRequest, refusal: Refusal): string {
  const head: PackedHead = { status: problems[refusal.code].status, type: `${PROBLEM_TYPE}; charset=utf-8` }
  return `${JSON.stringify(head)}\n${JSON.stringify(problemBody(refusal.code, request.id, factsOf(refusal)))}`
}

function sendPacked(reply: FastifyReply, packed: string): FastifyReply {
  const end = packed.indexOf('\n')
  const { status, type, etag, location } = JSON.parse(packed.slice(0, end)) as PackedHead
  addStatusHeaders(reply, status)
  if (etag !== undefined) reply.header('etag', etag)
  if (location !== undefined) reply.header('location', location)
  return reply
    .code(status)
    .type(type)
    .serializer(asItIs)
    .send(packed.slice(end + 1))
}

const sendAgain = (reply: FastifyReply, packed: string) =>
  sendPacked(reply.header('idempotency-replayed', 'true'), packed)

const asItIs = (text: unknown) => String(text)
