import { Type } from 'typebox'
import { ROLES } from '../../../domain/actor.ts'
import { Instant, NullableText, OneOf, Reference, Strict, Text, TimeZone, Uuid, Words } from './common.ts'

const Password = Type.String({
  minLength: 8,
  maxLength: 128,
  description: '8 to 128 characters, and not one of the 10,000 that are guessed first.',
})
const Email = Type.String({ format: 'email', maxLength: 254, description: 'Unique without regard to case.' })

const credentials = { email: 'grace@example.com', password: 'correct horse battery' }

export const RegisterBody = Strict(
  {
    email: Email,
    password: Password,
    role: OneOf(['customer', 'provider'], 'What the account is for. Admins are not made here.'),
    first_name: Words(100, 'First name.'),
    last_name: Words(100, 'Last name.'),
    phone_number: Type.Optional(Text(32, 'Phone number, in any notation.')),
    account_type: Type.Optional(OneOf(['personal', 'business'], 'Who the account stands for (personal).')),
    address: Type.Optional(Text(500, 'Postal address.')),
    time_zone: Type.Optional(TimeZone),
  },
  {
    examples: [
      {
        ...credentials,
        role: 'provider',
        first_name: 'Grace',
        last_name: 'Hopper',
        time_zone: 'America/New_York',
      },
    ],
  },
)

export const LoginBody = Strict(
  {
    email: Type.String({ maxLength: 254, description: 'As it was registered, in any case.' }),
    password: Type.String({ maxLength: 128, description: 'The password.' }),
  },
  { examples: [credentials] },
)

export const User = Type.Object(
  {
    id: Uuid('The user.'),
    number: Type.Integer({ description: 'A small number beside the id.' }),
    email: Type.String(),
    roles: Type.Array(OneOf(ROLES, 'A role.')),
    created_at: Instant('When the account was opened.'),
  },
  { $id: 'User' },
)

export const Profile = Type.Object(
  {
    id: Uuid('The user whose profile it is.'),
    first_name: Type.String(),
    last_name: Type.String(),
    phone_number: NullableText(32, 'Phone number.'),
    account_type: OneOf(['personal', 'business'], 'Who the account stands for.'),
    address: NullableText(500, 'Postal address.'),
    time_zone: TimeZone,
    created_at: Instant('When the profile was made.'),
  },
  { $id: 'Profile' },
)

export const LoggedIn = Type.Object(
  {
    user: Reference(User),
    profile: Reference(Profile),
    access_token: Type.String({ description: 'A JWT, for the Authorization header.' }),
    token_type: OneOf(['Bearer'], 'How to send it.'),
    expires_in: Type.Integer({ description: 'Seconds until it expires.' }),
    refresh_token: Type.String({ description: 'For `POST /v1/auth/refresh`, once.' }),
  },
  { $id: 'LoggedIn' },
)

const RefreshToken = Type.String({ minLength: 1, maxLength: 256, description: 'As it was given last.' })

const refreshToken = 'V9qjznUuSB-U4gPPXM7MKkjFzcsIbzixJ-BDFkNt8AF-YESm8NkB2IuQ8RDCOCbu'

export const RefreshBody = Strict(
  { refresh_token: RefreshToken },
  { examples: [{ refresh_token: refreshToken }] },
)

export const LogoutBody = Strict(
  {
    refresh_token: Type.Optional(RefreshToken),
    everywhere: Type.Optional(
      Type.Boolean({
        description: 'Whether every session of the user ends, and not this one alone (false).',
      }),
    ),
  },
  { minProperties: 1, examples: [{ refresh_token: refreshToken }, { everywhere: true }] },
)

export const PasswordResetBody = Strict({ email: Email }, { examples: [{ email: credentials.email }] })

export const PasswordResetConfirmBody = Strict(
  {
    token: Type.String({ minLength: 1, maxLength: 256, description: 'As the mail has it.' }),
    password: Password,
  },
  { examples: [{ token: 'rWm1SOnHrfAPyTVp0v2KTfC7t1hHs5XnLRFDPJQ5L2s', password: credentials.password }] },
)

export const Me = Type.Object(
  { user: Reference(User), profile: Reference(Profile) },
  { $id: 'Me', description: 'A user with its profile.' },
)

export const ChangeProfileBody = Strict(
  {
    first_name: Type.Optional(Words(100, 'First name.')),
    last_name: Type.Optional(Words(100, 'Last name.')),
    phone_number: Type.Optional(NullableText(32, 'Phone number, in any notation.')),
    account_type: Type.Optional(OneOf(['personal', 'business'], 'Who the account stands for.')),
    address: Type.Optional(NullableText(500, 'Postal address.')),
    time_zone: Type.Optional(TimeZone),
  },
  { minProperties: 1, examples: [{ phone_number: '+1 555 0100' }] },
)
