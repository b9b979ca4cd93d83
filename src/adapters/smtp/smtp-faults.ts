/** What nodemailer tells of a mail that did not go. */
interface NodemailerError {
  readonly code?: string
  readonly command?: string
  readonly responseCode?: number
}

const told = (error: unknown): NodemailerError => (error instanceof Error ? (error as NodemailerError) : {})

/** The answer of the server, or null where it gave none. */
export const statusOf = (error: unknown): number | null => told(error).responseCode ?? null

/**
 * Whether a mail was refused for good: the server says 5xx to the reader or to the mail itself, or the address is none. A 5xx to
 * our sign-in or our sender is a mistake in the settings, which someone will mend: that mail waits.
 */
export function isRefused(error: unknown): boolean {
  const { code, command, responseCode } = told(error)
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return false
  if (command === 'API') return true
  return responseCode !== undefined && responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA')
}

/** A mail that could not be sent now, without the server's words, which repeat the reader's address. */
export class SmtpFault extends Error {
  override readonly name = 'SmtpFault'
  constructor(error: unknown) {
    const { code = 'unknown', command, responseCode } = told(error)
    const at = command === undefined ? '' : ` at ${command}`
    const answer = responseCode === undefined ? '' : `, answered ${responseCode}`
    super(`The mail server took no mail now: ${code}${at}${answer}`)
  }
}
