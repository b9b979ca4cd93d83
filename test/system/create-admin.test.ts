import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openTestApp, type TestApp } from '../support/app.ts'

const command = fileURLToPath(new URL('../../src/infrastructure/commands/create-admin.ts', import.meta.url))
const PASSWORD = 'staple battery horse'

let app: TestApp
before(async () => {
  app = await openTestApp()
})
after(() => app[Symbol.asyncDispose]())

interface Given {
  readonly variable?: string
  readonly piped?: string
}

const run = (args: readonly string[], { variable = '', piped = '' }: Given = {}) => {
  const env = { ...process.env, DATABASE_URL: app.database.url, ADMIN_PASSWORD: variable }
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [command, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
    child.stdin?.end(piped)
  })
}

const logIn = (email: string) => app.ask('POST', '/v1/auth/login', { body: { email, password: PASSWORD } })

test('an admin is made with a password from the environment or piped in, and may decide about others', async () => {
  const ways = [{ variable: PASSWORD }, { piped: `${PASSWORD}\r\nand more` }]
  for (const [place, way] of ways.entries()) {
    const email = `root-${place}@example.com`
    const { code, stdout, stderr } = await run(['--email', email], way)
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /^root-\d@example\.com is an admin \([0-9a-f-]{36}\)\.\n$/)
    const { user, access_token: token } = (await logIn(email)).json()
    assert.deepEqual(user.roles, ['admin'])
    assert.equal((await app.ask('GET', '/v1/users', { token })).status, 200)
  }
  const text = "select actor_id, data from events where type = 'user.created'"
  assert.deepEqual(await app.database.query(text), [
    { actor_id: null, data: { roles: ['admin'] } },
    { actor_id: null, data: { roles: ['admin'] } },
  ])
})

test('somebody who has an account is made an admin without a password, and keeps the other roles', async () => {
  const { id, email } = await app.register('provider')
  const { code, stderr } = await run(['--email', email.toUpperCase(), '--existing'])
  assert.deepEqual([code, stderr], [0, ''])
  const rows = await app.database.query('select roles from auth.users where id = $1', [id])
  assert.deepEqual(rows, [{ roles: ['provider', 'admin'] }])
})

test('what is wrong is said in a line, with the mend', async () => {
  const { email } = await app.register('customer')
  const mistakes: [string[], Given, RegExp][] = [
    [[], {}, /^--email has to be an address/],
    [['--email', 'nonsense'], {}, /^--email has to be an address/],
    [['--email', 'a@example.com', '--password', PASSWORD], {}, /^Unknown option '--password'/],
    [['--email', 'a@example.com'], { piped: 'short\n' }, /^The password must have at least 8 characters/],
    [['--email', 'a@example.com'], { piped: 'password1\n' }, /^The password is one of the passwords/],
    [['--email', email], { variable: PASSWORD }, /add --existing/],
    [['--email', 'nobody@example.com', '--existing'], {}, /leave --existing out/],
  ]
  for (const [args, given, expected] of mistakes) {
    const { code, stdout, stderr } = await run(args, given)
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, expected)
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
  }
})
