import { explainFormats } from './document-formats.ts'
import { declareHeaders, HEADERS, PARAMETERS, type Parameter } from './document-headers.ts'
import type { ProblemCode } from './problems.ts'
import { MAY_BE_LEFT_OUT } from './schemas/common.ts'
import { CODES, oneProblemOf, problemSchemas } from './schemas/problem-responses.ts'

interface Media {
  schema: Record<string, unknown>
  [CODES]?: readonly ProblemCode[]
}

interface Operation {
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, Media> }
  responses: Record<string, { description: string; headers?: object; content?: Record<string, Media> }>
}

interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown>; headers?: object; parameters?: object }
}

/** Adds to the document what follows from the routes, and what their schemas cannot say. */
export function completed<D extends object>(made: D): D {
  const document = JSON.parse(JSON.stringify(made)) as Document
  const codes = new Set<ProblemCode>()
  for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    declareHeaders(operation)
    relaxBody(operation)
    for (const code of nameProblems(operation)) codes.add(code)
  }
  const schemas = { ...document.components.schemas, ...problemSchemas(codes) }
  document.components = { ...document.components, schemas, headers: HEADERS, parameters: PARAMETERS }
  return explainFormats(document) as D
}

/** The framework takes every body for required. */
function relaxBody({ requestBody }: Operation): void {
  if (requestBody === undefined) return
  for (const { schema } of Object.values(requestBody.content)) {
    if (schema[MAY_BE_LEFT_OUT] === true) requestBody.required = false
    delete schema[MAY_BE_LEFT_OUT]
  }
}

/** Gives each problem of an operation the schema of what it may be; says which there are. */
function nameProblems({ responses }: Operation): ProblemCode[] {
  const media = Object.values(responses).flatMap(({ content = {} }) => Object.values(content))
  return media.flatMap((one) => {
    const { [CODES]: codes = [] } = one
    if (codes.length > 0) one.schema = { ...oneProblemOf(codes) }
    delete one[CODES]
    return codes
  })
}
