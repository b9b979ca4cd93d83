import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestResponse } from '../support/app.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { expecting } from './support/shop.ts'

let app: ContractApp
before(async () => {
  app = await openContractApp()
})
after(() => app[Symbol.asyncDispose]())

const PASSWORD = 'correct horse'

const logIn = (email: string, password: string) =>
  app.ask('POST', '/v1/auth/login', { body: { email, password }, headers: { 'x-request-id': 'same' } })

test('address and password sign in, whatever the case of the address', async () => {
  const { id, email } = await app.register('provider')
  for (const spelling of [email, email.toUpperCase()]) {
    const { user, access_token: token } = await expecting(200, logIn(spelling, PASSWORD))
    assert.equal(user.id, id)
    await expecting(200, app.ask('GET', '/v1/bookings', { token }))
  }
})

const bytesOf = ({ status, headers: { date: _, ...headers }, text }: TestResponse) => ({
  status,
  headers,
  text,
})

test('an unknown account, a wrong password and a deactivated account get the same bytes', async () => {
  const { email } = await app.register('customer')
  const retired = await app.register('customer')
  await app.database.query('update auth.users set deactivated_at = now() where id = $1', [retired.id])
  const wrongPassword = await logIn(email, 'wrong horse')
  assertProblem(wrongPassword, 401, 'invalid-credentials')
  assert.deepEqual(bytesOf(await logIn('nobody@example.com', PASSWORD)), bytesOf(wrongPassword))
  assert.deepEqual(bytesOf(await logIn(retired.email, PASSWORD)), bytesOf(wrongPassword))
  assert.deepEqual(bytesOf(await logIn('no address at all', '')), bytesOf(wrongPassword))
})

test('the case of a password matters, and so does the white space around it', async () => {
  const { email } = await app.register('customer')
  for (const password of ['Correct horse', ' correct horse', 'correct horse ', '']) {
    assertProblem(await logIn(email, password), 401, 'invalid-credentials')
  }
})

test('what no password can be is not hashed but refused', async () => {
  const { email } = await app.register('customer')
  assertMalformed(await logIn(email, 'x'.repeat(129)), '/password maxLength')
})
