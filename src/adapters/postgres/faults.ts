import { Unavailable } from '../../application/ports/unavailable.ts'

/** SQLSTATE classes and codes that say "not now": connection, resources, shutdown, time-outs, rolled back. */
const PASSING_SQLSTATE = /^(08|53|57P|57014|55P03|25P03|40)/

const PASSING_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** What node-postgres says without a code when a connection is lost or refused. */
const LOST_CONNECTION =
  /connection terminated|connection error|not queryable|timeout expired|query read timeout|client has encountered|client was closed|connection ended/i

const LOST_CONNECTION_NAMES = new Set([
  'ConnectionError',
  'BackendTerminatedError',
  'BackendTerminatedUnexpectedlyError',
  'StatementTimeoutError',
  'StatementCancelledError',
  'IdleTransactionTimeoutError',
])

/** Turns the errors of the driver that may pass into Unavailable; every other one is a defect and stays as it is. */
export function asFault(error: unknown): unknown {
  return isPassing(error) ? new Unavailable('The database cannot be reached', { cause: error }) : error
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (PASSING_SYSTEM_CODES.has(code) || PASSING_SQLSTATE.test(code)) return true
  if (LOST_CONNECTION_NAMES.has(error.constructor.name) || LOST_CONNECTION.test(error.message)) return true
  return isPassing(error.cause)
}

/** Runs a query with its errors told apart. */
export async function guarded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw asFault(error)
  }
}
