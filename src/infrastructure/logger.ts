import { type Logger, pino } from 'pino'

/** Where a secret may stand in what is logged; the serializers below leave bodies and headers out anyway. */
const SECRETS = ['password', 'token', 'secret', 'authorization', '*.password', '*.token', '*.authorization']

/** JSON lines on standard output; readable ones on a terminal. */
export const createLogger = (level: string): Logger =>
  pino({
    level,
    redact: { paths: SECRETS, censor: '[redacted]' },
    ...(process.stdout.isTTY && {
      transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } },
    }),
  })
