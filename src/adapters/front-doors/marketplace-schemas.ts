import { type TProperties, Type } from 'typebox'
import { Strict, type WordProblem, wrongFields } from './door.ts'

const Name = (description: string) =>
  Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', description })

const accountType = Type.Unsafe<'personal' | 'business'>({
  type: 'string',
  enum: ['personal', 'business'],
  description: 'Who the account stands for (personal).',
})

const person = {
  first_name: 'Grace',
  last_name: 'Hopper',
  phone_number: '+1 555 0100',
  account_type: 'business',
}

const credentials = { email: 'grace@example.com', password: 'correct horse battery', role: 'provider' }

/** Front ends send null for what was left empty, as they are answered. */
const Phone = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  maxLength: 32,
  description: 'In any notation.',
})

export const RegisterBody = Strict(
  {
    email: Type.String({ format: 'email', maxLength: 254, description: 'Unique without regard to case.' }),
    password: Type.String({ minLength: 8, maxLength: 128, description: 'Not one that is guessed first.' }),
    role: Type.Unsafe<'customer' | 'provider'>({
      type: 'string',
      enum: ['customer', 'provider'],
      description: 'What the account is for.',
    }),
    first_name: Type.Optional(Name('First name.')),
    last_name: Type.Optional(Name('Last name.')),
    phone_number: Type.Optional(Phone),
    account_type: Type.Optional(accountType),
    profile: Type.Optional(
      Strict(
        {
          firstName: Name('First name.'),
          lastName: Name('Last name.'),
          phone: Type.Optional(Phone),
          address: Type.Optional(Type.String({ maxLength: 500, description: 'Postal address.' })),
        },
        { description: 'In place of first_name, last_name and phone_number.' },
      ),
    ),
  },
  {
    if: { required: ['profile'] },
    else: { required: ['first_name', 'last_name'] },
    dependentSchemas: {
      profile: { properties: { first_name: false, last_name: false, phone_number: false } },
    },
    examples: [
      { ...credentials, ...person },
      {
        ...credentials,
        email: 'ada@example.com',
        profile: {
          firstName: 'Ada',
          lastName: 'Byron',
          phone: '+44 20 7946 0000',
          address: '12 St James’s Square',
        },
      },
    ],
  },
)

const id = Type.String({ format: 'uuid' })
const createdAt = Type.String({ format: 'date-time' })

export const User = Type.Object({ id, email: Type.String(), created_at: createdAt })

export const Profile = Type.Object({
  id,
  first_name: Type.String(),
  last_name: Type.String(),
  phone_number: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  account_type: accountType,
  created_at: createdAt,
})

/** The envelope of what went well. */
export const Envelope = <P extends TProperties>(description: string, data: P) =>
  Type.Object(
    {
      success: Type.Boolean({ enum: [true] }),
      message: Type.String(),
      data: Type.Object(data),
      errors: Type.Array(Type.Object({}), { maxItems: 0 }),
    },
    { description },
  )

export const success = <T>(message: string, data: T) => ({ success: true, message, data, errors: [] })

/** The envelope of what did not. */
export const Failure = Type.Object({
  success: Type.Boolean({ enum: [false] }),
  message: Type.String({ description: 'What went wrong.' }),
  data: Type.Null(),
  errors: Type.Array(
    Type.Object({
      field: Type.String({ description: 'Such as `email` or `profile.firstName`.' }),
      message: Type.String(),
    }),
    { description: 'Every field that is wrong, where it is about fields.' },
  ),
})

const EMAIL_TAKEN = {
  message: 'Email already registered',
  errors: [{ field: 'email', message: 'This email is already in use.' }],
}

/** Every problem of this door in the one envelope. */
export const wordProblem: WordProblem = (problem) => {
  const worded =
    problem.code === 'email-already-registered'
      ? EMAIL_TAKEN
      : { message: problem.title, errors: wrongFields(problem) }
  return { body: { success: false, message: worded.message, data: null, errors: worded.errors } }
}
