import { readdir, readlink, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { unusableDataDir } from '../data-dir.ts'
import { lifeOf } from './process-table.ts'

/*
 * Who owns a data directory is a chain of links `owner.1`, `owner.2`, ...: the highest one counts, its target is
 * `<pid>@<life>` or `nobody`. A link appears with its content in one step and fails where there is one, so
 * that of two processes that found the same owner dead only one makes the next link. A lower link is
 * removed only by the maker of a higher one: who comes late and makes a number anew sees that it is not the highest.
 */
const RELEASED = 'nobody'
const linkPattern = /^owner\.(\d+)$/

const linkNumbers = async (dataDir: string): Promise<number[]> => {
  const numbers = (await readdir(dataDir)).map((name) => linkPattern.exec(name)?.[1])
  return numbers
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((a, b) => b - a)
}

const linkPath = (dataDir: string, number: number): string => join(dataDir, `owner.${number}`)

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

const createLink = async (target: string, dataDir: string, number: number): Promise<boolean> => {
  try {
    await symlink(target, linkPath(dataDir, number))
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw unusableDataDir(dataDir, error)
  }
}

const removeBelow = async (dataDir: string, number: number): Promise<void> => {
  for (const lower of await linkNumbers(dataDir)) {
    if (lower < number) await rm(linkPath(dataDir, lower), { force: true })
  }
}

const readLink = async (path: string): Promise<string> => {
  try {
    return await readlink(path)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return RELEASED
    throw error
  }
}

const livingOwner = async (path: string): Promise<number | undefined> => {
  const target = await readLink(path)
  const [pid, life] = target.split(/@(.*)/s)
  return target !== RELEASED && (await lifeOf(Number(pid))) === life ? Number(pid) : undefined
}

const release = async (dataDir: string, number: number): Promise<void> => {
  await createLink(RELEASED, dataDir, number + 1)
  await removeBelow(dataDir, number + 1)
}

/** The pid of the living process that owns the directory; undefined when there is none. */
export async function findOwner(dataDir: string): Promise<number | undefined> {
  const [last = 0] = await linkNumbers(dataDir)
  return livingOwner(linkPath(dataDir, last))
}

/** Whether some process has ever owned the directory, be it alive or not. */
export async function hasHadOwner(dataDir: string): Promise<boolean> {
  return (await linkNumbers(dataDir)).length > 0
}

/**
 * Makes this process the one owner of a data directory until it releases it or ends, however it ends.
 * Of several processes that try at once, one succeeds.
 *
 * @throws when a living process owns it; the message names `DATA_DIR` and the pid
 */
export async function takeOwnership(dataDir: string): Promise<AsyncDisposable> {
  const me = `${process.pid}@${await lifeOf(process.pid)}`
  for (;;) {
    const [last = 0] = await linkNumbers(dataDir)
    const owner = await livingOwner(linkPath(dataDir, last))
    if (owner !== undefined) {
      throw new Error(
        `DATA_DIR ${dataDir} is in use by process ${owner}. Stop that process, or set DATA_DIR to another folder.`,
      )
    }
    const mine = last + 1
    if (!(await createLink(me, dataDir, mine))) continue
    const [highest] = await linkNumbers(dataDir)
    if (highest !== mine) {
      await rm(linkPath(dataDir, mine), { force: true })
      continue
    }
    await removeBelow(dataDir, mine)
    return { [Symbol.asyncDispose]: () => release(dataDir, mine) }
  }
}
