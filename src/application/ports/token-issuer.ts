import type { Role } from '../../domain/actor.ts'
import type { UserId } from '../../domain/ids.ts'

export interface AccessToken {
  readonly token: string
  readonly expiresInSeconds: number
}

/** Makes the token with which a user proves who it is and in which roles. */
export type IssueToken = (user: { readonly id: UserId; readonly roles: readonly Role[] }) => AccessToken
