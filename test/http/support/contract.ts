import assert from 'node:assert/strict'
import SwaggerParser from '@apidevtools/swagger-parser'
import type { InjectOptions } from 'fastify'
import { Compile } from 'typebox/compile'
import { openTestApp, type TestApp, type TestResponse } from '../../support/app.ts'
import { assertIsProblem, assertTellsNothing } from './problem.ts'

interface Answer {
  readonly description: string
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: Schema }>>
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}

interface Schema {
  readonly type?: string
}

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: { readonly pattern?: string }
}

interface RequestMedia {
  readonly schema: object
  /** One or several, whichever the schema has. */
  readonly example?: object
  readonly examples?: Readonly<Record<string, { readonly value: object }>>
}

export interface Operation {
  readonly operationId: string
  readonly security: readonly object[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: {
    readonly required?: boolean
    readonly content: Readonly<Record<string, RequestMedia>>
  }
  readonly responses: Readonly<Record<string, Answer>>
}

/** What the tests read of an OpenAPI document whose references are resolved. */
export interface ContractDocument {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** The served document with every reference replaced by what it refers to. */
export const dereferenced = async (document: object): Promise<ContractDocument> =>
  (await SwaggerParser.dereference(structuredClone(document) as never)) as unknown as ContractDocument

/** An application every answer of which is held to the document that it serves. */
export interface ContractApp extends TestApp {
  /** A request that `ask` cannot word: a body that is no JSON, a header of the client's own. */
  send(request: InjectOptions): Promise<TestResponse>
}

export const openContractApp = async (now?: string): Promise<ContractApp> =>
  heldToContract(await openTestApp(now))

export async function heldToContract(testApp: TestApp): Promise<ContractApp> {
  const { app } = testApp.application
  await app.ready()
  const judge = judgeBy(await dereferenced(app.swagger()))
  return {
    ...testApp,
    async ask(method, url, ask) {
      const response = await testApp.ask(method, url, ask)
      judge(method, url, response)
      return response
    },
    async send(request) {
      const { statusCode: status, headers, body: text, json } = await app.inject(request)
      const response: TestResponse = { status, headers, text, json }
      judge(request.method ?? 'GET', String(request.url), response)
      return response
    },
    [Symbol.asyncDispose]: () => testApp[Symbol.asyncDispose](),
  }
}

type Judge = (method: string, url: string, response: TestResponse) => void

/** Fails the test at an answer that the document does not declare, that tells of the inside, or that is a 500. */
function judgeBy({ paths }: ContractDocument): Judge {
  // OpenAPI 3.1, section 4.8.8.2: a path without a template comes before one that has one.
  const routes = Object.entries(paths)
    .sort(([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')))
    .map(([path, methods]) => ({ pattern: patternOf(path), methods }))
  const validators = new Map<object, ReturnType<typeof Compile>>()
  const violations = (schema: object, body: unknown) => {
    const validator = validators.get(schema) ?? Compile(schema)
    validators.set(schema, validator)
    return validator.Errors(body)
  }
  return (method, url, response) => {
    const name = `${method} ${url} ${response.status}`
    assert.notEqual(response.status, 500, `${name}: ${response.text}`)
    if (method === 'HEAD') return assert.equal(response.text, '', name)
    assertTellsNothing(response)
    if (mediaTypeOf(response) === 'application/problem+json') assertIsProblem(response)
    const path = url.split('?', 1)[0] ?? ''
    const operation = routes.find(({ pattern }) => pattern.test(path))?.methods[method.toLowerCase()]
    if (!operation) return
    const declared = operation.responses[response.status]
    assert(declared, `${name} is not declared`)
    for (const finding of headerViolations(declared, response, violations)) assert.fail(`${name}: ${finding}`)
    const { content } = declared
    if (!content) return assert.equal(response.text, '', `${name} declares no body`)
    const media = content[mediaTypeOf(response)]
    assert(media, `${name} does not declare ${mediaTypeOf(response)}`)
    if (/json/.test(mediaTypeOf(response))) {
      assert.deepEqual(violations(media.schema, response.json()), [], name)
    }
    if (mediaTypeOf(response) === 'application/problem+json') {
      assert.deepEqual(undeclaredFacts(media.schema, response.json()), [], name)
    }
  }
}

/** The headers that the contract speaks of, as an answer has them. */
export const CONTRACT_HEADERS = [
  'X-Request-Id',
  'ETag',
  'Location',
  'Cache-Control',
  'Retry-After',
  'WWW-Authenticate',
  'Idempotency-Replayed',
  'RateLimit-Policy',
  'RateLimit',
] as const

/** What is wrong with the headers of an answer: one is sent that is not declared, declared and not sent, or another. */
export function headerViolations(
  { headers: declared = {} }: Answer,
  { headers: sent }: TestResponse,
  violations: (schema: object, value: unknown) => readonly object[],
): string[] {
  return CONTRACT_HEADERS.flatMap((name) => {
    const header = declared[name]
    const text = sent[name.toLowerCase()]
    if (text === undefined) return header?.required ? [`${name} is declared and not sent`] : []
    if (header === undefined) return [`${name} is sent and not declared`]
    const value = header.schema.type === 'integer' ? Number(text) : text
    return violations(header.schema, value).length > 0 ? [`${name} is declared otherwise: ${text}`] : []
  })
}

interface ProblemSchema {
  readonly oneOf?: readonly ProblemSchema[]
  readonly allOf?: readonly {
    readonly properties: Readonly<Record<string, { readonly enum?: readonly unknown[] }>>
  }[]
}

/** The members of a problem that the schema of its code does not name. */
export function undeclaredFacts(schema: ProblemSchema, problem: Readonly<Record<string, unknown>>): string[] {
  const parts = (schema.oneOf ?? [schema])
    .map(({ allOf = [] }) => allOf)
    .find((all) => all.some(({ properties }) => properties.code?.enum?.includes(problem.code)))
  const declared = new Set(parts?.flatMap(({ properties }) => Object.keys(properties)))
  return Object.keys(problem).filter((member) => !declared.has(member))
}

const mediaTypeOf = ({ headers }: TestResponse) =>
  String(headers['content-type'] ?? '').split(';', 1)[0] ?? ''

/** The paths that fit a template such as /v1/services/{id}. */
const patternOf = (path: string) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`)
