/**
 * A fault that may pass: what a port needs (a database, a network) cannot be reached at the moment, and whether
 * the last call had an effect may be unknown. Adapters throw it; whoever serves requests asks to try again later.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}
