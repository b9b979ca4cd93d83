import type { UseCases } from '../adapters/http/app.ts'
import type { LoggedIn } from '../application/accounts.ts'
import { type Actor, ROLES } from '../domain/actor.ts'
import { parseWallTime, type WallMinutes, type Weekday } from '../domain/calendar.ts'
import type { Service, ServiceDraft } from '../domain/service.ts'
import type { WallInterval } from '../domain/weekly-hours.ts'
import { withFittingServer } from './migrate/server.ts'
import {
  CUSTOMER,
  PROVIDERS,
  SAMPLE_PASSWORD,
  type SamplePerson,
  type SampleProvider,
} from './sample-people.ts'

/** The advisory lock of whoever adds sample data. */
const TURN = 5_107_216_171

/** Who and what a development server begins with. */
export interface SampleData {
  readonly customer: LoggedIn | null
  /** The service that the start message books. */
  readonly service: Service | null
}

/**
 * Adds the sample people and services that are not there yet, by the use cases everyone else goes through. What
 * was changed since is left as it is, and a first start that was cut off is completed by the next. Of several
 * processes at once, one adds them; the others wait and find them.
 */
export async function addSampleData(databaseUrl: string, useCases: UseCases): Promise<SampleData> {
  return withFittingServer(databaseUrl, async (client) => {
    // The end of the connection ends the transaction, and with it the turn.
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [TURN])
    const services: (Service | null)[] = []
    for (const provider of PROVIDERS) services.push(await addProvider(useCases, provider))
    return { customer: await enter(useCases, CUSTOMER, 'customer'), service: services[0] ?? null }
  })
}

/** Signs a sample person in, opening the account if there is none; null when its password was changed. */
async function enter(
  { logIn, registerAccount }: UseCases,
  { email, firstName, lastName, timeZone }: SamplePerson,
  role: 'customer' | 'provider',
): Promise<LoggedIn | null> {
  const known = await logIn(email, SAMPLE_PASSWORD)
  if (known.ok) return known.value
  const personal = {
    firstName,
    lastName,
    timeZone,
    phoneNumber: null,
    accountType: 'personal',
    address: null,
  } as const
  const registered = await registerAccount({ email, role, ...personal }, SAMPLE_PASSWORD)
  return registered.ok ? registered.value : null
}

async function addProvider(useCases: UseCases, provider: SampleProvider): Promise<Service | null> {
  const entered = await enter(useCases, provider, 'provider')
  if (!entered) return null
  const { id: userId, roles } = entered.account.user
  const actor: Actor = { userId, roles: roles.filter((role) => ROLES.includes(role)) }
  const filter = {
    category: null,
    currency: null,
    minPrice: null,
    maxPrice: null,
    text: null,
    sort: 'created_at',
  } as const
  const known = await useCases.listServices(
    actor,
    { ...filter, providerId: userId },
    { limit: 1, after: null },
  )
  if (known.items[0]) return known.items[0]
  await useCases.replaceWeek(actor, userId, week(provider), null)
  const services = await Promise.all(provider.services.map((draft) => addService(useCases, actor, draft)))
  return services[0] ?? null
}

async function addService({ createService }: UseCases, actor: Actor, draft: ServiceDraft): Promise<Service> {
  const created = await createService(actor, draft, null)
  if (!created.ok)
    throw new Error(`The sample service ${draft.title} breaks a rule: ${JSON.stringify(created)}`)
  return created.value
}

const week = ({ timeZone, hours, breaks }: SampleProvider) => ({
  timeZone,
  weeklyHours: days(hours, (interval) => interval),
  breaks: days(breaks, (interval) => ({ ...interval, label: 'Break' })),
})

const days = <T>(
  texts: SampleProvider['hours'],
  make: (interval: WallInterval) => T,
): Partial<Record<Weekday, T[]>> =>
  Object.fromEntries(Object.entries(texts).map(([day, text]) => [day, [make(interval(text))]]))

/** `09:00-17:00` as an interval. */
function interval(text: string): WallInterval {
  const [start, end] = text.split('-').map((time) => parseWallTime(time) as WallMinutes)
  return { start: start as WallMinutes, end: end as WallMinutes }
}
