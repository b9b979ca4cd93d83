import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from '../http/support/contract.ts'
import { expecting, makeAdmin } from '../http/support/shop.ts'

let app: ContractApp
before(async () => {
  app = await openContractApp()
})
after(() => app[Symbol.asyncDispose]())

const flat = {
  email: 'grace@example.com',
  password: 'correct horse battery',
  role: 'provider',
  first_name: 'Grace',
  last_name: 'Hopper',
  phone_number: '+1 555 0100',
  account_type: 'business',
}

const nested = {
  email: 'ada@example.com',
  password: 'correct horse battery',
  role: 'customer',
  profile: { firstName: 'Ada', lastName: 'Byron', phone: '+44 20', address: '12 Main Street' },
}

const register = (body: unknown) => app.ask('POST', '/api/users/register', { body })
const logIn = async ({ email, password }: typeof flat | typeof nested) =>
  (await expecting(200, app.ask('POST', '/v1/auth/login', { body: { email, password } }))).access_token
const countUsers = async () => (await app.database.query('select from auth.users')).length

const AT = '2026-01-05T08:00:00Z'

test('personal data beside the address make a user with its profile, who signs in as everyone does', async () => {
  const answer = await expecting(201, register(flat))
  const { id } = answer.data.user
  assert.match(id, /^[0-9a-f-]{36}$/)
  const { first_name, last_name, phone_number, account_type } = flat
  assert.deepEqual(answer, {
    success: true,
    message: 'User and profile created successfully',
    data: {
      user: { id, email: flat.email, created_at: AT },
      profile: { id, first_name, last_name, phone_number, account_type, created_at: AT },
    },
    errors: [],
  })
  const me = await expecting(200, app.ask('GET', '/v1/me', { token: await logIn(flat) }))
  assert.deepEqual([me.user.id, me.user.roles], [id, ['provider']])
})

test('personal data in a profile of their own do the same', async () => {
  const { data } = await expecting(201, register(nested))
  const { id, ...profile } = data.profile
  assert.equal(id, data.user.id)
  assert.deepEqual(profile, {
    first_name: 'Ada',
    last_name: 'Byron',
    phone_number: '+44 20',
    account_type: 'personal',
    created_at: AT,
  })
  const me = await expecting(200, app.ask('GET', '/v1/me', { token: await logIn(nested) }))
  assert.equal(me.profile.address, '12 Main Street')
})

test('an address that is taken, in whatever case, is told in the words of the front end', async () => {
  const users = await countUsers()
  for (const email of [flat.email, flat.email.toUpperCase()]) {
    assert.deepEqual(await expecting(409, register({ ...flat, email })), {
      success: false,
      message: 'Email already registered',
      data: null,
      errors: [{ field: 'email', message: 'This email is already in use.' }],
    })
  }
  assert.equal(await countUsers(), users)
})

test('a profile is for its owner and admins', async () => {
  const token = await logIn(nested)
  const { id } = (await expecting(200, app.ask('GET', '/v1/me', { token }))).user
  const url = `/api/users/profile/${id}`
  for (const reader of [token, (await makeAdmin(app)).token]) {
    assert.deepEqual(await expecting(200, app.ask('GET', url, { token: reader })), {
      success: true,
      message: 'Profile retrieved successfully',
      data: {
        profile: {
          id,
          first_name: 'Ada',
          last_name: 'Byron',
          phone_number: '+44 20',
          account_type: 'personal',
          created_at: AT,
        },
      },
      errors: [],
    })
  }
  const { message } = await expecting(403, app.ask('GET', url, { token: await logIn(flat) }))
  assert.equal(message, 'This is not yours to do')
})

test('an admin is told that there is no such user, and nobody else', async () => {
  const url = '/api/users/profile/01900000-0000-7000-8000-000000000001'
  const { message } = await expecting(404, app.ask('GET', url, { token: (await makeAdmin(app)).token }))
  assert.equal(message, 'There is no such user')
  await expecting(403, app.ask('GET', url, { token: await logIn(flat) }))
})

const { first_name: _first, last_name: _last, ...nameless } = { ...flat, email: 'new@example.com' }

/** Every body that is refused, with the fields that the answer names. */
const refused: Readonly<Record<string, readonly [number, unknown, ...string[]]>> = {
  'without names': [400, nameless, 'first_name', 'last_name'],
  'with an empty profile': [400, { ...nested, profile: {} }, 'profile.firstName', 'profile.lastName'],
  'with names twice': [400, { ...nested, first_name: 'Ada', email: 'new@example.com' }, 'first_name'],
  'with a phone number twice': [
    400,
    { ...nested, phone_number: '+1', email: 'new@example.com' },
    'phone_number',
  ],
  'with a role that nobody gives himself': [400, { ...nested, role: 'admin' }, 'role'],
  'with an address that is none': [400, { ...nested, email: 'ada' }, 'email'],
  'with a short password': [400, { ...nested, password: 'short' }, 'password'],
  'with a password that is guessed first': [
    422,
    { ...nested, email: 'new@example.com', password: 'password1' },
    'password',
  ],
  'with what there is not': [400, { ...nested, roles: ['admin'], is_admin: true }, 'roles', 'is_admin'],
  'with a NUL byte': [
    400,
    { ...nameless, profile: { firstName: 'A\0', lastName: 'B' } },
    'profile.firstName',
  ],
  'with half a surrogate pair': [
    400,
    { ...nameless, profile: { firstName: 'A', lastName: '\ud800' } },
    'profile.lastName',
  ],
  'with null for a name': [400, { ...flat, first_name: null }, 'first_name'],
  'that is a list': [400, [], ''],
}

for (const [what, [status, body, ...fields]] of Object.entries(refused)) {
  test(`a registration ${what} is refused, names its fields and writes nothing`, async () => {
    const users = await countUsers()
    const { success, data, message, errors, ...rest } = await expecting(status, register(body))
    assert.deepEqual([success, data, rest], [false, null, {}])
    assert(message.length > 0)
    const named = errors.map(({ field, message }: { field: string; message: string }) => {
      assert(message.length > 0)
      return field
    })
    assert.deepEqual(named.sort(), fields.sort())
    assert.equal(await countUsers(), users)
  })
}
