import { randomUUIDv7 } from 'node:crypto'
import { argon2Hasher } from '../../adapters/argon2/password-hasher.ts'
import { postgresAccounts } from '../../adapters/postgres/account-store.ts'
import { openPostgres } from '../../adapters/postgres/database.ts'
import { commonPasswords } from '../../adapters/wordlist/common-passwords.ts'
import { createAdmin, makeAdmin } from '../../application/create-admin.ts'
import type { Account } from '../../domain/account.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Result } from '../../domain/result.ts'
import { readAdminPassword } from '../config.ts'
import { readArguments, runCommand } from './command.ts'
import { openMigratedDatabase } from './database.ts'
import { readPassword } from './password.ts'

const help = `Makes an admin. Nobody becomes one at the door: the first one is made here, the others by admins.

  npm run admin:create -- --email <address> [options]

  --email <address>      of the account
  --first-name <name>    "Admin" where it is left out
  --last-name <name>     "Slotwright" where it is left out
  --existing             give the role to somebody who has an account; asks for no password
  --help                 this text

The password is that of ADMIN_PASSWORD, or is asked for, or is the first line of what is piped in; never an option,
because command lines are for everyone to read. The database is that of DATABASE_URL, which has to be migrated; without
it, the embedded one in DATA_DIR, while no server runs on it. The exit code is 0, or 1 when something went wrong.`

/** One @ with something on both sides; the first mail will tell the rest. */
const EMAIL = /^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/

const explanations: Readonly<Record<string, string>> = {
  'email-already-registered':
    'There is an account with this address: add --existing to make its owner an admin',
  'user-not-found': 'There is no account with this address: leave --existing out to make one',
  'too-many-passwords': 'Too many passwords are waiting',
}

function explained<R extends { readonly code: string }>(outcome: Result<Account, R>): Account {
  if (outcome.ok) return outcome.value
  const { rejection } = outcome
  const violations = 'violations' in rejection ? (rejection.violations as { message: string }[]) : []
  const said = violations.map(({ message }) => `The password ${message}`).join('\n')
  throw new Error(said || (explanations[rejection.code] ?? rejection.code))
}

interface Wanted {
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly isExisting: boolean
}

async function make({ email, firstName, lastName, isExisting }: Wanted): Promise<Account> {
  const password = isExisting ? '' : (readAdminPassword() ?? (await readPassword()))
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await openPostgres(await openMigratedDatabase(stack), { poolSize: 1 }))
  const ports = {
    accounts: postgresAccounts(database),
    hasher: argon2Hasher(),
    isCommonPassword: commonPasswords(),
    clock: () => Date.now() as Instant,
    newId: randomUUIDv7,
  }
  if (isExisting) return explained(await makeAdmin(ports)(email))
  const unsaid = { phoneNumber: null, accountType: 'personal', address: null, timeZone: 'UTC' } as const
  return explained(await createAdmin(ports)(email, { firstName, lastName, ...unsaid }, password))
}

await runCommand(async () => {
  const text = { type: 'string' } as const
  const options = {
    ...{ email: text, 'first-name': text, 'last-name': text },
    existing: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const
  const { values } = readArguments('npm run admin:create', { options })
  if (values.help) {
    console.log(help)
    return
  }
  const { email = '', 'first-name': firstName = 'Admin', 'last-name': lastName = 'Slotwright' } = values
  if (!EMAIL.test(email)) throw new Error('--email has to be an address. See npm run admin:create -- --help')
  const { user } = await make({ email, firstName, lastName, isExisting: values.existing ?? false })
  console.log(`${user.email} is an admin (${user.id}).`)
})
