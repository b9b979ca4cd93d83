import type { Arrivals } from '../../../application/ports/arrivals.ts'
import { WEEKDAYS } from '../../../domain/calendar.ts'
import { NO_HOURS, type WallInterval, type WeeklyBreaks } from '../../../domain/weekly-hours.ts'
import type { ImportSession } from './session.ts'

/** The intervals of a week as rows of the tables of weeks. */
const intervalsOf = (
  week: WeeklyBreaks | Readonly<Record<(typeof WEEKDAYS)[number], readonly WallInterval[]>>,
) =>
  WEEKDAYS.flatMap((name, index) =>
    week[name].map(({ start, end }) => ({ weekday: index + 1, minutes: `[${start},${end})` })),
  )

/** A provider who has hours by now has set them here, and knows better. */
const addHours = `
  with wanted as materialized (
    select source_id, provider_id, hours, breaks
    from json_to_recordset($2) as wanted (source_id text, provider_id uuid, hours json, breaks json)
  ),
  free as (
    select provider_id, hours, breaks
    from wanted
    where not exists (select from public.weekly_hours where weekly_hours.provider_id = wanted.provider_id)
  ),
  opened as (
    insert into weekly_hours (provider_id, weekday, minutes)
    select free.provider_id, week.weekday, week.minutes
    from free
    cross join json_to_recordset(free.hours) as week (weekday smallint, minutes int4range)
  ),
  paused as (
    insert into weekly_breaks (provider_id, weekday, minutes)
    select free.provider_id, week.weekday, week.minutes
    from free
    cross join json_to_recordset(free.breaks) as week (weekday smallint, minutes int4range)
  ),
  changed as (
    update schedules
    set
      version = version + 1,
      updated_at = now()
    from free
    where schedules.provider_id = free.provider_id
      and json_array_length(free.hours) > 0
  ),
  remembered as (
    insert into imported_rows (import_id, subject, source_id, our_id)
    select $1, 'hours', source_id, provider_id
    from wanted
  )
  select count(*)
  from wanted
`

export const hourArrivals = (session: ImportSession): Pick<Arrivals, 'addHours'> => ({
  async addHours(hours) {
    const rows = hours.map(({ sourceId, arrival: { providerId, week } }) => ({
      source_id: sourceId,
      provider_id: providerId,
      hours: intervalsOf(week?.weeklyHours ?? NO_HOURS),
      breaks: intervalsOf(week?.breaks ?? NO_HOURS),
    }))
    await session.query(addHours, [session.importId, JSON.stringify(rows)])
    return hours.map(({ sourceId }) => ({ sourceId, ok: true, isNumberKept: true }))
  },
})
