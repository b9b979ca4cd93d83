import { type Account, mayLogIn, type Registration, register } from '../domain/account.ts'
import type { UserId } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { InvalidInput } from '../domain/violation.ts'
import type { Accounts, EmailTaken } from './ports/accounts.ts'
import type { Clock } from './ports/clock.ts'
import type { NewId } from './ports/ids.ts'
import type { PasswordHasher } from './ports/password-hasher.ts'
import type { AccessToken, IssueToken } from './ports/token-issuer.ts'

/** Someone who has just proved who it is. */
export interface LoggedIn {
  readonly account: Account
  readonly accessToken: AccessToken
}

export interface RegisterPorts {
  readonly accounts: Accounts
  readonly hasher: PasswordHasher
  readonly issueToken: IssueToken
  readonly clock: Clock
  readonly newId: NewId
}

export type RegisterAccount = (
  registration: Registration,
  password: string,
) => Promise<Result<LoggedIn, InvalidInput | EmailTaken>>

/** Opens an account with its profile, and signs its owner in. */
export const registerAccount =
  ({ accounts, hasher, issueToken, clock, newId }: RegisterPorts): RegisterAccount =>
  async (registration, password) => {
    const account = register(newId() as UserId, registration, clock())
    if (!account.ok) return account
    const added = await accounts.add(account.value, await hasher.hash(password))
    if (!added.ok) return added
    return ok({ account: added.value, accessToken: issueToken(added.value.user) })
  }

export interface InvalidCredentials {
  readonly code: 'invalid-credentials'
}

export type LogIn = (email: string, password: string) => Promise<Result<LoggedIn, InvalidCredentials>>

/** Signs an account in. Says the same, after the same work, to an unknown address and to a wrong password. */
export const logIn =
  ({ accounts, hasher, issueToken }: Omit<RegisterPorts, 'clock' | 'newId'>): LogIn =>
  async (email, password) => {
    const credentials = await accounts.findByEmail(email)
    const verified = await hasher.verify(password, credentials?.passwordHash ?? null)
    if (!credentials || !verified || !mayLogIn(credentials.account.user)) {
      return reject({ code: 'invalid-credentials' })
    }
    const { account } = credentials
    return ok({ account, accessToken: issueToken(account.user) })
  }
