import { mayLogIn } from '../domain/account.ts'
import { userEvent } from '../domain/account-changes.ts'
import type { EventId, UserId } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { LoggedIn } from './accounts.ts'
import type { Accounts } from './ports/accounts.ts'
import type { Audit } from './ports/audit.ts'
import type { Clock } from './ports/clock.ts'
import type { NewId } from './ports/ids.ts'
import type { InvalidRefreshToken, Sessions } from './ports/sessions.ts'
import type { Standings } from './ports/standings.ts'
import type { IssueToken } from './ports/token-issuer.ts'

export interface RefreshPorts {
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly standings: Standings
  readonly issueToken: IssueToken
  readonly newId: NewId
}

export type RefreshSession = (token: string) => Promise<Result<LoggedIn, InvalidRefreshToken>>

/**
 * Gives whoever is signed in a new access token, with the roles of now, and the next refresh token. Where a token ends its
 * session instead, no access token of it is good any more when the answer comes.
 */
export const refreshSession =
  ({ accounts, sessions, standings, issueToken, newId }: RefreshPorts): RefreshSession =>
  async (token) => {
    const refreshed = await sessions.refresh(token, newId() as EventId)
    if (!refreshed.ok) {
      await standings.settled()
      return refreshed
    }
    const account = await accounts.find(refreshed.value.userId)
    if (!account || !mayLogIn(account.user)) return reject({ code: 'invalid-refresh-token' })
    const { sessionId, token: refreshToken } = refreshed.value
    return ok({ account, accessToken: issueToken(account.user, sessionId), refreshToken })
  }

export interface LogOutPorts {
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly standings: Standings
  readonly audit: Audit
  readonly clock: Clock
  readonly newId: NewId
}

/** Ends the session of a refresh token with its access tokens; one that is of none leaves nothing to do. */
export type LogOutHere = (token: string) => Promise<void>

export const logOutHere =
  ({ sessions, standings }: Pick<LogOutPorts, 'sessions' | 'standings'>): LogOutHere =>
  async (token) => {
    if ((await sessions.end(token)) !== undefined) await standings.settled()
  }

/** Ends every session of a user, who is known by the actor or by a refresh token that is still good. */
export type LogOutEverywhere = (by: { readonly userId: UserId } | { readonly token: string }) => Promise<void>

export const logOutEverywhere =
  ({ accounts, sessions, standings, audit, clock, newId }: LogOutPorts): LogOutEverywhere =>
  async (by) => {
    const userId = 'userId' in by ? by.userId : await sessions.userOf(by.token)
    const account = userId && (await accounts.find(userId))
    if (!account) return
    const count = await sessions.endAll(account.user.id)
    const { id } = account.user
    await audit.note(
      userEvent(newId() as EventId, 'user.sessions_ended', account, id, clock(), { sessions: count }),
    )
    await standings.settled()
  }
