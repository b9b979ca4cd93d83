import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

const readOrNothing = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

const askPs = async (pid: number, columns: string): Promise<string> => {
  const asked = run('ps', ['-ww', '-o', columns, '-p', String(pid)], { env: { LC_ALL: 'C', TZ: 'UTC' } })
  return asked.then(({ stdout }) => stdout.trim()).catch(() => '')
}

/**
 * What tells this life of a process from a later one under the same pid: its start time, on Linux together
 * with the boot it is counted from.
 *
 * @returns undefined when there is no such process, or only a zombie
 */
export async function lifeOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const [state, ...started] = (await askPs(pid, 'state=,lstart=')).split(/\s+/)
    return !state || state.startsWith('Z') ? undefined : started.join(' ')
  }
  const stat = await readOrNothing(`/proc/${pid}/stat`)
  // proc_pid_stat(5): the name, field 2, may hold spaces and parentheses; the state is 3, the start time 22.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (!state || state === 'Z' || state === 'X') return undefined
  const boot = await readOrNothing('/proc/sys/kernel/random/boot_id')
  return `${boot.trim()}.${fields[18]}`
}

/** The command line of a process, its arguments separated by spaces; empty when there is no such process. */
export async function commandOf(pid: number): Promise<string> {
  if (process.platform !== 'linux') return askPs(pid, 'command=')
  return (await readOrNothing(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ').trim()
}

/**
 * Waits until a process that is not our child has ended.
 *
 * @returns false when it still runs after `seconds`
 */
export async function hasEnded(pid: number, seconds: number): Promise<boolean> {
  const life = await lifeOf(pid)
  const deadline = Date.now() + seconds * 1000
  while (life !== undefined && (await lifeOf(pid)) === life) {
    if (Date.now() > deadline) return false
    await delay(25)
  }
  return true
}
