/** Why a socket is closed (RFC 6455, section 7.4.1; from 4000 on they are ours). */
export const CLOSE = {
  protocolError: 1002,
  unsupportedData: 1003,
  invalidText: 1007,
  tooLong: 1009,
  restarting: 1012,
  tooSlow: 1013,
  unauthenticated: 4401,
  forbidden: 4403,
  tooMany: 4429,
} as const

/** The reason that goes with 4403. */
export const ROLE_LOST = 'a role was taken away'

/** A frame of a client says what to follow, and nothing longer. */
export const MOST_FRAME_BYTES = 16 * 1024

export const MOST_SUBSCRIPTIONS = 100

/** What each code means to whoever meets it. */
export const CLOSE_CODES: Readonly<Record<(typeof CLOSE)[keyof typeof CLOSE], string>> = {
  1002: 'A frame broke the protocol.',
  1003: 'A message was not text.',
  1007: 'A message was not valid UTF-8.',
  1009: `A message was longer than ${MOST_FRAME_BYTES / 1024} KiB.`,
  1012: 'The server is restarting: come back after a moment of random length and resume.',
  1013: 'You are too slow: come back and resume by the last cursor.',
  4401: 'The ticket is not valid, the token has ended, or nobody may use the account any more: get another one, come back and resume.',
  4403: 'A role was taken away that the socket was opened with, or that its ticket was made with: what you may still see can be followed by another socket.',
  4429: `More than ${MOST_SUBSCRIPTIONS} subscriptions.`,
}

/** Codes that clients and networks end a socket with: it was closed, left, or is gone without a word. */
const COMMON_CODES = [1000, 1001, 1005, 1006]
const NAMED: ReadonlySet<number> = new Set([...Object.values(CLOSE), ...COMMON_CODES])

/** A code as it is counted: a client may close with thousands of others. */
export const nameOfCode = (code: number) => (NAMED.has(code) ? String(code) : 'other')
