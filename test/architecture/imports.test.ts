import assert from 'node:assert/strict'
import { glob } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { judgeImports, plantTree, root } from './imports.ts'
import { innocentTree, plantedImports } from './planted-imports.ts'

const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  readonly forbidden: readonly { readonly name: string; readonly severity: string }[]
}

test('every module of the source is looked at, and none imports what it must not', async () => {
  const files = await Array.fromAsync(glob('src/**/*.ts', { cwd: root }))
  assert.ok(files.length > 50, `only ${files.length} files in src`)
  const { modules, violations } = await judgeImports(root)
  assert.deepEqual([...modules].sort(), files.sort())
  assert.deepEqual(violations, [])
})

test('a tree in which nothing is wrong breaks no rule', async () => {
  await using tree = await plantTree(innocentTree)
  const { modules, violations } = await judgeImports(tree.root)
  const expected = Object.keys(innocentTree).filter((path) => path.startsWith('src/'))
  assert.deepEqual([...modules].sort(), expected.sort())
  assert.deepEqual(violations, [])
})

test('every rule of imports is an error and has a planted violation', () => {
  const rules = config.forbidden.map(({ name, severity }) => `${severity} ${name}`)
  assert.deepEqual(
    rules.sort(),
    Object.keys(plantedImports)
      .map((name) => `error ${name}`)
      .sort(),
  )
})

for (const [rule, plants] of Object.entries(plantedImports)) {
  test(`the rule ${rule} catches what breaks it`, async () => {
    for (const [path, text] of plants) {
      await using tree = await plantTree({ ...innocentTree, [path]: text })
      const { violations } = await judgeImports(tree.root)
      const caught = new Set(violations.map((violation) => violation.split(':', 1)[0]))
      assert.deepEqual([...caught], [rule], `${path}\n${text}`)
    }
  })
}
