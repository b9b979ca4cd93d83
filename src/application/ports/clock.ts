import type { Instant } from '../../domain/instant.ts'

/** The present. Rules never ask for it: whoever calls them passes it on. */
export type Clock = () => Instant
