import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ConfigError } from './config.ts'

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/** Not by mkdir's own recursion, which tries for ever where a folder takes no new ones, as /proc does. */
const makeFolder = async (path: string): Promise<void> => {
  if (await isFolder(path)) return
  if (dirname(path) !== path) await makeFolder(dirname(path))
  await mkdir(path).catch(async (error: unknown) => {
    // Another process may have made it meanwhile.
    if (!(await isFolder(path))) throw error
  })
}

/** What to throw when nothing can be kept in the folder. */
export function unusableDataDir(dataDir: string, cause: unknown): ConfigError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new ConfigError(
    `DATA_DIR ${dataDir} cannot be used: ${reason}. Set it to a folder that this user may write to.`,
    { cause },
  )
}

/** Makes the folder of `DATA_DIR` where it is missing. Throws ConfigError when that is not possible. */
export async function makeDataDir(dataDir: string): Promise<void> {
  await makeFolder(resolve(dataDir)).catch((cause: unknown) => {
    throw unusableDataDir(dataDir, cause)
  })
}
