import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { CalendarFile } from '../../src/application/ports/mailer.ts'
import { leavesOf, type MimePart, readMime } from './mime.ts'

/** A mail as a server got it. */
export interface ReceivedMail {
  readonly from: string
  /** Whom the envelope names. */
  readonly readers: readonly string[]
  readonly raw: string
  readonly mime: MimePart
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly calendar: CalendarFile | null
}

export interface TestSmtpServer extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** In the order in which they came in. */
  readonly received: readonly ReceivedMail[]
}

/** What a server says no with. */
export const refusal = (responseCode: number, message = 'No') =>
  Object.assign(new Error(message), { responseCode })

/** A mail server on this machine that takes everything, unless the options say otherwise. */
export async function openSmtpServer(
  options: SMTPServerOptions & { readonly port?: number } = {},
): Promise<TestSmtpServer> {
  const { port: wanted = 0, ...rest } = options
  const received: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.once('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        received.push(
          readMail(
            from,
            rcptTo.map(({ address }) => address),
            Buffer.concat(chunks).toString('latin1'),
          ),
        )
        callback()
      })
    },
    ...rest,
  })
  // A client that goes away in the middle is no trouble of the server.
  server.on('error', () => undefined)
  server.listen(wanted, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    received,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** As it was sent, be it one that there is or not. */
const methodOf = ({ parameters }: MimePart) => parameters.get('method') as CalendarFile['method']

function readMail(from: string, readers: readonly string[], raw: string): ReceivedMail {
  const mime = readMime(raw)
  const leaves = leavesOf(mime)
  const textOf = (type: string) => leaves.find((part) => part.type === type)?.text ?? ''
  const calendar = leaves.find((part) => part.type === 'text/calendar')
  return {
    from,
    readers,
    raw,
    mime,
    subject: mime.headers.get('subject')?.[0] ?? '',
    text: textOf('text/plain'),
    html: textOf('text/html'),
    calendar: calendar ? { method: methodOf(calendar), text: calendar.text } : null,
  }
}
