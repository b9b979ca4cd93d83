const REQUEST_ID = { type: 'string', pattern: '^[A-Za-z0-9_.:-]{1,128}$' }

const POLICY = '"[a-z-]+";q=[0-9]+;w=[0-9]+'
const REMAINDER = '"[a-z-]+";r=[0-9]+;t=[0-9]+'

/** Every header of an answer that the contract speaks of. Each is sent wherever it is declared. */
export const HEADERS = {
  'X-Request-Id': {
    description: 'The id of the request, as the log has it.',
    required: true,
    schema: REQUEST_ID,
  },
  ETag: {
    description:
      'The version of what is answered: for `If-Match` where it is strong, and for `If-None-Match`.',
    required: true,
    schema: { type: 'string', pattern: '^("[0-9]{1,9}"|W/"[A-Za-z0-9_-]+")$' },
  },
  Location: {
    description: 'The path of what has been made.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
  },
  'Cache-Control': {
    description: 'The answer is of this moment alone.',
    required: true,
    schema: { type: 'string', enum: ['no-store'] },
  },
  'Retry-After': {
    description: 'After how many seconds to send the request again.',
    required: true,
    schema: { type: 'integer', minimum: 1 },
  },
  'RateLimit-Policy': {
    description:
      'The policies that the request counts towards, each with its quota `q` in a window of `w` seconds; left out where there are none.',
    required: false,
    schema: { type: 'string', pattern: `^${POLICY}(, ${POLICY})*$` },
  },
  RateLimit: {
    description: 'Of each policy the requests `r` that remain, for `t` seconds more.',
    required: false,
    schema: { type: 'string', pattern: `^${REMAINDER}(, ${REMAINDER})*$` },
  },
  'Idempotency-Replayed': {
    description: 'The answer is that of an earlier request with the same key.',
    required: false,
    schema: { type: 'string', enum: ['true'] },
  },
  'WWW-Authenticate': {
    description: 'How to say who asks (RFC 6750).',
    required: true,
    schema: { type: 'string', pattern: '^Bearer ' },
  },
} as const

export const PARAMETERS = {
  XRequestId: {
    name: 'X-Request-Id',
    in: 'header',
    required: false,
    description:
      'An id of yours for the request, 1 to 128 letters, digits and `_.:-`; anything else is replaced.',
    schema: { type: 'string' },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: 'ETags of the versions you have, or `*`: 304 when the recorded one is among them.',
    schema: { type: 'string' },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'A key of yours for this request, 1 to 255 printable ASCII characters, good for 24 hours. Sent again with the same request it has the first answer, byte for byte, and nothing is done twice; with another request it gives 422.',
    schema: { type: 'string', pattern: '^[ -~]{1,255}$' },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The ETag of the version that is to be changed, or `*` for any; another one gives 412.',
    schema: { type: 'string', pattern: '^(\\*|"[1-9][0-9]{0,8}")$' },
  },
} as const

/** The headers that answers of a status have whatever the route. */
const BY_STATUS: Readonly<Record<string, readonly (keyof typeof HEADERS)[]>> = {
  304: ['ETag'],
  401: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
}

/** A parameter, or a reference to one. */
export interface Parameter {
  in?: string
  name?: string
  $ref?: string
}

interface DocumentedOperation {
  parameters?: Parameter[]
  responses: Record<string, { headers?: object }>
}

/** Declares what an operation sends and reads in headers: those it names itself, and those that follow from it. */
export function declareHeaders(operation: DocumentedOperation): void {
  const isConditional = operation.responses[304] !== undefined
  const given = operation.parameters ?? []
  const isRepeatable = given.some((one) => isHeader(one, 'idempotency-key'))
  for (const [status, response] of Object.entries(operation.responses)) {
    const own = Object.keys(response.headers ?? {})
    const tag = isConditional && status === '200' ? ['ETag'] : []
    // A refusal is kept under its key like any other answer.
    const replayed = isRepeatable && isRefusal(status) ? ['Idempotency-Replayed'] : []
    const names = new Set([
      'X-Request-Id',
      'RateLimit-Policy',
      'RateLimit',
      ...own,
      ...tag,
      ...replayed,
      ...(BY_STATUS[status] ?? []),
    ])
    response.headers = Object.fromEntries(
      [...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
    )
  }
  const read = [
    ...(given.some((one) => isHeader(one, 'if-match')) ? ['IfMatch'] : []),
    ...(isRepeatable ? ['IdempotencyKey'] : []),
    ...(isConditional ? ['IfNoneMatch'] : []),
    'XRequestId',
  ]
  const references = read.map((name) => ({ $ref: `#/components/parameters/${name}` }))
  operation.parameters = [...given.filter((one) => one.in !== 'header'), ...references]
}

const isHeader = (parameter: Parameter, name: string) => parameter.in === 'header' && parameter.name === name

/** What a use case may answer, and so be kept: not what the door refuses by itself, nor what may pass. */
const isRefusal = (status: string) => ['403', '404', '409', '412', '422', '429'].includes(status)
