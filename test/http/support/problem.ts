import assert from 'node:assert/strict'
import type { TestResponse } from '../../support/app.ts'

/** What nobody outside may read: stacks, files, SQL, and what the server is made of. */
const INSIDE = [
  /\bat \S+ \(|\bat (file|node):|node_modules|\.[cm]?[jt]s:\d/,
  /\b(select|insert into|update|delete from) \w+|relation "|constraint|SQLSTATE/i,
  /fastify|FST_|slonik|\bpg\b|typebox|\bajv\b|\bzod\b|argon2|jsonwebtoken|fast-jwt/i,
]

/** Fails at a problem that tells of the inside. Pages and data are the contract's own words. */
export function assertTellsNothing({ headers, text }: TestResponse): void {
  assert.equal(headers['x-powered-by'], undefined)
  assert.equal(headers.server, undefined)
  if (!/problem/.test(String(headers['content-type']))) return
  for (const pattern of INSIDE) assert.doesNotMatch(text, pattern)
}

/** Fails at anything but RFC 9457 with the members that every problem has. */
export function assertIsProblem(response: TestResponse): void {
  const { type, title, status, detail, instance, code } = response.json()
  assert.match(code, /^[a-z]+(-[a-z]+)*$/)
  assert.equal(type, `/problems/${code}`)
  assert.equal(status, response.status)
  assert(title.length > 0 && detail.length > 0, response.text)
  // An answer that is given again is that of the first request, its id with it.
  if (response.headers['idempotency-replayed'] === 'true') assert(instance.length > 0, response.text)
  else assert.equal(instance, response.headers['x-request-id'])
}

/** Fails unless the answer is this problem with exactly these facts. */
export function assertProblem(
  response: TestResponse,
  expectedStatus: number,
  expectedCode: string,
  expectedFacts: object = {},
): void {
  assert.match(String(response.headers['content-type']), /^application\/problem\+json/, response.text)
  const { type, title, status, detail, instance, code, ...facts } = response.json()
  assert.deepEqual([status, code], [expectedStatus, expectedCode], response.text)
  assert.deepEqual(facts, expectedFacts)
  assert.equal(response.status, status)
}

/** Each thing that is wrong with a request, as `/field code`, in order of the field. */
export function violationsOf(response: TestResponse): string[] {
  const errors: { field: string; code: string; message: string }[] = response.json().errors ?? []
  for (const { field, message } of errors) assert(message.length > 0, field)
  return errors.map(({ field, code }) => `${field} ${code}`).sort()
}

/** Fails unless the request was refused as malformed for exactly these reasons, each as `/field code`. */
export function assertMalformed(response: TestResponse, ...violations: string[]): void {
  assert.equal(response.status, 400, response.text)
  assert.equal(response.json().code, 'malformed-request')
  assert.deepEqual(violationsOf(response), violations.sort(), response.text)
}

/** Fails unless the request was refused as breaking rules for exactly these reasons, each as `/field code`. */
export function assertInvalid(response: TestResponse, ...violations: string[]): void {
  assert.equal(response.status, 422, response.text)
  assert.equal(response.json().code, 'invalid-input')
  assert.deepEqual(violationsOf(response), violations.sort(), response.text)
}
