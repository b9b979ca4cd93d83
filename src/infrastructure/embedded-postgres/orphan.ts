import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commandOf, hasEnded, lifeOf } from './process-table.ts'

const FAST_SHUTDOWN_SECONDS = 60
const IMMEDIATE_SHUTDOWN_SECONDS = 15

/** Above every system's highest pid. */
const NO_PID = '2147483647'

const pidFile = (folder: string): string => join(folder, 'postmaster.pid')

/** The lines of `postmaster.pid`: the pid is the first, the status is the eighth; undefined without the file. */
export async function readPidFile(folder: string): Promise<string[] | undefined> {
  try {
    return (await readFile(pidFile(folder), 'utf8')).split('\n').map((line) => line.trim())
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

const isPostgresOf = async (pid: number, folder: string): Promise<boolean> =>
  (await lifeOf(pid)) !== undefined && `${await commandOf(pid)} `.includes(`/postgres -D ${folder} `)

/**
 * PostgreSQL would take any process that has this pid now for its own and refuse to start. The rest of the file
 * stays: its shared memory line is how PostgreSQL sees that processes of a killed server still write.
 */
const disown = async (folder: string, [, ...rest]: string[]): Promise<void> => {
  if (rest.length === 0) await rm(pidFile(folder), { force: true })
  else await writeFile(pidFile(folder), [NO_PID, ...rest].join('\n'))
}

const stop = async (pid: number): Promise<void> => {
  process.kill(pid, 'SIGINT')
  if (await hasEnded(pid, FAST_SHUTDOWN_SECONDS)) return
  process.kill(pid, 'SIGQUIT')
  if (await hasEnded(pid, IMMEDIATE_SHUTDOWN_SECONDS)) return
  throw new Error(`PostgreSQL ${pid} of a killed Slotwright does not stop. End it and start again.`)
}

/**
 * Ends the server that a killed owner left running on these files, and frees them from a `postmaster.pid` that
 * names a process which is none. The caller owns the data directory.
 */
export async function stopOrphan(folder: string, onNotice: (line: string) => void): Promise<void> {
  const lines = await readPidFile(folder)
  if (!lines) return
  const pid = Number(lines[0])
  if (pid > 0 && (await isPostgresOf(pid, folder))) {
    onNotice(`Stopping PostgreSQL ${pid}, which a killed Slotwright left running`)
    await stop(pid)
  } else {
    await disown(folder, lines)
  }
}
