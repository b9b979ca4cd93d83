import type { Client } from 'pg'
import { type ColumnOf, type FoundTable, findTable, needed, optional } from './shape.ts'
import { columns, earliestFirst, present, type SourceQueries } from './source-queries.ts'

/** What the marketplace's tables have to be like. docs/guides/moving-in.md says the same in words. */
export const MARKETPLACE = {
  users: {
    names: ['auth.users', 'users'],
    columns: {
      id: needed('uuid', 'id'),
      email: needed('text', 'email'),
      password: needed('text', 'encrypted_password', 'password_hash', 'password'),
      role: optional('roles', 'roles', 'role'),
      isActive: optional('boolean', 'is_active'),
      bannedUntil: optional('timestamp', 'banned_until'),
      deletedAt: optional('timestamp', 'deleted_at'),
      createdAt: optional('timestamp', 'created_at'),
    },
  },
  profiles: {
    names: ['profiles'],
    columns: {
      id: needed('uuid', 'id'),
      firstName: needed('text', 'first_name'),
      lastName: needed('text', 'last_name'),
      phone: optional('text', 'phone_number', 'phone'),
      accountType: optional('text', 'account_type'),
      address: optional('text', 'address'),
      role: optional('roles', 'roles', 'role'),
      timeZone: optional('text', 'time_zone', 'timezone'),
    },
  },
  services: {
    names: ['services'],
    columns: {
      id: needed('uuid', 'id'),
      providerId: needed('uuid', 'provider_id'),
      title: needed('text', 'title'),
      description: optional('text', 'description'),
      category: needed('text', 'category'),
      price: needed('number', 'price'),
      currency: optional('text', 'currency'),
      duration: needed('number', 'duration', 'duration_minutes'),
      availability: optional('json', 'availability'),
      images: optional('list', 'images'),
      isActive: optional('boolean', 'is_active'),
      createdAt: optional('timestamp', 'created_at'),
    },
  },
  bookings: {
    names: ['bookings'],
    columns: {
      id: needed('uuid', 'id'),
      customerId: needed('uuid', 'customer_id', 'user_id'),
      providerId: needed('uuid', 'provider_id'),
      serviceId: needed('uuid', 'service_id'),
      status: needed('text', 'status'),
      start: needed('timestamp', 'scheduled_start', 'scheduled_at', 'scheduled_time', 'start_time'),
      duration: needed('number', 'duration', 'duration_minutes'),
      amount: needed('number', 'total_amount'),
      notes: optional('text', 'notes'),
      createdAt: optional('timestamp', 'created_at'),
      updatedAt: optional('timestamp', 'updated_at'),
    },
  },
  tokens: {
    names: ['password_reset_tokens'],
    columns: {
      email: needed('text', 'email'),
      token: needed('text', 'token'),
      expiresAt: needed('timestamp', 'expires_at'),
      isUsed: needed('boolean', 'is_used'),
    },
  },
} as const

type Tables = { [Name in keyof typeof MARKETPLACE]: FoundTable<ColumnOf<(typeof MARKETPLACE)[Name]>> }

/** Finds the tables of a marketplace; what is missing is added to `complaints`. */
export async function marketplaceQueries(
  client: Client,
  complaints: string[],
): Promise<SourceQueries | null> {
  const users = present(
    await findTable(client, MARKETPLACE.users, complaints),
    MARKETPLACE.users.names,
    complaints,
  )
  const { names } = MARKETPLACE.profiles
  const profiles = present(await findTable(client, MARKETPLACE.profiles, complaints), names, complaints)
  const services = present(
    await findTable(client, MARKETPLACE.services, complaints),
    ['services'],
    complaints,
  )
  const bookings = present(
    await findTable(client, MARKETPLACE.bookings, complaints),
    ['bookings'],
    complaints,
  )
  const tokens = await findTable(client, MARKETPLACE.tokens, complaints)
  if (!users || !profiles || !services || !bookings) return null
  const tables = [users, profiles, services, bookings, ...(tokens ? [tokens] : [])]
  return {
    queries: {
      users: usersQuery({ users, profiles, services }),
      'stray-profiles': strayProfilesQuery({ users, profiles }),
      services: servicesQuery(services),
      availability: availabilityQuery(services),
      bookings: bookingsQuery(bookings),
      ...(tokens && { 'reset-tokens': tokensQuery({ users, tokens }) }),
    },
    needsTimeZone: !profiles.has('timeZone') || tables.some(({ hasWallTimes }) => hasWallTimes),
    needsCurrency: !services.has('currency'),
  }
}

