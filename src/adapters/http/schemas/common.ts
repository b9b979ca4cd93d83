import { type Static, type TProperties, type TSchema, Type } from 'typebox'
import { LAST_YEAR } from '../../../domain/instant.ts'
import { type ProblemCode, problems } from '../problems.ts'
import { PROBLEM_TYPE } from '../send-problem.ts'

export const Uuid = (description: string) => Type.String({ format: 'uuid', description })

export const Instant = (description: string) =>
  Type.String({ format: 'date-time', description: `${description} RFC 3339, with its offset.` })

/** An object without any field that is not named. */
export const Strict = <P extends TProperties>(
  properties: P,
  options: { description?: string; $id?: string; examples?: readonly object[] } = {},
) => Type.Object(properties, { ...options, additionalProperties: false })

export const Text = (most: number, description: string, least = 0) =>
  Type.String({ minLength: least, maxLength: most, description })

export const Integer = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description })

/** A string or null, as OpenAPI 3.1 spells it. */
export const NullableText = (most: number, description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: most, description })

/** One of a few words. */
export const OneOf = <const T extends readonly string[]>(words: T, description: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...words], description })

export const Money = Strict(
  {
    amount: Type.String({
      pattern: '^\\d{1,12}(\\.\\d{1,4})?$',
      description: "Decimal, with the currency's own number of digits: 75.00 USD, 7500 JPY.",
    }),
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.' }),
  },
  { description: 'An amount of money, more than zero.' },
)

export const TimeZone = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'IANA time zone, such as Europe/Berlin.',
})

export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Rows a page.' })),
  cursor: Type.Optional(Type.String({ maxLength: 512, description: 'The next_cursor of the page before.' })),
}

/** Refers to a schema that the document has under components. */
export const Reference = <S extends TSchema>(schema: S) => {
  const { $id } = schema as { $id?: string }
  if ($id === undefined) throw new Error('Only a schema with an $id can be referred to')
  return Type.Unsafe<Static<S>>({ $ref: `${$id}#` })
}

export const PageOf = <S extends TSchema>(schema: S, order: string) =>
  Type.Object(
    {
      data: Type.Array(Reference(schema)),
      next_cursor: Type.Unsafe<string | null>({
        type: ['string', 'null'],
        description: 'Null on the last page.',
      }),
    },
    { description: `A page of a list. Order: ${order}.` },
  )

export const Problem = Type.Object(
  {
    type: Type.String({ description: 'A page that explains it: /problems/{code}.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String({ description: 'The id of the request, as in X-Request-Id.' }),
    code: Type.String({ description: 'Stable: programs decide by it.' }),
    errors: Type.Optional(
      Type.Array(Type.Object({ field: Type.String(), code: Type.String(), message: Type.String() }), {
        description: 'Everything that is wrong with the input, each named by a JSON pointer.',
      }),
    ),
  },
  { $id: 'Problem', additionalProperties: true, description: 'RFC 9457, with the facts of the case.' },
)

/** What any route may answer besides its own refusals. */
const EVERYWHERE = ['malformed-request', 'internal-error', 'unavailable'] as const

/**
 * The problems a route declares, by status. `codes` has to name every refusal of the route's use case: one that
 * is missing does not compile.
 */
export function problemResponses<Code extends ProblemCode = never>(
  codes: Record<Code, true>,
  door: readonly ProblemCode[] = [],
) {
  const byStatus: Record<number, ProblemCode[]> = {}
  for (const code of [...EVERYWHERE, ...door, ...(Object.keys(codes) as Code[])]) {
    const { status } = problems[code]
    byStatus[status] = [...(byStatus[status] ?? []), code]
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, declared]) => [
      status,
      {
        description: declared.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' '),
        content: { [PROBLEM_TYPE]: { schema: { $ref: 'Problem#' } } },
      },
    ]),
  )
}

/** What a route with a body, and one for users only, may answer besides. */
export const BODY_CODES = ['body-too-large', 'unsupported-media-type'] as const
export const TOKEN_CODES = ['unauthenticated'] as const
export const ROLE_CODES = ['unauthenticated', 'forbidden'] as const

/** The answer to a client that has this version already. */
export const NOT_MODIFIED = {
  304: Type.Null({ description: 'The version of `If-None-Match` is the recorded one.' }),
}

export const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'The ETag of the version that is to be changed; another one gives 412.' }),
  ),
})

export const DateText = (description: string) =>
  Type.String({ format: 'date', description: `${description} YYYY-MM-DD, up to the year ${LAST_YEAR}.` })
