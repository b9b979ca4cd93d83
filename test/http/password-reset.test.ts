import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertInvalid, assertMalformed, assertProblem } from './support/problem.ts'
import { expecting } from './support/shop.ts'

let app: ContractApp
before(async () => {
  app = await openContractApp()
})
after(() => app[Symbol.asyncDispose]())

const askFor = (email: string) =>
  app.ask('POST', '/v1/auth/password-reset', { body: { email }, headers: { 'x-request-id': 'same' } })
const confirm = (token: string, password: string) =>
  app.ask('POST', '/v1/auth/password-reset/confirm', { body: { token, password } })
const logIn = (email: string, password: string) =>
  app.ask('POST', '/v1/auth/login', { body: { email, password } })

let tokens = 0
/** As the mail would have it. */
const tokenOf = async (id: string) => {
  const token = `token-${++tokens}`
  const text = `
    insert into password_reset_tokens (token_hash, user_id, email, created_at, expires_at)
    select sha256($1), id, email, now(), now() + interval '1 hour'
    from auth.users
    where id = $2
  `
  await app.database.query(text, [Buffer.from(token), id])
  return token
}

test('the answer is the same bytes for an address with an account and for one without', async () => {
  const { email } = await app.register('customer')
  const [known, unknown] = [await askFor(email), await askFor('nobody@example.com')]
  assert.equal(known.status, 202)
  const bytesOf = ({ status, headers: { date: _, ...headers }, text }: typeof known) => ({
    status,
    headers,
    text,
  })
  assert.deepEqual(bytesOf(known), bytesOf(unknown))
  assertMalformed(await askFor('no address'), '/email format')
})

test('asking again is as much work as asking first: a row is written each time', async () => {
  const text = `select xmin::text as written from auth.password_reset_requests where email = $1`
  const written = async () => app.database.query<{ written: string }>(text, ['again@example.com'])
  assert.equal((await askFor('again@example.com')).status, 202)
  const first = await written()
  assert.equal((await askFor('AGAIN@example.com')).status, 202)
  const second = await written()
  assert.deepEqual([first.length, second.length], [1, 1])
  assert.notEqual(first[0]?.written, second[0]?.written)
})

test('a token sets a new password once, and every session ends', async () => {
  const { id, email } = await app.register('customer')
  const { refresh_token, access_token } = (await logIn(email, 'correct horse')).json()
  const [token, another] = [await tokenOf(id), await tokenOf(id)]
  await expecting(204, confirm(token, 'staple battery'))
  assertProblem(await logIn(email, 'correct horse'), 401, 'invalid-credentials')
  await expecting(200, logIn(email, 'staple battery'))
  const refreshed = await app.ask('POST', '/v1/auth/refresh', { body: { refresh_token } })
  assertProblem(refreshed, 401, 'invalid-refresh-token')
  assertProblem(await app.ask('GET', '/v1/me', { token: access_token }), 401, 'unauthenticated')
  for (const used of [token, another]) {
    assertProblem(await confirm(used, 'another battery'), 422, 'invalid-reset-token')
  }
})

test('of ten who come with one token at once, one sets the password', async () => {
  const { id, email } = await app.register('customer')
  const token = await tokenOf(id)
  const passwords = Array.from({ length: 10 }, (_, racer) => `racing staple ${racer}`)
  const answers = await Promise.all(passwords.map((password) => confirm(token, password)))
  assert.equal(answers.filter(({ status }) => status === 204).length, 1)
  const winner = passwords[answers.findIndex(({ status }) => status === 204)] ?? ''
  await expecting(200, logIn(email, winner))
})

test('a password that is guessed first is refused, and leaves the token good', async () => {
  const { id } = await app.register('customer')
  const token = await tokenOf(id)
  for (const password of ['password1', 'PASSWORD1', 'iloveyou', '1q2w3e4r']) {
    assertInvalid(await confirm(token, password), '/password too-common')
  }
  assertMalformed(await confirm(token, 'short'), '/password minLength')
  await expecting(204, confirm(token, 'staple battery'))
})

test('nobody registers with a password that is guessed first', async () => {
  const names = { role: 'customer', first_name: 'Ada', last_name: 'Byron' }
  const body = { email: 'common@example.com', password: 'qwertyuiop', ...names }
  assertInvalid(await app.ask('POST', '/v1/auth/register', { body }), '/password too-common')
})

test('a flood of passwords is turned away beyond what can wait, and told when to come again', async () => {
  const { email } = await app.register('customer')
  const answers = await Promise.all(Array.from({ length: 80 }, () => logIn(email, 'wrong horse')))
  const statuses = new Set(answers.map(({ status }) => status))
  assert.deepEqual([...statuses].sort(), [401, 429])
  const refused = answers.find(({ status }) => status === 429)
  assert(refused)
  assertProblem(refused, 429, 'too-many-passwords')
  assert(Number(refused.headers['retry-after']) > 0)
  await expecting(200, logIn(email, 'correct horse'))
})

test('somebody whose password was imported as a bcrypt hash signs in, and has an Argon2id hash from then on', async () => {
  const { id, email } = await app.register('customer')
  const hash = '$2b$05$o1vN3yHASylZIdeC4wPJOuXjRsPq5M44/mtsZz9ZP9uO2zJMNSMdm'
  await app.database.query('update auth.users set password_hash = $2 where id = $1', [id, hash])
  assertProblem(await logIn(email, 'Correct horse'), 401, 'invalid-credentials')
  await expecting(200, logIn(email, 'correct horse'))
  const text = 'select password_hash from auth.users where id = $1'
  const [row] = await app.database.query<{ password_hash: string }>(text, [id])
  assert.match(row?.password_hash ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  await expecting(200, logIn(email, 'correct horse'))
})
