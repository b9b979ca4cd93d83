import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, chown, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import {
  idsOf,
  isRoot,
  kept,
  makeFolder,
  note,
  notes,
  postmasterPid,
  start,
  started,
} from '../support/embedded-postgres-owner.ts'

const run = promisify(execFile)
const onlyRoot = isRoot ? false : 'only root changes its user'

/** Whether a process of root's lost all capabilities but those to pass folders: CAP_DAC_OVERRIDE and _READ_SEARCH. */
const hasNoMoreThanReading = async (pid: number): Promise<boolean> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'CapEff: 0')
  return (BigInt(`0x${/CapEff:\s*(\w+)/.exec(status)?.[1]}`) & ~0b110n) === 0n
}

test('runs for root in a folder that is open to root alone, and in one open to all', {
  skip: onlyRoot,
}, async (t) => {
  const dataDir = await makeFolder(t)
  const { uid } = await idsOf('nobody')
  for (const mode of [0o700, 0o755]) {
    await chmod(dataDir, mode)
    const owner = await started(dataDir)
    assert.equal((await stat(dataDir)).mode & 0o777, mode)
    assert.equal((await stat(join(dataDir, 'postgres'))).uid, uid)
    assert(await hasNoMoreThanReading(await postmasterPid(dataDir)))
    await owner.stop()
  }
})

test('runs for a normal user, then for root, and then tells the user why not', {
  skip: onlyRoot,
}, async (t) => {
  // Not nobody, whom root's PostgreSQL runs as: the files have to change hands.
  const user = await idsOf('daemon')
  const own = { ...user, cwd: '/' }
  if (
    await run(process.execPath, ['--check', import.meta.filename], own).then(
      () => false,
      () => true,
    )
  ) {
    t.skip('a normal user cannot read the folder of the project')
    return
  }
  const dataDir = await makeFolder(t)
  await chown(dataDir, user.uid, user.gid)
  const first = await started(dataDir, own)
  await note(first.url)
  await first.stop()
  const asRoot = await started(dataDir)
  assert.deepEqual(await notes(asRoot.url), kept)
  await asRoot.stop()
  assert.match((await start(dataDir, own)).refusal, /^DATA_DIR .* belongs to another user\./)
})
