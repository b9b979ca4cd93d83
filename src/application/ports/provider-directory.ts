import type { UserId, UserNumber } from '../../domain/ids.ts'
import type { Page, PageRequest } from './page.ts'

/** What everyone may know about a provider. */
export interface Provider {
  readonly id: UserId
  readonly number: UserNumber
  readonly firstName: string
  readonly lastName: string
  readonly timeZone: string
}

/** The public list of those who offer services; deactivated providers are not in it. */
export interface ProviderDirectory {
  find(id: UserId): Promise<Provider | undefined>
  findByNumber(number: UserNumber): Promise<Provider | undefined>
  /** In ascending order of number; the page key's value is the number. */
  list(page: PageRequest): Promise<Page<Provider>>
}
