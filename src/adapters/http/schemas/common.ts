import { type Static, type TProperties, type TSchema, Type } from 'typebox'
import { LAST_YEAR } from '../../../domain/instant.ts'

export const Uuid = (description: string) => Type.String({ format: 'uuid', description })

export const Instant = (description: string) =>
  Type.String({ format: 'date-time', description: `${description} RFC 3339, with its offset.` })

/** Marks a body that a request may come without; the document says so in its own words. */
export const MAY_BE_LEFT_OUT = 'x-may-be-left-out'

/** An object without any field that is not named. */
export const Strict = <P extends TProperties>(
  properties: P,
  options: {
    description?: string
    $id?: string
    examples?: readonly object[]
    minProperties?: number
    [MAY_BE_LEFT_OUT]?: true
  } = {},
) => Type.Object(properties, { ...options, additionalProperties: false })

export const Text = (most: number, description: string) => Type.String({ maxLength: most, description })

/** What a text matches that has more than spaces in it. */
export const NOT_BLANK = '\\S'

/** A text that says something. */
export const Words = (most: number, description: string) =>
  Type.String({ minLength: 1, maxLength: most, pattern: NOT_BLANK, description })

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

/** The headers that an answer of a route may have of its own; what they are is said once, in document-headers.ts. */
export type AnswerHeader = 'ETag' | 'Location' | 'Cache-Control' | 'Retry-After' | 'Idempotency-Replayed'

const declared = (headers: readonly AnswerHeader[]) =>
  Object.fromEntries(headers.map((name) => [name, { type: 'string' }]))

/** A success: what it has, and the headers that come with it. */
export const Answer = <S extends TSchema>(description: string, schema: S, ...headers: AnswerHeader[]) => {
  const { $id } = schema as { $id?: string }
  const body = $id === undefined ? schema : { $ref: `${$id}#` }
  return Type.Unsafe<Static<S>>({ ...body, description, headers: declared(headers) })
}

/** The same of one that comes in the way that is asked for. */
export const AnswerOf = (
  description: string,
  schemas: Readonly<Record<string, TSchema>>,
  ...headers: AnswerHeader[]
) => {
  const content = Object.entries(schemas).map(([type, schema]) => [type, { schema }])
  return { description, headers: declared(headers), content: Object.fromEntries(content) }
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

/** The answer to a client that has this version already. */
export const NOT_MODIFIED = {
  304: Type.Null({
    description: 'The version of `If-None-Match` is the recorded one.',
    headers: declared(['ETag']),
  }),
}

export const IfMatch = Type.Object({ 'if-match': Type.Optional(Type.String()) })

/** Of a route whose answers are kept under the key that a client sends. */
export const Repeatable = Type.Object({ 'idempotency-key': Type.Optional(Type.String()) })

export const RepeatableChange = Type.Object({ ...IfMatch.properties, ...Repeatable.properties })

export const DateText = (description: string) =>
  Type.String({ format: 'date', description: `${description} YYYY-MM-DD, up to the year ${LAST_YEAR}.` })
