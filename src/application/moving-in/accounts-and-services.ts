import type { ServiceId, UserId } from '../../domain/ids.ts'
import type { Judged, Obstacle, RemarkCode } from '../../domain/moving-in/obstacle.ts'
import { type ArrivingPerson, gymPerson, marketplacePerson } from '../../domain/moving-in/person.ts'
import { type ArrivingService, gymService, marketplaceService } from '../../domain/moving-in/service.ts'
import type { Result } from '../../domain/result.ts'
import type { Named } from '../ports/arrivals.ts'
import { type Outcome, outcomeOf, refused, type Step, type StepPorts } from './step.ts'

const idOf = ({ id }: { readonly id: string | null }) => id ?? ''

/** Judges rows one by one: those that may come, with their remarks, and those that may not. */
function sift<Row extends { readonly id: string | null }, T>(
  rows: readonly Row[],
  judge: (row: Row) => Result<Judged<T>, Obstacle>,
) {
  const fit: Named<T>[] = []
  const remarks = new Map<string, readonly RemarkCode[]>()
  const unfit: Outcome[] = []
  for (const row of rows) {
    const judged = judge(row)
    const sourceId = idOf(row)
    if (!judged.ok) unfit.push(refused(sourceId, judged.rejection))
    else {
      fit.push({ sourceId, arrival: judged.value.arrival })
      remarks.set(sourceId, judged.value.remarks)
    }
  }
  return { fit, remarks, unfit }
}

const takePeople =
  <Row extends { readonly id: string | null }>(
    judge: (row: Row, ports: StepPorts) => Result<Judged<ArrivingPerson>, Obstacle>,
  ) =>
  async (ports: StepPorts, rows: readonly Row[]): Promise<readonly Outcome[]> => {
    const { fit, remarks, unfit } = sift(rows, (row) => judge(row, ports))
    const arrived = await ports.arrivals.addPeople(fit)
    return [...unfit, ...arrived.map((one) => outcomeOf(one, remarks.get(one.sourceId)))]
  }

export const users: Step<'users'> = {
  table: 'users',
  label: 'auth.users',
  subject: 'person',
  idOf,
  take: takePeople((row, { around }) => marketplacePerson(row, around)),
}

/** Profiles without a user: there is nobody whose they could be. */
export const strayProfiles: Step<'stray-profiles'> = {
  table: 'stray-profiles',
  label: 'profiles',
  subject: 'person',
  idOf,
  take: async (_ports, rows) => rows.map((row) => refused(idOf(row), { code: 'orphan', field: 'id' })),
}

export const trainers: Step<'trainers'> = {
  table: 'trainers',
  label: 'trainers',
  subject: 'person',
  idOf,
  numbers: 'person',
  take: takePeople((row, { around, newId }) => gymPerson(row, newId() as UserId, around)),
}

export const members: Step<'members'> = { ...trainers, table: 'members', label: 'members' }

const takeServices =
  <Row extends { readonly id: string | null }>(
    judge: (row: Row, ports: StepPorts) => Result<Judged<ArrivingService>, Obstacle>,
    providerField: string,
  ) =>
  async (ports: StepPorts, rows: readonly Row[]): Promise<readonly Outcome[]> => {
    const { fit, remarks, unfit } = sift(rows, (row) => judge(row, ports))
    const providers = await ports.arrivals.people(fit.map(({ arrival }) => arrival.provider))
    const owned = fit.flatMap(({ sourceId, arrival }) => {
      const provider = providers.get(arrival.provider)
      if (!provider) unfit.push(refused(sourceId, { code: 'orphan', field: providerField }))
      return provider ? [{ sourceId, arrival: { ...arrival, providerId: provider.id } }] : []
    })
    const arrived = await ports.arrivals.addServices(owned)
    return [...unfit, ...arrived.map((one) => outcomeOf(one, remarks.get(one.sourceId)))]
  }

export const services: Step<'services'> = {
  table: 'services',
  label: 'services',
  subject: 'service',
  idOf,
  take: takeServices((row, { around }) => marketplaceService(row, around), 'provider_id'),
}

export const sessionKinds: Step<'session-kinds'> = {
  table: 'session-kinds',
  label: 'trainers (services)',
  subject: 'service',
  idOf,
  take: takeServices((row, { around, newId }) => gymService(row, newId() as ServiceId, around), 'trainer_id'),
}
