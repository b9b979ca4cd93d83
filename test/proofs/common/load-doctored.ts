import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { EDITS, type Edit } from './doctored-source.ts'

/* Preloaded by a process whose modules are to be changed; see `doctored`. */

const edits: readonly Edit[] = JSON.parse(process.env[EDITS] ?? '[]')

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const due = edits.filter(({ file }) => url.endsWith(file))
    if (due.length === 0) return loaded
    const source = due.reduce((text, { file, from, to }) => {
      assert(text.includes(from), `${file} has no ${from}`)
      return text.replaceAll(from, to)
    }, Buffer.from(loaded.source as Uint8Array).toString())
    return { ...loaded, source }
  },
})
