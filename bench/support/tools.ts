import { execFile } from 'node:child_process'
import { glob } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** The programs that a benchmark calls: the option that prints the version, and the Debian package. */
const known = {
  wrk: { versionOption: '-v', debianPackage: 'wrk' },
  'redis-server': { versionOption: '--version', debianPackage: 'redis-server' },
  pgbench: { versionOption: '--version', debianPackage: 'postgresql' },
} as const

export type ToolName = keyof typeof known

export interface Tool {
  readonly path: string
  readonly version: string
}

/** wrk prints its version with exit code 1; a pgbench that is only Debian's wrapper prints none at all. */
const versionOf = (path: string, option: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    execFile(path, [option], (_error, stdout) => resolve(/\d+\.\d+[\w.-]*/.exec(stdout)?.[0]))
  })

/** Debian keeps pgbench off the PATH, in a folder for each version; the newest goes first. */
const versionedFolders = async (): Promise<string[]> => {
  const folders = await Array.fromAsync(glob('/usr/lib/postgresql/*/bin'))
  return folders.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
}

const find = async (name: ToolName): Promise<Tool | undefined> => {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...(await versionedFolders())]
  for (const folder of folders.filter((folder) => folder !== '')) {
    const path = join(folder, name)
    const version = await versionOf(path, known[name].versionOption)
    if (version !== undefined) return { path, version }
  }
  return undefined
}

/**
 * Programs that run here, looked for on the PATH and where Debian keeps those of PostgreSQL.
 *
 * @throws when one is missing; the message names its Debian package
 */
export async function findTools<Name extends ToolName>(
  ...names: readonly Name[]
): Promise<Record<Name, Tool>> {
  const found = await Promise.all(names.map(async (name) => [name, await find(name)] as const))
  const missing = found.filter(([, tool]) => tool === undefined).map(([name]) => name)
  if (missing.length > 0) {
    const lines = missing.map((name) => `${name} is missing: apt-get install ${known[name].debianPackage}`)
    throw new Error(lines.join('\n'))
  }
  return Object.fromEntries(found) as Record<Name, Tool>
}
