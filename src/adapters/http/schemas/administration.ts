import { Type } from 'typebox'
import { ROLES } from '../../../domain/actor.ts'
import type { Json } from '../../../domain/json.ts'
import { Profile, User } from './accounts.ts'
import { Instant, OneOf, PageQuery, Reference, Strict, Uuid } from './common.ts'

export const UserParams = Strict({ id: Uuid('The user.') })

export const UsersQuery = Strict({
  ...PageQuery,
  role: Type.Optional(OneOf(ROLES, 'Only users who have this role.')),
  active: Type.Optional(
    OneOf(['true', 'false'], 'Only users whose account may be used, or only those whose may not.'),
  ),
  q: Type.Optional(
    Type.String({ minLength: 1, maxLength: 254, description: 'What the address begins with, in any case.' }),
  ),
})

export const ManagedUser = Type.Object(
  {
    ...User.properties,
    is_active: Type.Boolean({ description: 'Whether the account may be used.' }),
    deactivated_at: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      format: 'date-time',
      description: 'Since when it may not.',
    }),
    profile: Reference(Profile),
  },
  { $id: 'ManagedUser', description: 'A user as admins see it.' },
)

export const ChangeUserBody = Strict(
  {
    roles: Type.Optional(
      Type.Array(OneOf(ROLES, 'A role.'), {
        minItems: 1,
        maxItems: ROLES.length,
        uniqueItems: true,
        description: 'All the roles that the user is to have.',
      }),
    ),
    is_active: Type.Optional(Type.Boolean({ description: 'Whether the account may be used.' })),
  },
  { minProperties: 1, examples: [{ roles: ['customer', 'admin'] }] },
)

export const AuditQuery = Strict({
  ...PageQuery,
  actor_id: Type.Optional(Uuid('Only what this user has done.')),
  subject_id: Type.Optional(Uuid('Only what happened to this.')),
  type: Type.Optional(
    Type.String({ pattern: '^[a-z_]+\\.[a-z_]+$', maxLength: 64, description: 'Only of this type.' }),
  ),
  from: Type.Optional(Instant('Only what happened since then.')),
  to: Type.Optional(Instant('Only what happened before then.')),
})

export const AuditEntry = Type.Object(
  {
    id: Uuid('The event.'),
    type: Type.String({ description: 'What happened.' }),
    occurred_at: Instant('When.'),
    actor_id: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      format: 'uuid',
      description: 'Who did it; null for Slotwright itself and its operator.',
    }),
    subject: Type.Object(
      {
        type: OneOf(['booking', 'hold', 'schedule', 'service', 'user'], 'What it happened to.'),
        id: Uuid('Its id.'),
        version: Type.Integer({ description: 'Its version afterwards.' }),
      },
      { description: 'What it happened to.' },
    ),
    data: Type.Unsafe<Readonly<Record<string, Json>>>({
      type: 'object',
      additionalProperties: true,
      description: 'What was changed; of personal data never to what.',
    }),
  },
  { $id: 'AuditEntry' },
)
