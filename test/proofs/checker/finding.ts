import type { JudgeOf } from '../common/findings.ts'
import type { CallRecord, SoldService } from './record.ts'
import type { Tables } from './tables.ts'

/** What must never be. */
export type Rule =
  | 'sold twice'
  | 'daily limit exceeded'
  | 'acknowledged but lost'
  | 'key executed twice'
  | 'answers contradict'
  | 'tables contradict'
  | 'unexpected answer'
  | 'unavailable too long'
  | 'connection lost'
  | 'deadlock'

/** All that there is to judge by. */
export interface Evidence {
  readonly record: CallRecord
  readonly tables: Tables
}

export type Judge = JudgeOf<Evidence, Rule>

const MINUTE = 60_000

/** What a booking or hold of a service keeps others from, in milliseconds since 1970. */
export interface Blocked {
  readonly provider: string
  readonly from: number
  readonly to: number
}

export type Services = ReadonlyMap<string, SoldService>

export const servicesOf = ({ record }: Evidence): Services =>
  new Map(record.services.map((service) => [service.id, service]))

export function blockedBy(services: Services, id: string | undefined, start: number): Blocked {
  const service = services.get(id ?? '')
  if (!service) throw new Error(`The record knows no service ${id}`)
  const { provider, minutes, before, after } = service
  return { provider, from: start - before * MINUTE, to: start + (minutes + after) * MINUTE }
}

export const collide = (a: Blocked, b: Blocked) => a.provider === b.provider && a.from < b.to && b.from < a.to

export const at = (instant: number) => new Date(instant).toISOString().slice(0, 16)

export const isStanding = (status: string) => status === 'pending' || status === 'confirmed'

/** The members of a list by a name that several may share. */
export function groupBy<T>(list: readonly T[], nameOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) {
    const name = nameOf(one)
    const group = groups.get(name)
    if (group) group.push(one)
    else groups.set(name, [one])
  }
  return groups
}
