/** Gives a new UUIDv7 at each call: unique, and ascending within a process, so that indexes grow at one end. */
export type NewId = () => string
