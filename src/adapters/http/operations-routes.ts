import { Type } from 'typebox'
import type { Mailbox } from '../../application/ports/mailer.ts'
import type { App } from './app-types.ts'
import { PAGE_POLICY, problemPage } from './problem-page.ts'
import { type ProblemCode, problems } from './problems.ts'
import { Answer, OneOf, Strict } from './schemas/common.ts'
import { problemResponses } from './schemas/problem-responses.ts'
import { sendProblem } from './send-problem.ts'

/** What a part of the server says of itself. */
export type PartState = 'ok' | 'down' | 'memory'

export interface Readiness {
  readonly database: PartState
  /** Redis makes events quick; everything is served without it. */
  readonly redis: PartState
}

export interface OperationsOptions {
  /** Asks every part; never throws. */
  readonly readiness: () => Promise<Readiness>
  /** Mail that is kept to be looked at; null where there is none to be seen. */
  readonly mailbox: Mailbox | null
  /** Everything that is measured, in the text format of Prometheus. */
  readonly metrics: () => Promise<string>
}

const RETRY_AFTER_SECONDS = 1

const Health = Type.Object({ status: OneOf(['ok'], 'The process answers.') })
const Ready = Type.Object({
  status: OneOf(
    ['ok', 'degraded', 'unavailable'],
    'Whether requests can be served; degraded, only more slowly.',
  ),
  database: OneOf(['ok', 'down', 'memory'], 'PostgreSQL.'),
  redis: OneOf(['ok', 'down', 'memory'], 'Redis; memory where one node does without.'),
})

/** For those who run the server, and the page behind the `type` of each problem. */
export async function operationsRoutes(app: App, { readiness, metrics }: OperationsOptions): Promise<void> {
  healthRoute(app)
  readyRoute(app, readiness)
  metricsRoute(app, metrics)
  problemRoute(app)
}

const config = { access: 'public' } as const

function healthRoute(app: App): void {
  const schema = {
    operationId: 'health',
    tags: ['Operations'],
    summary: 'Is the process alive?',
    response: { 200: Answer('It is.', Health, 'Cache-Control'), ...problemResponses({}) },
  }
  app.get('/health', { config, schema }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  )
}

function readyRoute(app: App, readiness: OperationsOptions['readiness']): void {
  const schema = {
    operationId: 'ready',
    tags: ['Operations'],
    summary: 'Can requests be served?',
    response: {
      ...problemResponses({}),
      200: Answer('They can.', Ready, 'Cache-Control'),
      503: Answer('Not now: a part is down.', Ready, 'Cache-Control', 'Retry-After'),
    },
  }
  app.get('/ready', { config, schema }, async (_request, reply) => {
    const parts = await readiness()
    reply.header('cache-control', 'no-store')
    const status = parts.redis === 'down' ? 'degraded' : 'ok'
    if (parts.database !== 'down') return reply.send({ status, ...parts })
    return reply
      .code(503)
      .header('retry-after', RETRY_AFTER_SECONDS)
      .send({ status: 'unavailable', ...parts })
  })
}

/** The text format of Prometheus (exposition formats, version 0.0.4). */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

function metricsRoute(app: App, metrics: OperationsOptions['metrics']): void {
  const schema = {
    operationId: 'readMetrics',
    tags: ['Operations'],
    summary: 'What is measured, for Prometheus',
    response: {
      200: {
        description: 'Every metric of this process; none names anyone.',
        headers: { 'Cache-Control': { type: 'string' } },
        content: { 'text/plain': { schema: Type.String() } },
      },
      ...problemResponses({}),
    },
  }
  app.get('/metrics', { config, schema }, async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .type(METRICS_TYPE)
      .send(await metrics()),
  )
}

function problemRoute(app: App): void {
  const schema = {
    operationId: 'readProblem',
    tags: ['Operations'],
    summary: 'What a problem means and how to go on',
    params: Strict({ code: Type.String({ maxLength: 64, description: 'The code of a problem.' }) }),
    response: {
      200: { description: 'A page.', content: { 'text/html': { schema: Type.String() } } },
      ...problemResponses({}, ['route-not-found']),
    },
  }
  app.get('/problems/:code', { config, schema }, async ({ params: { code } }, reply) => {
    if (!Object.hasOwn(problems, code)) return sendProblem(reply, 'route-not-found')
    reply.header('content-security-policy', PAGE_POLICY)
    return reply.type('text/html; charset=utf-8').send(problemPage(code as ProblemCode))
  })
}
