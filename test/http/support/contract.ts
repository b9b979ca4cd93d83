import assert from 'node:assert/strict'
import SwaggerParser from '@apidevtools/swagger-parser'
import type { InjectOptions } from 'fastify'
import { Compile } from 'typebox/compile'
import { openTestApp, type TestApp, type TestResponse } from '../../support/app.ts'
import { assertIsProblem, assertTellsNothing } from './problem.ts'

interface Answer {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}

export interface Operation {
  readonly operationId: string
  readonly security: readonly object[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
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

export async function openContractApp(now?: string): Promise<ContractApp> {
  const testApp = await openTestApp(now)
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
  const routes = Object.entries(paths).map(([path, methods]) => ({ pattern: patternOf(path), methods }))
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
    const { content } = declared
    if (!content) return assert.equal(response.text, '', `${name} declares no body`)
    const media = content[mediaTypeOf(response)]
    assert(media, `${name} does not declare ${mediaTypeOf(response)}`)
    if (/json/.test(mediaTypeOf(response))) {
      assert.deepEqual(violations(media.schema, response.json()), [], name)
    }
  }
}

const mediaTypeOf = ({ headers }: TestResponse) =>
  String(headers['content-type'] ?? '').split(';', 1)[0] ?? ''

/** The paths that fit a template such as /v1/services/{id}. */
const patternOf = (path: string) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`)
