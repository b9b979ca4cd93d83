import { type Logger, pino } from 'pino'

/** Where a secret may stand in what is logged; the serializers below leave bodies and headers out anyway. */
const SECRETS = ['password', 'token', 'secret', 'authorization', '*.password', '*.token', '*.authorization']

/** Of these fields of an error a log needs: what went wrong and where in the code and the schema, never with which values. */
const TOLD = ['code', 'schema', 'table', 'constraint', 'column', 'routine'] as const

/**
 * An error as it is logged. PostgreSQL's detail, hint and context quote whole rows, and with them addresses and hashes;
 * its messages may quote a value, so that of them only the part before the first quotation mark is kept.
 */
export function loggedError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error
  const fields = Object.fromEntries(
    TOLD.flatMap((name) =>
      name in error ? [[name, (error as unknown as Record<string, unknown>)[name]]] : [],
    ),
  )
  const isOfDatabase = 'severity' in error
  const [quoted = ''] = error.message.split('"')
  const message = isOfDatabase ? quoted.trim() : error.message
  const stack = isOfDatabase ? error.stack?.slice(error.stack.indexOf('\n    at ')) : error.stack
  const cause = error.cause === undefined || depth > 3 ? {} : { cause: loggedError(error.cause, depth + 1) }
  return { type: error.name, message, ...fields, stack, ...cause }
}

/** JSON lines on standard output; readable ones on a terminal. */
export const createLogger = (level: string): Logger =>
  pino({
    level,
    serializers: { err: (error: unknown) => loggedError(error) },
    redact: { paths: SECRETS, censor: '[redacted]' },
    ...(process.stdout.isTTY && {
      transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } },
    }),
  })
