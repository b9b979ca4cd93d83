import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempDisposable, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { type ServerProcess, startServer } from '../support/server-process.ts'

const run = promisify(execFile)

// With a PostgreSQL of its own, as readers have it: on that of the tests, others hold back the log.
let folder: AsyncDisposable & { readonly path: string }
let server: ServerProcess
before(async () => {
  folder = await mkdtempDisposable(join(tmpdir(), 'slotwright-guide-'))
  server = await startServer({ DATA_DIR: folder.path, WEBHOOK_ALLOW_PRIVATE: 'true' })
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

/** The commands of a guide, and the words that the comments behind them promise, in order. */
async function readGuide(name: string) {
  const text = await readFile(new URL(`../../docs/guides/${name}`, import.meta.url), 'utf8')
  const commands = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block).join('\n')
  const promised = [...commands.matchAll(/ {3}# (.+)$/gm)].flatMap(([, words = '']) => words.split(', '))
  return { commands, promised }
}

for (const [name, words] of [
  ['book.md', 12],
  ['listen.md', 6],
  ['webhooks.md', 12],
  ['mail.md', 9],
  ['accounts.md', 13],
  ['front-doors.md', 25],
] as const) {
  test(`the commands of ${name} do what the comments behind them say, as they stand`, () =>
    follow(name, words))
}

async function follow(name: string, words: number): Promise<void> {
  const { commands, promised } = await readGuide(name)
  assert(promised.length >= words, `${name} promises ${promised.length} words`)
  const { stdout } = await run('bash', ['-e', '-c', commands.replace('http://localhost:3000', server.url)])
  let place = 0
  for (const word of promised) {
    place = stdout.indexOf(word, place)
    assert(place >= 0, `${word} is promised and not said in order:\n${stdout}`)
  }
}
