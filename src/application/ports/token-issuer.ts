import type { Role } from '../../domain/actor.ts'
import type { SessionId, UserId } from '../../domain/ids.ts'

export interface AccessToken {
  readonly token: string
  readonly expiresInSeconds: number
}

/** Makes the token with which a user proves who it is and in which roles, for as long as the session is not ended. */
export type IssueToken = (
  user: { readonly id: UserId; readonly roles: readonly Role[] },
  sessionId: SessionId,
) => AccessToken
