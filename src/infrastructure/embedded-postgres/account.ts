import { type ChildProcess, execFile, type StdioOptions, spawn } from 'node:child_process'
import { lchown, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Binaries } from './binaries.ts'

interface Identity {
  readonly uid: number
  readonly gid: number
}

/** The account that PostgreSQL runs under; it refuses to run as root. */
export interface Account {
  /** Who must own PostgreSQL's files, undefined where that is this process's own user anyway. */
  readonly identity: Identity | undefined
  /** A command that becomes that user and keeps the one capability needed; empty where none is needed. */
  readonly wrapper: readonly string[]
}

// Nothing of our environment goes to PostgreSQL: PGDATA, PGPORT and their kin would change what it does.
const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
}

const invocation = ({ identity, wrapper }: Account, file: string, args: readonly string[]) => {
  const [command = file, ...rest] = [...wrapper, file, ...args]
  // A wrapper changes the user itself. The current folder may be out of the account's reach, `/` never is.
  const user = wrapper.length === 0 ? identity : undefined
  return { command, args: rest, options: { ...user, cwd: '/', env: environment } }
}

/** Runs a command under the account and returns its output. @throws when it fails, with what it printed */
export async function runAs(account: Account, file: string, args: readonly string[]): Promise<string> {
  const call = invocation(account, file, args)
  return (await promisify(execFile)(call.command, call.args, call.options)).stdout
}

/** Starts a command under the account, in a session of its own, so that Ctrl-C does not reach it. */
export function spawnAs(
  account: Account,
  file: string,
  args: readonly string[],
  stdio: StdioOptions,
): ChildProcess {
  const call = invocation(account, file, args)
  return spawn(call.command, call.args, { ...call.options, stdio, detached: true })
}

const findNobody = async (): Promise<Identity | undefined> => {
  const line = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(await readFile('/etc/passwd', 'utf8').catch(() => ''))
  // Where the number is written as -2 (macOS), the system means its 32 bits.
  return line ? { uid: Number(line[1]) >>> 0, gid: Number(line[2]) >>> 0 } : undefined
}

const hasCapability = async (bit: number): Promise<boolean> => {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? 0}`)
  return ((effective >> BigInt(bit)) & 1n) === 1n
}

/**
 * setpriv(1) as `nobody` with one capability. It has to be ambient to survive the exec; access(2) would ignore
 * it without `no_setuid_fixup`, since it drops capabilities of a real user that is not root.
 */
const wrapperWith = ({ uid, gid }: Identity, capability: string): string[] => {
  const only = `-all,+${capability}`
  const user = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
  const capabilities = [`--inh-caps=${only}`, `--ambient-caps=${only}`, `--bounding-set=${only},+setpcap`]
  return ['setpriv', ...user, ...capabilities, '--securebits=+no_setuid_fixup', '--']
}

const candidates = async (identity: Identity): Promise<Account[]> => {
  const plain = { identity, wrapper: [] }
  if (process.platform !== 'linux') return [plain]
  const capabilities: string[] = []
  if (await hasCapability(2)) capabilities.push('dac_read_search')
  if (await hasCapability(1)) capabilities.push('dac_override')
  // A root without either could not read the account's files itself.
  if (capabilities.length === 0) return []
  return [plain, ...capabilities.map((name) => ({ identity, wrapper: wrapperWith(identity, name) }))]
}

const reaches = async (account: Account, dataDir: string, { postgres }: Binaries): Promise<boolean> => {
  const script = 'cd -- "$1" && exec "$2" --version'
  return runAs(account, '/bin/sh', ['-c', script, 'sh', dataDir, postgres]).then(
    () => true,
    () => false,
  )
}

/**
 * Chooses the account with the fewest rights that reaches both the binaries and the data directory: this
 * process's own user, or for root `nobody`, at need with the capability to pass folders closed to it.
 *
 * @throws when this process is root and no such account works; the message says what to do
 */
export async function chooseAccount(dataDir: string, binaries: Binaries): Promise<Account> {
  if (process.getuid?.() !== 0) return { identity: undefined, wrapper: [] }
  const nobody = await findNobody()
  for (const account of nobody ? await candidates(nobody) : []) {
    if (await reaches(account, dataDir, binaries)) return account
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and no unprivileged user here can use ${dataDir} and ` +
      `${binaries.postgres}. Run Slotwright as a normal user, or set DATABASE_URL.`,
  )
}

/** Gives a folder and all in it to the account; the folder itself comes last, so that a broken run goes on. */
export async function giveTo(account: Account, folder: string): Promise<void> {
  const { identity } = account
  if (!identity || (await stat(folder)).uid === identity.uid) return
  for (const name of await readdir(folder, { recursive: true })) {
    await lchown(join(folder, name), identity.uid, identity.gid)
  }
  await lchown(folder, identity.uid, identity.gid)
}
