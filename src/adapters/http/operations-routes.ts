import { Type } from 'typebox'
import type { App } from './app-types.ts'
import { problemPage } from './problem-page.ts'
import { type ProblemCode, problems } from './problems.ts'
import { OneOf, problemResponses, Strict } from './schemas/common.ts'
import { sendProblem } from './send-problem.ts'

/** What a part of the server says of itself. */
export type PartState = 'ok' | 'down' | 'memory'

export interface Readiness {
  readonly database: PartState
}

export interface OperationsOptions {
  /** Asks every part; never throws. */
  readonly readiness: () => Promise<Readiness>
}

const Health = Type.Object({ status: OneOf(['ok'], 'The process answers.') }, { $id: 'Health' })
const Ready = Type.Object(
  {
    status: OneOf(['ok', 'unavailable'], 'Whether requests can be served.'),
    database: OneOf(['ok', 'down', 'memory'], 'PostgreSQL.'),
  },
  { $id: 'Readiness' },
)

/** For those who run the server, and the page behind the `type` of each problem. */
export async function operationsRoutes(app: App, { readiness }: OperationsOptions): Promise<void> {
  app.get(
    '/health',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'health',
        tags: ['Operations'],
        summary: 'Is the process alive?',
        response: { 200: Health, ...problemResponses({}) },
      },
    },
    async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  )

  app.get(
    '/ready',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'ready',
        tags: ['Operations'],
        summary: 'Can requests be served?',
        response: { ...problemResponses({}), 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const parts = await readiness()
      const isReady = parts.database !== 'down'
      return reply
        .code(isReady ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ status: isReady ? 'ok' : 'unavailable', ...parts })
    },
  )

  app.get(
    '/problems/:code',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'readProblem',
        tags: ['Operations'],
        summary: 'What a problem means and how to go on',
        params: Strict({ code: Type.String({ maxLength: 64, description: 'The code of a problem.' }) }),
        response: {
          200: { description: 'A page.', content: { 'text/html': { schema: { type: 'string' } } } },
          ...problemResponses({}, ['route-not-found']),
        },
      },
    },
    async ({ params: { code } }, reply) => {
      if (!Object.hasOwn(problems, code)) return sendProblem(reply, 'route-not-found')
      return reply.type('text/html; charset=utf-8').send(problemPage(code as ProblemCode))
    },
  )
}
