import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Account, giveTo, runAs } from './account.ts'
import type { Binaries } from './binaries.ts'

const NEW_CLUSTER = 'postgres.new.'

/** PostgreSQL's own files. */
export const clusterFolder = (dataDir: string): string => join(dataDir, 'postgres')

const passwordFile = (dataDir: string): string => join(dataDir, 'postgres-password')

/** Whether there is such a file or folder. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** @throws when the file with the password of the superuser cannot be read */
export const readPassword = async (dataDir: string): Promise<string> => {
  try {
    return await readFile(passwordFile(dataDir), 'utf8')
  } catch (cause) {
    const reason =
      `The password in ${passwordFile(dataDir)} cannot be read. Put the file back, ` +
      `or remove ${clusterFolder(dataDir)} with all its data to begin anew.`
    throw new Error(reason, { cause })
  }
}

const createPassword = async (dataDir: string): Promise<string> => {
  const password = randomBytes(24).toString('base64url')
  await rm(passwordFile(dataDir), { force: true })
  await writeFile(passwordFile(dataDir), password, { mode: 0o600, flush: true })
  return password
}

/** The cluster appears under its name in one step, complete: a start that is killed half way leaves none. */
const createCluster = async (account: Account, { initdb }: Binaries, dataDir: string): Promise<string> => {
  const password = await createPassword(dataDir)
  const workshop = await mkdtemp(join(dataDir, NEW_CLUSTER))
  await writeFile(join(workshop, 'password'), password, { mode: 0o600 })
  await mkdir(join(workshop, 'data'), { mode: 0o700 })
  await giveTo(account, workshop)
  await runAs(account, initdb, [
    '--username=slotwright',
    '--auth=scram-sha-256',
    `--pwfile=${join(workshop, 'password')}`,
    // Knows letters beyond ASCII, in the same way on every machine.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--encoding=UTF8',
    `--pgdata=${join(workshop, 'data')}`,
  ])
  await rename(join(workshop, 'data'), clusterFolder(dataDir))
  return password
}

const removeUnfinished = async (dataDir: string): Promise<void> => {
  const unfinished = (await readdir(dataDir)).filter((name) => name.startsWith(NEW_CLUSTER))
  // An initdb whose owner was killed may still write for a moment.
  const patient = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 } as const
  await Promise.all(unfinished.map((name) => rm(join(dataDir, name), patient)))
}

/**
 * Makes PostgreSQL's files on the first start, keeps what is there on a later one.
 *
 * @returns the password of the superuser `slotwright`
 * @throws when `initdb` fails, or the password of an existing cluster is gone
 */
export async function prepareCluster(
  account: Account,
  binaries: Binaries,
  dataDir: string,
  onNotice: (line: string) => void,
): Promise<string> {
  await removeUnfinished(dataDir)
  const folder = clusterFolder(dataDir)
  if (await exists(folder)) {
    await giveTo(account, folder)
    return readPassword(dataDir)
  }
  onNotice(`Creating a PostgreSQL database in ${folder}`)
  try {
    return await createCluster(account, binaries, dataDir)
  } finally {
    await removeUnfinished(dataDir)
  }
}
