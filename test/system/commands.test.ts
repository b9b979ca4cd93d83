import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commands, expectManners } from '../support/manners.ts'

test('the commands are found', () => {
  const names = commands.map(({ name }) => name)
  for (const name of ['start', 'test', 'migrate', 'golden', 'checker', 'bench'])
    assert.ok(names.includes(name), name)
})

// Those that measure and prove are in the proofs.
commands.filter(({ file }) => file.startsWith('src/')).forEach(expectManners)
