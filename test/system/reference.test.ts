import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { settings } from '../../src/infrastructure/config.ts'
import { goldenFiles, readGolden } from '../support/golden.ts'

const settingsReference = await readFile(new URL('../../docs/reference/settings.md', import.meta.url), 'utf8')

const problems = goldenFiles.find(({ file }) => file === 'docs/reference/problems.md') ?? assert.fail()

/** The names in the first column of the reference's table. */
const documented = [...settingsReference.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name)

describe('the reference', () => {
  it('says of every problem what the server says', async () => {
    assert.equal(await readGolden(problems), await problems.produce())
  })

  it('has a row for every setting, and none for a setting that there is not', () => {
    assert.deepEqual(documented.toSorted(), Object.keys(settings.shape).toSorted())
  })

  it('of security names only tests that there are, and words that are in them', async () => {
    const security = await readFile(new URL('../../docs/security.md', import.meta.url), 'utf8')
    const named = [...security.matchAll(/`(test\/[\w/.-]+)`(?: "([^"]+)")?/g)]
    assert(named.length > 20)
    for (const [, file = '', words = ''] of named) {
      const text = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8')
      assert(text.includes(words), `${file}: ${words}`)
    }
  })
})
