import { Type } from 'typebox'
import { type ProblemCode, problems } from '../problems.ts'
import { PROBLEM_TYPE } from '../send-problem.ts'
import { verdictCodes } from './booking-codes.ts'
import { OneOf } from './common.ts'
import { problemFacts } from './problem-facts.ts'

export const Problem = Type.Object(
  {
    type: Type.String({ description: 'A page that explains it: /problems/{code}.' }),
    title: Type.String({ description: 'The same for every problem of the code.' }),
    status: Type.Integer({ description: 'The status of the answer.' }),
    detail: Type.String({ description: 'What it means and how to go on.' }),
    instance: Type.String({ description: 'The id of the request, as in X-Request-Id.' }),
    code: Type.String({ description: 'Stable: programs decide by it.' }),
  },
  { $id: 'Problem', additionalProperties: true, description: 'RFC 9457, with the facts of the case.' },
)

/** What any route may answer besides its own refusals. */
const EVERYWHERE = ['malformed-request', 'rate-limited', 'internal-error', 'unavailable'] as const

/** What a route with a body, and one for users only, may answer besides. */
export const BODY_CODES = ['body-too-large', 'unsupported-media-type'] as const
export const TOKEN_CODES = ['unauthenticated'] as const
export const ROLE_CODES = ['unauthenticated', 'forbidden'] as const

/** By this a response tells the document which problems it may be. */
export const CODES = 'x-codes'

/**
 * The problems a route declares, by status. `codes` has to name every refusal of the route's use case: one that
 * is missing does not compile.
 */
export function problemResponses<Code extends ProblemCode = never>(
  codes: Record<Code, true>,
  door: readonly ProblemCode[] = [],
) {
  const byStatus: Record<number, ProblemCode[]> = {}
  for (const code of new Set([...EVERYWHERE, ...door, ...(Object.keys(codes) as Code[])])) {
    const { status } = problems[code]
    byStatus[status] = [...(byStatus[status] ?? []), code]
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, declared]) => [
      status,
      {
        description: declared.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' '),
        content: { [PROBLEM_TYPE]: { schema: { $ref: 'Problem#' }, [CODES]: declared } },
      },
    ]),
  )
}

declare module 'fastify' {
  interface FastifyInstance {
    /** For routes of other adapters whose errors are problems, too. */
    readonly problemResponses: typeof problemResponses
  }
}

/** What the document calls the schema of a problem: SlotTakenProblem. */
const nameOf = (code: string) =>
  `${code.replace(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase())}Problem`

/** Where both documents have the schema of a problem. */
export const referenceTo = (code: ProblemCode) => `#/components/schemas/${nameOf(code)}`

const violations = Type.Array(
  Type.Object(
    { code: OneOf(Object.keys(verdictCodes), 'As that of a problem, with the same facts beside it.') },
    { additionalProperties: true },
  ),
  { description: 'Only of a dry run: everything that is in the way, first what booking would say.' },
)

const schemaOf = (code: ProblemCode) => ({
  description: `${problems[code].title}.`,
  allOf: [
    { $ref: '#/components/schemas/Problem' },
    Type.Object({
      status: Type.Unsafe<number>({ type: 'integer', enum: [problems[code].status] }),
      code: Type.Unsafe<string>({ type: 'string', enum: [code] }),
      ...problemFacts[code],
      ...(code in verdictCodes && { violations: Type.Optional(violations) }),
    }),
  ],
})

/** A schema for each problem that a route declares, by name. */
export const problemSchemas = (codes: Iterable<ProblemCode>) =>
  Object.fromEntries([...new Set(codes)].sort().map((code) => [nameOf(code), schemaOf(code)]))

/** What an answer that is one of some problems looks like. */
export function oneProblemOf(codes: readonly ProblemCode[]): object {
  const [only, ...others] = codes
  if (only !== undefined && others.length === 0) return { $ref: referenceTo(only) }
  return {
    type: 'object',
    required: ['code'],
    properties: { code: { type: 'string', enum: codes } },
    oneOf: codes.map((code) => ({ $ref: referenceTo(code) })),
    discriminator: {
      propertyName: 'code',
      mapping: Object.fromEntries(codes.map((code) => [code, referenceTo(code)])),
    },
  }
}
