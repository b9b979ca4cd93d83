import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDataDir, unusableDataDir } from './data-dir.ts'

/** The secret of a development machine: made at the first start, kept, so that tokens outlive a restart. */
export async function keptSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'jwt-secret')
  await makeDataDir(dataDir)
  try {
    await writeFile(file, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw unusableDataDir(dataDir, error)
    }
  }
  const secret = await readFile(file, 'utf8')
  if (Buffer.byteLength(secret) < 32)
    throw new Error(`${file} is damaged: remove it, and a new secret is made`)
  return secret
}
