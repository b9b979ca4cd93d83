import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Compile } from 'typebox/compile'
import Format from 'typebox/format'
import { problems } from '../../src/adapters/http/problems.ts'
import { problemFacts } from '../../src/adapters/http/schemas/problem-facts.ts'
import {
  type ContractApp,
  type ContractDocument,
  dereferenced,
  openContractApp,
  undeclaredFacts,
} from './support/contract.ts'
import { answersOf, operationsOf } from './support/document.ts'
import { expecting } from './support/shop.ts'

let app: ContractApp
let served: object
let document: ContractDocument
before(async () => {
  app = await openContractApp()
  served = await expecting(200, app.ask('GET', '/openapi.json'))
  document = await dereferenced(served)
})
after(() => app[Symbol.asyncDispose]())

/** Every schema of the document that is of a type, wherever it stands. */
function* schemasIn(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value) && 'type' in value && typeof value.type === 'string') yield { ...value }
  for (const inner of Object.values(value)) yield* schemasIn(inner)
}

const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  uuid: ['01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000A', '01900000'],
  'date-time': [
    ...[
      '2026-03-08T09:00:00Z',
      '2026-03-08T23:59:59.123000000+14:00',
      '2026-03-08T09:00:00.1234Z',
      '1970-01-01T00:00:00Z',
    ],
    ...['2026-03-08t09:00:00Z', '2026-03-08T09:00:00z', '2026-03-08T09:00:00', '2026-03-08T09:00:60Z'],
    ...['2026-03-08 09:00:00Z', '2026-03-08T09:00Z', '2026-03-08T24:00:00Z', '2026-13-08T09:00:00Z'],
    ...['1969-12-31T23:59:59Z', '2199-12-31T23:59:59Z', '2200-01-01T00:00:00Z', '2026-03-08T09:00:00+24:00'],
  ],
  date: ['2026-03-08', '1970-01-01', '2199-12-31', '1969-12-31', '2200-01-01', '2026-3-8', '2026-03-32', ''],
  email: ['a@b.c', 'a@b', 'a b@c.d', '@b.c', 'a@b.c.', 'a@b..c'],
}
const WALL_TIMES = ['00:00', '23:59', '24:00', '24:01', '9:00', '09:60', '09:00:00']

test('what the document says of a format is what the server takes, and only formats that others know are in it', () => {
  const known = new Set(['uuid', 'date-time', 'date', 'email', 'uri-reference'])
  const patterns = new Map<string, string>()
  for (const { format, pattern, description = '' } of schemasIn(served)) {
    if (/Wall time/.test(String(description))) patterns.set('wall-time', String(pattern))
    if (format === undefined) continue
    assert(known.has(String(format)), String(format))
    if (format === 'uri-reference') continue
    assert.equal(typeof pattern, 'string', `${format} ${description}`)
    patterns.set(String(format), String(pattern))
  }
  for (const [format, spellings] of Object.entries({ ...SPELLINGS, 'wall-time': WALL_TIMES })) {
    const pattern = new RegExp(patterns.get(format) ?? 'is missing')
    for (const text of spellings)
      assert.equal(pattern.test(text), Format.Test(format, text), `${format} ${text}`)
  }
})

test('a search takes an instant or a date, and the document says so', () => {
  const { parameters = [] } =
    operationsOf(document).find(({ route }) => route === 'GET /v1/availability')?.operation ?? {}
  for (const name of ['from', 'to']) {
    const schema = parameters.find((parameter) => parameter.name === name)?.schema as object
    for (const text of ['2026-03-08', '2026-03-08T09:00:00Z']) assert(Compile(schema).Check(text), name)
    for (const text of ['2026-03', '09:00', '2026-03-08T09:00:00']) assert(!Compile(schema).Check(text), name)
  }
})

test('every problem says which codes it may have, and every code its facts', () => {
  assert.deepEqual(Object.keys(problemFacts).sort(), Object.keys(problems).sort())
  for (const { name, status, answer } of answersOf(document)) {
    const schema = answer.content?.['application/problem+json']?.schema
    if (schema === undefined) continue
    const codes = [...answer.description.matchAll(/`([a-z-]+)`:/g)].map(([, code = '']) => code)
    assert(codes.length > 0, name)
    for (const [code, { status: own }] of Object.entries(problems)) {
      const facts = Object.keys(problemFacts[code as keyof typeof problemFacts])
      const members = Object.fromEntries(
        ['type', 'title', 'status', 'detail', 'instance', 'code', ...facts].map((member) => [member, code]),
      )
      if (!codes.includes(code)) assert(undeclaredFacts(schema, members).length > 0, `${name} ${code}`)
      else {
        assert.equal(status, String(own), name)
        assert.deepEqual(undeclaredFacts(schema, members), [], `${name} ${code}`)
        assert.deepEqual(undeclaredFacts(schema, { ...members, planted: 1 }), ['planted'], `${name} ${code}`)
      }
    }
  }
})
