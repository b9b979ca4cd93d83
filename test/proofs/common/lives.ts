/** One life of an API process, from when it listened until it ended, on the clock of whoever kills it. */
export interface Life {
  readonly process: number
  readonly life: number
  readonly up: number
  killed: number | null
  /** How it ended without being killed. */
  died: string | null
}

/** A time in which PostgreSQL was down: from the kill until it took connections. */
export interface Outage {
  readonly from: number
  until: number
}

/** What processes have been through; instants are those of `performance.now()`. */
export interface Lived {
  readonly lives: Life[]
  readonly outages: Outage[]
  /** Deadlocks by PostgreSQL's own account: its counter and its log. */
  deadlocks: number
}

/** Whether PostgreSQL is down right now, or has been until a moment ago. */
export const isDown = ({ outages }: Lived) => {
  const last = outages.at(-1)
  return last !== undefined && last.until > performance.now() - 1_000
}
