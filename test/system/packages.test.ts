import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'

const read = async (file: string) =>
  JSON.parse(await readFile(new URL(`../../${file}`, import.meta.url), 'utf8'))

interface LockedPackage {
  readonly resolved?: string
  readonly integrity?: string
  readonly hasInstallScript?: true
}

const locked = async () =>
  Object.entries((await read('package-lock.json')).packages as Record<string, LockedPackage>).filter(
    ([path]) => path !== '',
  )

const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

test('every package that runs a script when it is installed is allowed or refused by name, and no other is named', async () => {
  const withScript = (await locked()).filter(([, { hasInstallScript }]) => hasInstallScript)
  const names = [...new Set(withScript.map(([path]) => nameOf(path)))].sort()
  const { allowScripts } = await read('package.json')
  assert(names.length > 0)
  assert.deepEqual(Object.keys(allowScripts).sort(), names)
  assert(Object.values(allowScripts).every((allowed) => typeof allowed === 'boolean'))
})

test('every package is the one that was looked at, byte for byte', async () => {
  for (const [path, { resolved, integrity }] of await locked()) {
    assert.match(integrity ?? '', /^sha512-/, path)
    assert.match(resolved ?? 'https:', /^https:/, path)
  }
})

test('what is depended on is named by its exact version', async () => {
  const { dependencies, devDependencies, optionalDependencies } = await read('package.json')
  const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
  for (const [name, version] of all) assert.match(String(version), /^\d+\.\d+\.\d+(-[\w.]+)?$/, name)
})
