import { type Static, Type } from 'typebox'
import type { RegisterAccount } from '../../application/accounts.ts'
import type { ReadProfile } from '../../application/own-account.ts'
import type { Account, Registration } from '../../domain/account.ts'
import { ROLES } from '../../domain/actor.ts'
import type { UserId } from '../../domain/ids.ts'
import { formatInstant } from '../../domain/instant.ts'
import { type DoorApp, errorResponses, signedIn } from './door.ts'
import {
  Envelope,
  Failure,
  Profile,
  RegisterBody,
  success,
  User,
  wordProblem,
} from './marketplace-schemas.ts'

export interface MarketplaceUseCases {
  readonly registerAccount: RegisterAccount
  readonly readProfile: ReadProfile
}

export const MARKETPLACE_TAG = {
  name: 'Marketplace',
  description: 'The front door `marketplace`: users and profiles, as its front end knows them.',
}

const tags = [MARKETPLACE_TAG.name]

/** Users and profiles in the words of the marketplace. */
export async function marketplaceDoor(app: DoorApp, useCases: MarketplaceUseCases): Promise<void> {
  registerRoute(app, useCases)
  profileRoute(app, useCases)
}

function registerRoute(app: DoorApp, { registerAccount }: MarketplaceUseCases): void {
  const schema = {
    operationId: 'marketplaceRegister',
    tags,
    summary: 'Open an account',
    body: RegisterBody,
    response: {
      201: Envelope('The account that has been opened.', { user: User, profile: Profile }),
      ...errorResponses(Failure, [409, 422], true),
    },
  }
  const config = { access: 'public', ratePolicy: 'register', wordProblem } as const
  app.post('/api/users/register', { config, schema }, async ({ body }, reply) => {
    const outcome = await registerAccount(readRegistration(body), body.password)
    if (!outcome.ok) return reply.refuse(outcome.rejection)
    const { account } = outcome.value
    const data = { user: presentUser(account), profile: presentProfile(account) }
    return reply.code(201).send(success('User and profile created successfully', data))
  })
}

function profileRoute(app: DoorApp, { readProfile }: MarketplaceUseCases): void {
  const schema = {
    operationId: 'marketplaceReadProfile',
    tags,
    summary: 'Read a profile',
    description: 'For its owner and admins.',
    params: Type.Object({ userId: Type.String({ format: 'uuid', description: 'The user.' }) }),
    response: {
      200: Envelope('The profile.', { profile: Profile }),
      ...errorResponses(Failure, [401, 403, 404]),
    },
  }
  const config = { access: ROLES, wordProblem }
  app.get('/api/users/profile/:userId', { config, schema }, async (request, reply) => {
    const outcome = await readProfile(signedIn(request), request.params.userId as UserId)
    if (!outcome.ok) return reply.refuse(outcome.rejection)
    return reply.send(success('Profile retrieved successfully', { profile: presentProfile(outcome.value) }))
  })
}

/** The personal data stand beside the address or, under other names, in a profile of their own. */
const readRegistration = ({ email, role, profile, ...flat }: Static<typeof RegisterBody>): Registration => ({
  email,
  role,
  firstName: profile?.firstName ?? flat.first_name ?? '',
  lastName: profile?.lastName ?? flat.last_name ?? '',
  phoneNumber: profile?.phone ?? flat.phone_number ?? null,
  accountType: flat.account_type ?? 'personal',
  address: profile?.address ?? null,
  timeZone: 'UTC',
})

const presentUser = ({ user }: Account): Static<typeof User> => ({
  id: user.id,
  email: user.email,
  created_at: formatInstant(user.createdAt),
})

const presentProfile = ({ profile }: Account): Static<typeof Profile> => ({
  id: profile.id,
  first_name: profile.firstName,
  last_name: profile.lastName,
  phone_number: profile.phoneNumber,
  account_type: profile.accountType,
  created_at: formatInstant(profile.createdAt),
})
