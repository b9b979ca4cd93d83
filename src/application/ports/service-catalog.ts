import type { ServiceId, UserId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'
import type { Offer, Service } from '../../domain/service.ts'
import type { ServiceChanged } from '../../domain/service-event.ts'
import type { AnsweredBefore, Recording } from './answers.ts'
import type { Page, PageRequest } from './page.ts'

export interface VersionMismatch {
  readonly code: 'version-mismatch'
  /** The version that is recorded now. */
  readonly version: number
}

export const SERVICE_SORTS = ['created_at', '-created_at', 'price', '-price', 'title'] as const
export type ServiceSort = (typeof SERVICE_SORTS)[number]

export interface ServiceFilter {
  readonly providerId: UserId | null
  readonly category: string | null
  readonly currency: string | null
  /** Bounds in minor units of `currency`, both inclusive. */
  readonly minPrice: number | null
  readonly maxPrice: number | null
  /** Words to be found in title or description, in whatever case. */
  readonly text: string | null
  /** Whose retired services are to be in the list too; null for nobody's. */
  readonly retiredOf: UserId | 'anyone' | null
  readonly sort: ServiceSort
}

/** What is on sale. Each change is written with its event, or neither is. */
export interface ServiceCatalog {
  /** Writes the service with the answer to the key of its recording; under a key that was used before, nothing. */
  add(event: ServiceChanged, recording: Recording<Service> | null): Promise<Result<Service, AnsweredBefore>>
  find(id: ServiceId): Promise<Service | undefined>
  /** Writes the next version of a service if the recorded one is its predecessor; else refuses and writes nothing. */
  replace(event: ServiceChanged): Promise<Result<Service, VersionMismatch>>
  /** The active services of a provider, whether or not its account is; in the order in which they were made. */
  activeOf(providerId: UserId): Promise<readonly Service[]>
  /** In the order of `sort`, then of id. */
  list(filter: ServiceFilter, page: PageRequest): Promise<Page<Service>>
}

/** Services together with the schedules they are judged by. */
export interface Offers {
  /**
   * An offer that may be out of date: good enough to judge by when the ledger compares its versions, which a yes
   * always has to pass. A no must be judged by `current`.
   */
  recent(id: ServiceId): Promise<Offer | undefined>
  /** The offers as they are recorded now, in the order of the ids; those that do not exist are left out. */
  current(ids: readonly ServiceId[]): Promise<Offer[]>
}
