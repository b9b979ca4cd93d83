import { realpath } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { clusterFolder, exists, readPassword } from './cluster.ts'
import { readPidFile } from './orphan.ts'
import { findOwner } from './ownership.ts'

const START_SECONDS = 60

/** Whether there is an embedded database in the folder, running or not. */
export const hasCluster = (dataDir: string): Promise<boolean> => exists(clusterFolder(dataDir))

/**
 * Finds the embedded PostgreSQL that another process runs on the folder, waiting for it while that process starts it.
 *
 * @returns its address, or undefined when nobody runs one
 * @throws when it does not become ready
 */
export async function findRunning(dataDir: string): Promise<string | undefined> {
  const folder = await realpath(dataDir)
  const deadline = Date.now() + START_SECONDS * 1000
  for (;;) {
    const owner = await findOwner(folder)
    if (owner === undefined) return undefined
    // postmaster.pid: the fourth line is the port, the eighth the state.
    const lines = await readPidFile(clusterFolder(folder))
    if (lines?.[7] === 'ready') {
      return `postgres://slotwright:${await readPassword(folder)}@127.0.0.1:${lines[3]}/slotwright`
    }
    if (Date.now() > deadline) {
      throw new Error(`The database in ${folder}, which process ${owner} runs, does not become ready.`)
    }
    await delay(100)
  }
}
