import type { ProblemKind } from './problem-kind.ts'

/** What may be refused about accounts, and whoever they belong to. */
export const accountProblems = {
  'invalid-credentials': {
    status: 401,
    title: 'E-mail address and password do not match an account',
    help: 'Address or password is wrong; for the safety of the account it is not said which.',
  },
  'invalid-refresh-token': {
    status: 401,
    title: 'The refresh token is not good',
    help: 'It has expired, its session has ended, or it was used before: then somebody else may have a copy, and everything of the session has ended. Log in again.',
  },
  'account-inactive': {
    status: 403,
    title: 'The account is not active',
    help: 'It has been deactivated, or it is gone. An admin can say why.',
  },
  'user-not-found': {
    status: 404,
    title: 'There is no such user',
    help: 'No account has this id, or its owner has been erased. `GET /v1/users` lists those there are.',
  },
  'email-already-registered': {
    status: 409,
    title: 'The e-mail address is registered already',
    help: 'An account with this address exists, whatever the case of its letters. Log in instead.',
  },
  'last-admin': {
    status: 409,
    title: 'There would be no admin left',
    help: 'This is the last active admin, who cannot be deactivated or erased or lose the role. Make another one first.',
  },
  'invalid-reset-token': {
    status: 422,
    title: 'The token sets no new password',
    help: 'It has been used, is older than 24 hours, or was never given. Ask for another at `POST /v1/auth/password-reset`.',
  },
  'too-many-passwords': {
    status: 429,
    title: 'Too many passwords are waiting to be checked',
    help: 'Passwords are checked a few at a time, so that all else goes on meanwhile. Send the request again after the seconds in `Retry-After`.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>
