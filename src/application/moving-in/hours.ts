import { type GymHour, readAvailability, weekOfServices, weekOfTrainer } from '../../domain/moving-in/week.ts'
import type { WorkingWeek } from '../../domain/schedule.ts'
import type { HoursRow } from '../ports/old-system.ts'
import { type Outcome, outcomeOf, refused, type Step, type StepPorts } from './step.ts'

const idOf = ({ id }: HoursRow) => id ?? ''

interface Read {
  readonly week: WorkingWeek | null
  readonly leftOut: readonly Outcome[]
}

const takeHours =
  (read: (row: HoursRow, timeZone: string) => Read, field: string) =>
  async ({ arrivals }: StepPorts, rows: readonly HoursRow[]): Promise<readonly Outcome[]> => {
    const providers = await arrivals.people(rows.map(idOf))
    const outcomes: Outcome[] = []
    const weeks = rows.flatMap((row) => {
      const sourceId = idOf(row)
      const provider = providers.get(sourceId)
      if (!provider) {
        outcomes.push(refused(sourceId, { code: 'orphan', field }))
        return []
      }
      const { week, leftOut } = read(row, provider.timeZone)
      outcomes.push(...leftOut)
      return [{ sourceId, arrival: { providerId: provider.id, week } }]
    })
    const arrived = await arrivals.addHours(weeks)
    return [...outcomes, ...arrived.map((one) => outcomeOf(one))]
  }

/** What cannot be read is told of with its service. */
const readServices = ({ hours }: HoursRow, timeZone: string): Read => {
  const days = (JSON.parse(hours ?? '[]') as (string | null)[]).flatMap((text) => {
    const read = readAvailability(text)
    return read.ok && read.value ? [read.value] : []
  })
  return { week: weekOfServices(days, timeZone), leftOut: [] }
}

const readTrainer = (row: HoursRow, timeZone: string): Read => {
  const { week, leftOut } = weekOfTrainer(JSON.parse(row.hours ?? '[]') as GymHour[], timeZone)
  return {
    week,
    leftOut: leftOut.map(({ hour, obstacle }) =>
      refused(`${idOf(row)}/${hour.day_of_week}/${hour.time_slot}`, obstacle),
    ),
  }
}

export const availability: Step<'availability'> = {
  table: 'availability',
  label: 'services (hours)',
  subject: 'hours',
  idOf,
  take: takeHours(readServices, 'provider_id'),
}

export const trainerHours: Step<'trainer-hours'> = {
  table: 'trainer-hours',
  label: 'trainer_schedules',
  subject: 'hours',
  idOf,
  take: takeHours(readTrainer, 'trainer_id'),
}
