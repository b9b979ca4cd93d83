import type { FastifyReply } from 'fastify'
import type { Refusal } from '../../application/refusals.ts'
import type { Json } from '../../domain/json.ts'
import type { WordProblem } from './problem-wording.ts'
import { type ProblemCode, problems } from './problems.ts'
import { factsOf } from './refusal-facts.ts'

export const PROBLEM_TYPE = 'application/problem+json'

/** One thing that is wrong with a request; `field` is a JSON pointer into the part of the request it names. */
export interface FieldError {
  readonly field: string
  readonly code: string
  readonly message: string
}

export interface ProblemFacts {
  readonly [name: string]: Json | readonly FieldError[]
}

/** The body of a problem (RFC 9457); `instance` is the id under which the log has the request. */
export const problemBody = (code: ProblemCode, instance: string, facts: ProblemFacts = {}) => ({
  type: `/problems/${code}`,
  title: problems[code].title,
  status: problems[code].status,
  detail: problems[code].help,
  instance,
  code,
  ...facts,
})

const UNAUTHENTICATED = 401
const TOO_MANY = 429
const RETRY_AFTER_SECONDS = 30

/** The headers that come with a status, whoever sends it. */
export function addStatusHeaders(reply: FastifyReply, status: number): void {
  // RFC 9110, section 15.5.2: every 401 says what would be taken.
  if (status === UNAUTHENTICATED) reply.header('www-authenticate', 'Bearer realm="slotwright"')
  if (status === TOO_MANY && !reply.hasHeader('retry-after')) reply.header('retry-after', RETRY_AFTER_SECONDS)
}

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, code: ProblemCode, facts?: ProblemFacts): FastifyReply {
  const word = reply.server.wordingOf(reply.request)
  if (word) return sendWorded(reply, word, code, facts)
  addStatusHeaders(reply, problems[code].status)
  // Stringified here, so that no response schema of a route can take facts away.
  return reply
    .code(problems[code].status)
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(problemBody(code, reply.request.id, facts)))
}

/** Answers with a problem in the words of its route. */
function sendWorded(reply: FastifyReply, word: WordProblem, code: ProblemCode, facts: ProblemFacts = {}) {
  const { status, title, help } = problems[code]
  const worded = word({ status, code, title, detail: help, facts })
  const sent = worded.status ?? status
  addStatusHeaders(reply, sent)
  return reply.code(sent).type('application/json').send(JSON.stringify(worded.body))
}

/** Answers with the no of a use case. */
export const sendRefusal = (reply: FastifyReply, refusal: Refusal) =>
  sendProblem(reply, refusal.code, factsOf(refusal))
