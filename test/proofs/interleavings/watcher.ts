import pg from 'pg'
import { SESSION_SETTINGS } from './equipment.ts'

/** Sees the sessions from outside, and has the gate and the clock. */
export interface Watcher extends AsyncDisposable {
  run(text: string): Promise<void>
  lines(text: string): Promise<string[]>
  closeGate(): Promise<void>
  openGate(): Promise<void>
  /** Moves the clock of all sessions. */
  setClock(seconds: number): Promise<void>
  /** Returns as soon as the work of a session is done, false, or waits for the other, true. */
  isWaiting(pid: number, other: number, work: Promise<unknown>): Promise<boolean>
  readonly pid: number
}

const PATIENCE_MILLISECONDS = 20_000

const blockers = { name: 'blockers', text: 'select $2 = any (pg_blocking_pids($1)) as waits' }

export async function openWatcher(url: string): Promise<Watcher> {
  const client = new pg.Client({ connectionString: url, options: SESSION_SETTINGS })
  await client.connect()
  const { rows } = await client.query('select pg_backend_pid() as pid')
  const run = async (text: string) => void (await client.query(text))
  return {
    pid: rows[0].pid,
    run,
    lines: async (text) => (await client.query(text)).rows.map(({ line }) => line),
    closeGate: () => run('select pg_advisory_lock(1, 1)'),
    openGate: () => run('select pg_advisory_unlock_all()'),
    setClock: (seconds) => run(`select setval('equipment.seconds', ${seconds})`),
    async isWaiting(pid, other, work) {
      let isDone = false
      const done = () => {
        isDone = true
      }
      work.then(done, done)
      const deadline = Date.now() + PATIENCE_MILLISECONDS
      while (Date.now() < deadline) {
        const { rows } = await client.query({ ...blockers, values: [pid, other] })
        if (isDone) return false
        if (rows[0].waits) return true
      }
      throw new Error('A session neither answers nor waits for the other')
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}
