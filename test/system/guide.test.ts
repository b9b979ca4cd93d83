import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createTestDatabase } from '../support/database.ts'
import { startServer } from '../support/server-process.ts'

const run = promisify(execFile)

/** The commands of a guide, and the words that the comments behind them promise, in order. */
async function readGuide(name: string) {
  const text = await readFile(new URL(`../../docs/guides/${name}`, import.meta.url), 'utf8')
  const commands = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block).join('\n')
  const promised = [...commands.matchAll(/ {3}# (.+)$/gm)].flatMap(([, words = '']) => words.split(', '))
  return { commands, promised }
}

test('the commands of the guide to booking do what the comments behind them say, as they stand', async () => {
  await using database = await createTestDatabase()
  await using server = await startServer({ DATABASE_URL: database.url, SAMPLE_DATA: 'true' })
  const { commands, promised } = await readGuide('book.md')
  assert(promised.length > 8)
  const { stdout } = await run('bash', ['-e', '-c', commands.replace('http://localhost:3000', server.url)])
  let place = 0
  for (const word of promised) {
    place = stdout.indexOf(word, place)
    assert(place >= 0, `${word} is promised and not said in order:\n${stdout}`)
  }
})
