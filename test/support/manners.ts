import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
)

/** What package.json runs of the project's own, with its file. */
export const commands = Object.entries(scripts).flatMap(([name, script]) => {
  const file = /^node (\S+\.ts)$/.exec(script)?.[1]
  return file === undefined ? [] : [{ name, file }]
})

const run = (file: string, option: string) =>
  new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const { DATABASE_URL: _, ...env } = process.env
    const child = execFile(process.execPath, [file, option], { cwd: root, env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })

/** Of commands that tell a wrong question from a failure. */
const USAGE_CODES: Readonly<Record<string, number>> = { import: 2 }

/** Expects of a command that it says what it is for when asked, and refuses what it does not know. */
export function expectManners({ name, file }: (typeof commands)[number]): void {
  test(`${name} explains itself when asked, and does nothing else`, async () => {
    const { code, stdout, stderr } = await run(file, '--help')
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, new RegExp(`^[A-Z][^\n]+\\.\\n\\n  npm (run )?${name} [\\s\\S]*--help `))
  })

  test(`${name} refuses an option that it does not know`, async () => {
    const { code, stdout, stderr } = await run(file, '--nonsense')
    assert.match(stderr, new RegExp(`^Unknown option '--nonsense'\\. See npm (run )?${name} -- --help\\n$`))
    assert.deepEqual([code, stdout], [USAGE_CODES[name] ?? 1, ''])
  })
}
