import { type NewAccount, openAccount } from '../account.ts'
import type { Role } from '../actor.ts'
import type { UserId } from '../ids.ts'
import { earlierOf, type Instant } from '../instant.ts'
import type { Result } from '../result.ts'
import { findZone } from '../zone.ts'
import { hinder, type Judged, judging, type Obstacle, type RemarkCode } from './obstacle.ts'
import type { Surroundings } from './surroundings.ts'
import { email, flag, instant, type OldRow, optionalText, text, uuid } from './values.ts'

/** Somebody who is to have an account here. */
export interface ArrivingPerson {
  readonly account: NewAccount
  /** Null for an account that has to ask for a new password. */
  readonly passwordHash: string | null
  /** The integer it went by; null for any. */
  readonly number: number | null
  /** Another name of the same person there. */
  readonly alias: string | null
}

export const MARKETPLACE_PERSON = [
  'id',
  'email',
  'password_hash',
  'role',
  'has_profile',
  'has_services',
  'first_name',
  'last_name',
  'phone_number',
  'account_type',
  'address',
  'time_zone',
  'is_active',
  'created_at',
] as const
export type MarketplacePerson = OldRow<(typeof MARKETPLACE_PERSON)[number]>

export const GYM_PERSON = [
  'id',
  'number',
  'alias',
  'is_trainer',
  'email',
  'password_hash',
  'role',
  'name',
  'first_name',
  'last_name',
  'phone_number',
  'time_zone',
  'is_active',
  'created_at',
] as const
export type GymPerson = OldRow<(typeof GYM_PERSON)[number]>

const MOST_OF_NAME = 100
const MOST_OF_PHONE = 32
const MOST_OF_ADDRESS = 5 * MOST_OF_NAME
/** Numbers go on from the highest: one near the end of them would leave none for those who come later. */
const HIGHEST_NUMBER = 1_000_000_000

/** A user of the marketplace with the profile; without one there is no name to call anybody by. */
export const marketplacePerson = (
  row: MarketplacePerson,
  around: Surroundings,
): Result<Judged<ArrivingPerson>, Obstacle> =>
  judging(() => {
    const id = uuid(row.id, 'id') as UserId
    if (!flag(row.has_profile, false)) hinder('orphan', 'profile')
    const isProvider = /provider/i.test(row.role ?? '') || flag(row.has_services, false)
    return person(id, row, around, {
      role: isProvider ? 'provider' : 'customer',
      number: null,
      alias: null,
      names: {
        firstName: text(row.first_name, 'first_name', MOST_OF_NAME),
        lastName: text(row.last_name, 'last_name', MOST_OF_NAME),
      },
      accountType: accountType(row.account_type),
      address: optionalText(row.address, 'address', MOST_OF_ADDRESS),
    })
  })

/** A trainer or a member of the gym: there they have integers for ids, here they get others besides. */
export const gymPerson = (
  row: GymPerson,
  id: UserId,
  around: Surroundings,
): Result<Judged<ArrivingPerson>, Obstacle> =>
  judging(() =>
    person(id, row, around, {
      role: flag(row.is_trainer, false) ? 'provider' : 'customer',
      number: keptNumber(row.number),
      alias: row.alias,
      names: names(row),
      accountType: 'personal',
      address: null,
    }),
  )

/** An integer, where it is fit for a number here. */
export function keptNumber(integer: string | null): number | null {
  const number = /^\d{1,10}$/.test(integer ?? '') ? Number(integer) : 0
  return number >= 1 && number <= HIGHEST_NUMBER ? number : null
}

interface Facts {
  readonly role: Role
  readonly number: number | null
  readonly alias: string | null
  readonly names: { readonly firstName: string; readonly lastName: string }
  readonly accountType: 'personal' | 'business'
  readonly address: string | null
}

type CommonFields =
  | 'email'
  | 'password_hash'
  | 'role'
  | 'phone_number'
  | 'time_zone'
  | 'is_active'
  | 'created_at'

function person(
  id: UserId,
  row: OldRow<CommonFields>,
  around: Surroundings,
  { role, number, alias, names, accountType, address }: Facts,
): Judged<ArrivingPerson> {
  const createdAt = earlierOf(
    row.created_at === null ? around.now : instant(row.created_at, around.zone, 'created_at'),
    around.now,
  )
  const facts = {
    ...names,
    phoneNumber: optionalText(row.phone_number, 'phone_number', MOST_OF_PHONE),
    accountType,
    address,
    timeZone: zoneName(row.time_zone, around),
  }
  const opened = openAccount(id, email(row.email, 'email'), [role], facts, createdAt)
  if (!opened.ok) return hinder('unknown-time-zone', 'time_zone')
  const { user, profile } = opened.value
  const passwordHash = keptHash(row.password_hash)
  const remarks: RemarkCode[] = []
  if (row.password_hash && passwordHash === null) remarks.push('password-not-kept')
  if (/admin/i.test(row.role ?? '')) remarks.push('admin-not-kept')
  return {
    arrival: {
      account: { user: { ...user, deactivatedAt: deactivatedAt(row.is_active, around.now) }, profile },
      passwordHash,
      number,
      alias,
    },
    remarks,
  }
}

const deactivatedAt = (isActive: string | null, now: Instant) => (flag(isActive, true) ? null : now)

function zoneName(named: string | null, { zone }: Surroundings): string {
  const name = named?.trim() || zone?.name
  return name !== undefined && findZone(name) ? name : hinder('unknown-time-zone', 'time_zone')
}

function accountType(value: string | null): 'personal' | 'business' {
  const type = value?.trim().toLowerCase() || 'personal'
  return type === 'personal' || type === 'business' ? type : hinder('invalid-value', 'account_type')
}

/** First and last name, or one name cut at its first blank; somebody with one word for a name has it for both. */
function names(row: Pick<GymPerson, 'name' | 'first_name' | 'last_name'>): Facts['names'] {
  if (row.first_name !== null || row.last_name !== null) {
    return {
      firstName: text(row.first_name, 'first_name', MOST_OF_NAME),
      lastName: text(row.last_name, 'last_name', MOST_OF_NAME),
    }
  }
  const [first = '', ...rest] = (row.name ?? '').trim().split(/\s+/)
  return {
    firstName: text(first, 'name', MOST_OF_NAME),
    lastName: text(rest.join(' ') || first, 'name', MOST_OF_NAME),
  }
}

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/
const ARGON2 = /^\$argon2(id|i|d)\$v=\d+\$m=(\d+),t=(\d+),p=\d+\$[\w+/-]+\$[\w+/-]+$/
/** Each further one doubles the work: at 14 a login costs a second, at 31 a day. */
const MOST_BCRYPT_COST = 14
const MOST_ARGON2_KIBIBYTES = 131_072
const MOST_ARGON2_PASSES = 10

/** A hash that can be verified without keeping everybody else waiting; what is no hash at all is never kept. */
function keptHash(hash: string | null): string | null {
  const trimmed = hash?.trim() ?? ''
  const cost = Number(BCRYPT.exec(trimmed)?.[1])
  if (cost >= 4 && cost <= MOST_BCRYPT_COST) return trimmed
  const [, , memory, passes] = ARGON2.exec(trimmed) ?? []
  const isFit = Number(memory) <= MOST_ARGON2_KIBIBYTES && Number(passes) <= MOST_ARGON2_PASSES
  return isFit ? trimmed : null
}