/** Whoever was banned or deleted there may not come in here either. */
const isActive = (users: Tables['users']): string => {
  const [active, banned, deleted] = (['isActive', 'bannedUntil', 'deletedAt'] as const).map((column) =>
    users.value('u', column),
  )
  const bans = banned === 'null' ? 'true' : `coalesce(${banned} <= now(), true)`
  return `(coalesce(${active}, true) and ${bans} and ${deleted} is null)::text`
}

const usersQuery = ({ users, profiles, services }: Pick<Tables, 'users' | 'profiles' | 'services'>) => ({
  select: `select ${columns('users', {
    id: 'u.id::text',
    email: users.text('u', 'email'),
    password_hash: users.text('u', 'password'),
    role: `concat_ws(' ', ${users.text('u', 'role')}, ${profiles.text('p', 'role')})`,
    has_profile: '(p.id is not null)::text',
    has_services: `(exists (select from ${services.name} s where s.provider_id = u.id))::text`,
    first_name: profiles.text('p', 'firstName'),
    last_name: profiles.text('p', 'lastName'),
    phone_number: profiles.text('p', 'phone'),
    account_type: profiles.text('p', 'accountType'),
    address: profiles.text('p', 'address'),
    time_zone: profiles.text('p', 'timeZone'),
    is_active: isActive(users),
    created_at: users.text('u', 'createdAt'),
  })} from ${users.name} u left join ${profiles.name} p on p.id = u.id`,
  order: 'id',
})

const strayProfilesQuery = ({ users, profiles }: Pick<Tables, 'users' | 'profiles'>) => ({
  select: `select ${columns('stray-profiles', { id: 'p.id::text' })} from ${profiles.name} p
    where not exists (select from ${users.name} u where u.id = p.id)`,
  order: 'id',
})

/** The hours of all services of a provider, in one row. */
const availabilityQuery = (services: Tables['services']) => ({
  select: `select ${columns('availability', {
    id: 's.provider_id::text',
    hours: `json_agg(${services.text('s', 'availability')} order by s.id)::text`,
  })} from ${services.name} s group by s.provider_id`,
  order: 'id',
})

const servicesQuery = (services: Tables['services']) => ({
  select: `select ${columns('services', {
    id: 's.id::text',
    provider_id: services.text('s', 'providerId'),
    title: services.text('s', 'title'),
    description: services.text('s', 'description'),
    category: services.text('s', 'category'),
    price: services.text('s', 'price'),
    currency: services.text('s', 'currency'),
    duration: services.text('s', 'duration'),
    availability: services.text('s', 'availability'),
    images: services.text('s', 'images'),
    is_active: services.text('s', 'isActive'),
    created_at: services.text('s', 'createdAt'),
  })} from ${services.name} s`,
  order: 'id',
})

const bookingsQuery = (bookings: Tables['bookings']) => ({
  select: `select ${columns('bookings', {
    id: 'b.id::text',
    customer_id: bookings.text('b', 'customerId'),
    provider_id: bookings.text('b', 'providerId'),
    service_id: bookings.text('b', 'serviceId'),
    status: bookings.text('b', 'status'),
    scheduled_start: bookings.text('b', 'start'),
    duration: bookings.text('b', 'duration'),
    total_amount: bookings.text('b', 'amount'),
    notes: bookings.text('b', 'notes'),
    created_at: bookings.text('b', 'createdAt'),
    updated_at: bookings.text('b', 'updatedAt'),
  })} from ${bookings.name} b`,
  order: earliestFirst(bookings, 'b'),
})

/** Only those that are still good; a hash stands for the token wherever it is spoken of. */
const tokensQuery = ({ users, tokens }: Pick<Tables, 'users' | 'tokens'>) => ({
  select: `select ${columns('reset-tokens', {
    id: `md5(${tokens.value('t', 'token')})`,
    user_id: 'u.id::text',
    token: tokens.text('t', 'token'),
    expires_at: tokens.text('t', 'expiresAt'),
  })} from ${tokens.name} t left join ${users.name} u on u.email = t.email
    where t.is_used is not true and t.expires_at > now()`,
  order: 'id',
})
