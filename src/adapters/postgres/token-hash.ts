import { hash } from 'node:crypto'

/** Only the hash of a token is kept, as PostgreSQL writes bytes: whoever reads the table gets in nowhere. */
export const tokenHash = (token: string) => `\\x${hash('sha256', token, 'hex')}`
