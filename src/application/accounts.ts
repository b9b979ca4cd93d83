import { type Account, mayLogIn, type Registration, register } from '../domain/account.ts'
import { userEvent } from '../domain/account-changes.ts'
import type { EventId, UserId } from '../domain/ids.ts'
import { judgePassword } from '../domain/password.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { InvalidInput } from '../domain/violation.ts'
import type { Accounts, Credentials, EmailTaken } from './ports/accounts.ts'
import type { Clock } from './ports/clock.ts'
import type { IsCommonPassword } from './ports/common-passwords.ts'
import type { NewId } from './ports/ids.ts'
import type { PasswordHasher, TooManyPasswords } from './ports/password-hasher.ts'
import type { Sessions } from './ports/sessions.ts'
import type { AccessToken, IssueToken } from './ports/token-issuer.ts'

/** Someone who has just proved who it is. */
export interface LoggedIn {
  readonly account: Account
  readonly accessToken: AccessToken
  /** What the next access token is asked for with. */
  readonly refreshToken: string
}

export interface RegisterPorts {
  readonly accounts: Accounts
  readonly hasher: PasswordHasher
  readonly isCommonPassword: IsCommonPassword
  readonly sessions: Sessions
  readonly issueToken: IssueToken
  readonly clock: Clock
  readonly newId: NewId
}

export type RegisterAccount = (
  registration: Registration,
  password: string,
) => Promise<Result<LoggedIn, InvalidInput | EmailTaken | TooManyPasswords>>

/** Opens an account with its profile, and signs its owner in. */
export const registerAccount =
  (ports: RegisterPorts): RegisterAccount =>
  async (registration, password) => {
    const { accounts, hasher, isCommonPassword, clock, newId } = ports
    const account = register(newId() as UserId, registration, clock())
    if (!account.ok) return account
    const judged = judgePassword(password, isCommonPassword)
    if (!judged.ok) return judged
    const hash = await hasher.hash(password)
    if (!hash.ok) return hash
    const { user } = account.value
    const subject = { user, version: 1 }
    const event = userEvent(newId() as EventId, 'user.registered', subject, user.id, user.createdAt, {
      roles: [...user.roles],
    })
    const added = await accounts.add(account.value, hash.value, event)
    if (!added.ok) return added
    const loggedIn = await signedIn(ports, added.value, hash.value)
    if (!loggedIn) throw new Error('An account was closed while it was opened')
    return ok(loggedIn)
  }

/** Begins a session; undefined for a password that has been changed meanwhile. */
async function signedIn(
  { sessions, issueToken }: Pick<RegisterPorts, 'sessions' | 'issueToken'>,
  account: Account,
  passwordHash: string,
): Promise<LoggedIn | undefined> {
  const begun = await sessions.begin(account.user.id, passwordHash)
  if (!begun) return undefined
  return { account, accessToken: issueToken(account.user, begun.sessionId), refreshToken: begun.token }
}

export interface InvalidCredentials {
  readonly code: 'invalid-credentials'
}

export type LogInPorts = Pick<RegisterPorts, 'accounts' | 'hasher' | 'sessions' | 'issueToken'>

export type LogIn = (
  email: string,
  password: string,
) => Promise<Result<LoggedIn, InvalidCredentials | TooManyPasswords>>

/** How often a password is looked at that is changed at the same moment. */
const MOST_LOOKS = 3

/** Signs an account in. Says the same, after the same work, to an unknown address and to a wrong password. */
export const logIn =
  (ports: LogInPorts): LogIn =>
  async (email, password) => {
    for (let look = 0; look < MOST_LOOKS; look++) {
      const proven = await prove(ports, email, password)
      if (!proven.ok) return proven
      const { account, passwordHash } = proven.value
      const loggedIn = await signedIn(ports, account, passwordHash)
      if (loggedIn) return ok(loggedIn)
    }
    return reject({ code: 'invalid-credentials' })
  }

interface Proven extends Credentials {
  readonly passwordHash: string
}

async function prove(
  ports: LogInPorts,
  email: string,
  password: string,
): Promise<Result<Proven, InvalidCredentials | TooManyPasswords>> {
  const { accounts, hasher } = ports
  const found = await accounts.findByEmail(email)
  const hash = found?.passwordHash ?? null
  const verified = await hasher.verify(password, hash)
  if (!verified.ok) return verified
  if (!found || hash === null || !verified.value || !mayLogIn(found.account.user)) {
    return reject({ code: 'invalid-credentials' })
  }
  const { account } = found
  return ok({ account, passwordHash: await renewedHash(ports, { account, passwordHash: hash }, password) })
}

/** A hash of another kind is replaced when the password is there to make a new one; when there is no room, another time. */
async function renewedHash(
  { accounts, hasher }: LogInPorts,
  { account, passwordHash }: Proven,
  password: string,
): Promise<string> {
  if (!hasher.isOutdated(passwordHash)) return passwordHash
  const renewed = await hasher.hash(password)
  if (!renewed.ok) return passwordHash
  await accounts.rehash(account.user.id, passwordHash, renewed.value)
  return renewed.value
}
