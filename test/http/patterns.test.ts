import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { Script } from 'node:vm'
import ts from 'typescript'
import documented from '../../docs/openapi.json' with { type: 'json' }

const LENGTH = 20_000
/** For all of the attacks on one pattern, on a machine that is busy with others. */
const MOST_MILLISECONDS = 3_000
/** What sends a bad pattern back and forth: much of the same, and at the end something that does not fit. */
const PIECES = [
  'a',
  'A',
  '0',
  ' ',
  '\t',
  '-',
  '.',
  '@',
  '/',
  ':',
  '"',
  '=',
  '&',
  '_',
  'a.',
  '0.',
  'a ',
  '?a',
  '`a',
]
const ATTACKS = PIECES.flatMap((piece) => {
  const much = piece.repeat(LENGTH / piece.length)
  return ['', '!', '\0'].flatMap((end) => [much + end, `a@${much}${end}`, `Bearer ${much}${end}`])
})

const attack = new Script('for (const text of attacks) { pattern.lastIndex = 0; pattern.test(text) }')

/** Whether a pattern is done with all of the attacks in time; a script is ended also in the middle of a pattern. */
function isQuick(pattern: RegExp): boolean {
  try {
    attack.runInNewContext({ attacks: ATTACKS, pattern }, { timeout: MOST_MILLISECONDS })
    return true
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ERR_SCRIPT_EXECUTION_TIMEOUT')
    return false
  }
}

/** Every regular expression that is written in a file. */
function literalsOf(file: string, text: string): RegExp[] {
  const found: RegExp[] = []
  const walk = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      found.push(new RegExp(node.text.slice(1, end), node.text.slice(end + 1)))
    }
    ts.forEachChild(node, walk)
  }
  walk(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true))
  return found
}

/** Every `pattern` in a document, however deep. */
function patternsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'pattern' && typeof inner === 'string' ? [inner] : patternsOf(inner),
  )
}

test('no pattern of the contract takes long over any text', () => {
  const patterns = [...new Set(patternsOf(documented))]
  assert(patterns.length >= 5)
  for (const pattern of patterns) {
    assert(isQuick(new RegExp(pattern, 'u')), pattern)
  }
})

// What settings are read with is left out: nobody but the operator writes those.
test('no pattern of the source takes long over any text', async () => {
  let count = 0
  const slow: string[] = []
  for await (const file of glob('src/{domain,application,adapters}/**/*.ts', {
    cwd: new URL('../../', import.meta.url).pathname,
  })) {
    const text = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8')
    for (const pattern of literalsOf(file, text)) {
      if (!isQuick(pattern)) slow.push(`${file} ${pattern}`)
      count++
    }
  }
  assert.deepEqual(slow, [])
  assert(count > 30)
})

test('a pattern that goes back and forth is found', () => {
  for (const bad of [/^(a+)+$/, /^(\d|\d\d)+$/, /\s*=\s*,/]) assert(!isQuick(bad), String(bad))
})
