import type { Static } from 'typebox'
import type { LoggedIn } from '../../application/accounts.ts'
import type { Account, Profile, User } from '../../domain/account.ts'
import { formatInstant } from '../../domain/instant.ts'
import type * as schemas from './schemas/accounts.ts'

export const presentUser = (user: User): Static<typeof schemas.User> => ({
  id: user.id,
  number: user.number,
  email: user.email,
  roles: [...user.roles],
  created_at: formatInstant(user.createdAt),
})

export const presentProfile = (profile: Profile): Static<typeof schemas.Profile> => ({
  id: profile.id,
  first_name: profile.firstName,
  last_name: profile.lastName,
  phone_number: profile.phoneNumber,
  account_type: profile.accountType,
  address: profile.address,
  time_zone: profile.timeZone,
  created_at: formatInstant(profile.createdAt),
})

export const presentAccount = ({ user, profile }: Account) => ({
  user: presentUser(user),
  profile: presentProfile(profile),
})

export const presentLoggedIn = ({
  account,
  accessToken,
  refreshToken,
}: LoggedIn): Static<typeof schemas.LoggedIn> => ({
  ...presentAccount(account),
  access_token: accessToken.token,
  token_type: 'Bearer',
  expires_in: accessToken.expiresInSeconds,
  refresh_token: refreshToken,
})
