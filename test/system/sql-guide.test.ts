import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { Client, type QueryArrayResult } from 'pg'
import { openTestApp } from '../support/app.ts'

/** The statements of the guide, each with the lines that it promises to print. */
async function readStatements() {
  const text = await readFile(new URL('../../docs/guides/sql.md', import.meta.url), 'utf8')
  return [...text.matchAll(/```sql\n(.*?)```/gs)].map(([, block = '']) => {
    const lines = block.trimEnd().split('\n')
    const promised = lines.filter((line) => line.startsWith('--> ')).map((line) => line.slice(4))
    return { statement: lines.filter((line) => !line.startsWith('-->')).join('\n'), promised }
  })
}

test('the statements of sql.md print what they promise, one after the other', async () => {
  await using app = await openTestApp()
  const { token } = await app.register('provider')
  const body = {
    title: 'Training',
    category: 'fitness',
    duration_minutes: 60,
    price: { amount: '75.00', currency: 'USD' },
  }
  assert.equal((await app.ask('POST', '/v1/services', { token, body })).status, 201)
  const statements = await readStatements()
  assert.ok(statements.length >= 6, `there are ${statements.length} statements`)
  const client = new Client({ connectionString: app.database.url })
  await client.connect()
  try {
    for (const { statement, promised } of statements) {
      assert.ok(promised.length > 0, `promises nothing: ${statement}`)
      const { rows }: QueryArrayResult = await client.query({ text: statement, rowMode: 'array' })
      assert.deepEqual(
        rows.map((row) => row.join(' | ')),
        promised,
        statement,
      )
    }
  } finally {
    await client.end()
  }
})
