import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  exportsNoStar,
  hasKebabName,
  hasLayer,
  hasNoDefaultExport,
  hasNoEnumOrNamespace,
  hasShortFunctions,
  isShort,
  shareOf,
} from './house.ts'
import { type Rule, readSource, type SourceFile } from './source.ts'

const source = await readSource('src')
const split = source.filter(({ path }) => /^src\/(domain|application|adapters\/http)\//.test(path))
const everything = await readSource('src', 'test', 'bench', 'scripts')

const file = (text: string, path = 'src/domain/planted.ts'): SourceFile => ({ path, text })
const lines = (count: number): string => 'a()\n'.repeat(count)

interface House {
  readonly rule: Rule
  readonly over: readonly SourceFile[]
  readonly planted: readonly SourceFile[]
  readonly innocent: readonly SourceFile[]
}

const house: Readonly<Record<string, House>> = {
  'no file has more than 300 lines': {
    rule: isShort,
    over: everything,
    planted: [file(lines(301))],
    innocent: [file(lines(300))],
  },
  'no function of domain, application and HTTP has more than 40 lines of its own': {
    rule: hasShortFunctions,
    over: split,
    planted: [
      file(`function planted() {\n${lines(39)}}`),
      file(`const planted = () => {\n${lines(39)}}`),
      file(`const planted = { method() {\n${lines(39)}} }`),
    ],
    innocent: [
      file(`function innocent() {\n${lines(38)}}`),
      file(`function innocent() {\n${lines(20)}return () => {\n${lines(38)}}\n}`),
      file(`interface A {\n${'  b(): void\n'.repeat(50)}}`),
    ],
  },
  'files and folders are named in kebab-case': {
    rule: hasKebabName,
    over: everything,
    planted: [
      file('', 'src/domain/bookingRequest.ts'),
      file('', 'src/domain/Booking.ts'),
      file('', 'src/domain/booking.entity.ts'),
      file('', 'src/domain/booking_request.ts'),
      file('', 'src/Domain/booking.ts'),
      file('', 'src/domain/a--b.ts'),
    ],
    innocent: [
      file('', 'src/domain/booking-request.ts'),
      file('', 'test/domain/a-2.test.ts'),
      file('', 'test/contracts/a.contract.ts'),
    ],
  },
  'every module of the source is in a layer': {
    rule: hasLayer,
    over: source,
    planted: [
      file('', 'src/util.ts'),
      file('', 'src/shared/util.ts'),
      file('', 'src/adapters/util.ts'),
      file('', 'src/domains/util.ts'),
    ],
    innocent: [file('', 'src/main.ts'), file('', 'src/adapters/http/schemas/common.ts')],
  },
  'nothing is exported as default': {
    rule: hasNoDefaultExport,
    over: everything,
    planted: [
      file('export default 1'),
      file('export default function planted() {}'),
      file('export default class {}'),
      file('const a = 1\nexport { a as default }'),
      file(`export { default } from './a.ts'`),
      file('export = 1'),
    ],
    innocent: [file('// export default 1\nexport const a = "export default"'), file(`import a from 'pg'`)],
  },
  'there is no enum and no namespace': {
    rule: hasNoEnumOrNamespace,
    over: everything,
    planted: [
      file('enum A { B }'),
      file('export const enum A { B }'),
      file('declare enum A { B }'),
      file('namespace A {}'),
      file('module A {}'),
    ],
    innocent: [file('const a = "enum A {}" // namespace B {}'), file(`declare module 'pg' {}`)],
  },
  'no module exports all of another': {
    rule: exportsNoStar,
    over: everything,
    planted: [
      file(`export * from './a.ts'`),
      file(`export * as a from './a.ts'`),
      file(`export type * from './a.ts'`),
    ],
    innocent: [file(`export { a } from './a.ts'`), file(`import * as a from './a.ts'`)],
  },
}

for (const [sentence, { rule, over, planted, innocent }] of Object.entries(house)) {
  test(sentence, () => {
    assert.ok(over.length > 30, `only ${over.length} files`)
    assert.deepEqual(over.flatMap(rule), [])
  })

  test(`${sentence}, and the check can fail`, () => {
    for (const { path, text } of planted) assert.notDeepEqual(rule({ path, text }), [], `${path}\n${text}`)
    assert.deepEqual(innocent.flatMap(rule), [])
  })
}

test('decides in the domain: there are more lines of rules than of use cases', (t) => {
  const ofAll = shareOf(source, 'src/domain/', ['src/'])
  const ofInside = shareOf(source, 'src/domain/', ['src/domain/', 'src/application/'])
  t.diagnostic(
    `The domain is ${Math.round(ofAll * 100)} % of src, ${Math.round(ofInside * 100)} % of the hexagon.`,
  )
  assert.ok(ofInside > 0.5, `${Math.round(ofInside * 100)} %`)
  const planted = [file('a\nb\n', 'src/domain/a.ts'), file('a\n'.repeat(6), 'src/application/a.ts')]
  assert.equal(shareOf(planted, 'src/domain/', ['src/domain/', 'src/application/']), 0.25)
})
