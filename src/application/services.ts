import { type Actor, isAdmin, isSelfOrAdmin } from '../domain/actor.ts'
import type { EventId, ServiceId } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import {
  changeService as change,
  retireService as retire,
  type Service,
  type ServiceChange,
  type ServiceDraft,
  serviceTerms,
} from '../domain/service.ts'
import { serviceChanged } from '../domain/service-event.ts'
import type { InvalidInput } from '../domain/violation.ts'
import type { AnsweredBefore, Recording } from './ports/answers.ts'
import type { Clock } from './ports/clock.ts'
import type { NewId } from './ports/ids.ts'
import type { Page, PageRequest } from './ports/page.ts'
import type { ServiceCatalog, ServiceFilter, VersionMismatch } from './ports/service-catalog.ts'

export interface ServiceNotFound {
  readonly code: 'service-not-found'
  /** Which of those that a search asked for there are not; left out where one thing was to be read or done. */
  readonly missing?: readonly ServiceId[]
}

export interface Forbidden {
  readonly code: 'forbidden'
}

/** What a change of a service needs. */
export interface ServiceChangePorts {
  readonly catalog: ServiceCatalog
  readonly clock: Clock
  readonly newId: NewId
}

export type CreateService = (
  actor: Actor,
  draft: ServiceDraft,
  recording: Recording<Service> | null,
) => Promise<Result<Service, InvalidInput | AnsweredBefore>>

/** Puts a service on sale, with the actor as its provider. */
export const createService =
  ({ catalog, clock, newId }: ServiceChangePorts): CreateService =>
  async (actor, draft, recording) => {
    const terms = serviceTerms(draft)
    if (!terms.ok) return terms
    const now = clock()
    const service: Service = {
      ...terms.value,
      id: newId() as ServiceId,
      providerId: actor.userId,
      version: 1,
      createdAt: now,
      updatedAt: now,
    }
    return catalog.add(serviceChanged(newId() as EventId, null, service, actor), recording)
  }

export type ReadService = (id: ServiceId) => Promise<Result<Service, ServiceNotFound>>

/** A service, also a retired one: bookings still point at it. */
export const readService =
  ({ catalog }: { catalog: ServiceCatalog }): ReadService =>
  async (id) => {
    const service = await catalog.find(id)
    return service ? ok(service) : reject({ code: 'service-not-found' })
  }

export type ListServices = (
  actor: Actor | null,
  filter: Omit<ServiceFilter, 'retiredOf'>,
  page: PageRequest,
) => Promise<Page<Service>>

/** What is on sale. Providers see their own retired services as well, admins everyone's. */
export const listServices =
  ({ catalog }: { catalog: ServiceCatalog }): ListServices =>
  (actor, filter, page) => {
    const retiredOf = actor && isAdmin(actor) ? 'anyone' : (actor?.userId ?? null)
    return catalog.list({ ...filter, retiredOf }, page)
  }

export type ChangeServiceRejection = ServiceNotFound | Forbidden | InvalidInput | VersionMismatch

export type ChangeService = (
  actor: Actor,
  id: ServiceId,
  change: ServiceChange,
  expectedVersion: number | null,
) => Promise<Result<Service, ChangeServiceRejection>>

/** Makes the next version of a service; no booking is touched. */
export const changeService = ({ clock, ...ports }: ServiceChangePorts): ChangeService => {
  const edit = editService(ports)
  return (actor, id, draft, expectedVersion) =>
    edit(actor, id, expectedVersion, (service) => change(service, draft, clock()))
}

export type RetireService = (
  actor: Actor,
  id: ServiceId,
  expectedVersion: number | null,
) => Promise<Result<Service, ChangeServiceRejection>>

/** Takes a service off sale. Its bookings stand. */
export const retireService = ({ clock, ...ports }: ServiceChangePorts): RetireService => {
  const edit = editService(ports)
  return (actor, id, expectedVersion) =>
    edit(actor, id, expectedVersion, (service) => ok(retire(service, clock())))
}

/** Reads, checks whose it is, decides and writes; a lost race is run again on what the winner wrote. */
const editService =
  ({ catalog, newId }: Omit<ServiceChangePorts, 'clock'>) =>
  async (
    actor: Actor,
    id: ServiceId,
    expectedVersion: number | null,
    decide: (service: Service) => Result<Service, InvalidInput>,
  ): Promise<Result<Service, ChangeServiceRejection>> => {
    for (;;) {
      const service = await catalog.find(id)
      if (!service) return reject({ code: 'service-not-found' })
      if (!isSelfOrAdmin(actor, service.providerId)) return reject({ code: 'forbidden' })
      if (expectedVersion !== null && expectedVersion !== service.version) {
        return reject({ code: 'version-mismatch', version: service.version })
      }
      const next = decide(service)
      if (!next.ok || next.value === service) return next
      const event = serviceChanged(newId() as EventId, service, next.value, actor)
      const replaced = await catalog.replace(event)
      if (replaced.ok || expectedVersion !== null) return replaced
    }
  }
