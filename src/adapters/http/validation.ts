import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { FIRST_YEAR, LAST_YEAR } from '../../domain/instant.ts'
import { NOT_BLANK } from './schemas/common.ts'
import type { FieldError } from './send-problem.ts'

// TypeBox stops at eight violations, and an answer names all of them; a flood of them is not worth an answer.
Settings.Set({ maxErrors: 500 })

/**
 * Compiles a route's schemas. Bodies are taken as they are. Of the texts of a query or a path, those that spell
 * an integer or a boolean become one where the schema asks for it, and one text where a list is asked for is a list of
 * one; everything else stays text and is refused.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema)
  return (value: unknown) => {
    const spelled = httpPart === 'body' ? value : spelledOut(schema, value)
    if (compiled.Check(spelled)) return { value: spelled }
    return { error: compiled.Errors(spelled) as unknown as FastifySchemaValidationError[] } as never
  }
}

interface Spelled {
  readonly type?: string
}

function spelledOut(schema: TSchema, value: unknown): unknown {
  const properties = (schema as { properties?: Record<string, Spelled> }).properties
  if (properties === undefined || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => [name, convert(properties[name]?.type, text)]),
  )
}

function convert(type: string | undefined, text: unknown): unknown {
  if (typeof text !== 'string') return text
  if (type === 'array') return [text]
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

interface TypeBoxError {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message: string
}

/** The violations of a schema in the words of the contract, one for each field that is wrong. */
export function fieldErrors(errors: readonly unknown[]): FieldError[] {
  const found = new Map<string, FieldError>()
  for (const error of errors as readonly TypeBoxError[]) {
    for (const fieldError of translate(error)) {
      if (!found.has(fieldError.field)) found.set(fieldError.field, fieldError)
    }
  }
  return [...found.values()]
}

function translate({ keyword, instancePath, params, message }: TypeBoxError): FieldError[] {
  const names = (key: string) => params[key] as readonly string[]
  switch (keyword) {
    case 'required':
      return names('requiredProperties').map((name) => ({
        field: `${instancePath}/${name}`,
        code: 'required',
        message: 'is required',
      }))
    case 'additionalProperties':
      return names('additionalProperties').map((name) => ({
        field: `${instancePath}/${name}`,
        code: 'unknown-field',
        message: 'is not a field of this request',
      }))
    // A field that is not allowed at all, or not beside another; of the former `additionalProperties` says the same.
    case 'boolean':
      return [{ field: instancePath, code: 'unknown-field', message: 'is not a field of this request' }]
    // What is missing where a condition holds has been said.
    case 'if':
      return []
    case 'format':
      return [{ field: instancePath, code: 'format', message: formatMessage(String(params.format)) }]
    case 'pattern':
      return [{ field: instancePath, code: 'pattern', message: patternMessage(params.pattern, message) }]
    case '~refine':
      return [{ field: instancePath, code: 'invalid', message: String(params.message) }]
    case 'enum':
      return [
        { field: instancePath, code: 'enum', message: `must be one of ${names('allowedValues').join(', ')}` },
      ]
    case 'type':
      return [{ field: instancePath, code: 'type', message: `must be ${[params.type].flat().join(' or ')}` }]
    default:
      return [{ field: instancePath, code: keyword, message }]
  }
}

const YEARS = `in the years ${FIRST_YEAR} to ${LAST_YEAR}`

const FORMAT_MESSAGES: Readonly<Record<string, string>> = {
  'date-time': `must be an instant such as 2026-03-08T09:00:00Z, with its offset, ${YEARS}`,
  date: `must be a date such as 2026-03-08, ${YEARS}`,
  'instant-or-date': `must be an instant such as 2026-03-08T09:00:00Z or a date such as 2026-03-08, ${YEARS}`,
  'wall-time': 'must be a wall time such as 09:00; only an end may be 24:00',
  uuid: 'must be a UUID in lower case',
  email: 'must be an e-mail address',
}

const formatMessage = (format: string) => FORMAT_MESSAGES[format] ?? `must have the format ${format}`

const patternMessage = (pattern: unknown, otherwise: string) =>
  String(pattern) === NOT_BLANK ? 'must have more than spaces in it' : otherwise
