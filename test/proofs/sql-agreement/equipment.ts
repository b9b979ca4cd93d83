import { type Row, STANDING, STANDING_SINCE } from './rows.ts'

/** A zone whose clocks change at midnight, so that whatever depends on the zone of the session shows. */
export const SESSION_SETTINGS =
  '-c search_path=equipment,pg_catalog,public -c synchronous_commit=off -c jit=off -c plan_cache_mode=force_generic_plan -c timezone=America/Havana'

/**
 * The clock of the session is a setting, so that the very functions that people call can be asked at any instant: sessions
 * find it by their search_path before the one of the server.
 */
export const EQUIPMENT = `
  create schema equipment;

  create function equipment.statement_timestamp()
  returns timestamptz
  language sql
  stable
  as $$
    select current_setting('equipment.now')::timestamptz
  $$;

  create function equipment.board(p_number integer, p_date date, p_now timestamptz)
  returns setof text
  language plpgsql
  as $$
  begin
    perform set_config('equipment.now', p_now::text, true);
    return query
      select concat_ws(' ', to_char(slots.time_slot, 'HH24:MI'), slots.status)
      from get_available_slots(p_number, p_date) as slots;
  end
  $$;

  create function equipment.is_free(p_number integer, p_date date, p_time time, p_now timestamptz)
  returns text
  language plpgsql
  as $$
  begin
    perform set_config('equipment.now', p_now::text, true);
    return concat_ws(
      ' ',
      left(p_time::text, 5),
      case when is_slot_available(p_number, p_date, p_time) then 'true' else 'false' end
    );
  end
  $$;
`

/** Who changed when is of no interest here, and told of each row of thousands. */
export const QUIET = [
  'auth.users',
  'schedules',
  'weekly_hours',
  'weekly_breaks',
  'schedule_overrides',
  'override_hours',
]
  .concat('time_off', 'services', 'claims')
  .map((table) => `alter table ${table} disable trigger user;`)
  .join('\n')

export const STANDING_ROWS: Readonly<Record<string, Row>> = {
  'auth.users': {
    ...{ id: STANDING.user, number: STANDING.number, email: 'standing@example.com', roles: ['customer'] },
    ...{ version: 1, is_erasing: false, created_at: STANDING_SINCE, updated_at: STANDING_SINCE },
  },
  services: {
    ...{ id: STANDING.service, provider_id: STANDING.user, version: 1, title: 'Any', description: '' },
    ...{ category: 'any', price: 1, currency: 'USD', duration_minutes: 60, slot_interval_minutes: 60 },
    ...{ buffer_before_minutes: 0, buffer_after_minutes: 0, min_notice_minutes: 0, max_horizon_days: 1 },
    ...{ requires_confirmation: false, cancellation_window_minutes: 0, reminder_minutes: [], images: [] },
    ...{ is_active: false, created_at: STANDING_SINCE, updated_at: STANDING_SINCE },
  },
  bookings: {
    ...{ id: STANDING.booking, number: 1, version: 1, status: 'completed', service_id: STANDING.service },
    ...{ service_version: 1, provider_id: STANDING.user, customer_id: STANDING.user },
    ...{ starts_at: STANDING_SINCE, ends_at: '2026-01-01T01:00:00Z', cancellable_until: STANDING_SINCE },
    ...{ buffer_before_minutes: 0, buffer_after_minutes: 0, price: 1, currency: 'USD', metadata: {} },
    ...{ created_at: STANDING_SINCE, updated_at: STANDING_SINCE },
  },
}

/** Questions as JSON, to answers in their order. */
export const ASK = `
  select
    array(
      select concat_ws(' ', instant_text(starts_at), instant_text(ends_at), coalesce(reason, 'available'))
      from slots_between(asked.service_id, asked.range_start, asked.range_end, asked.now)
    ) as slots,
    array(select equipment.board(asked.number, asked.date, asked.now) where asked.date is not null) as board,
    array(
      select equipment.is_free(asked.number, asked.date, one.time, asked.now)
      from unnest(asked.times) with ordinality as one (time, place)
      order by place
    ) as times
  from jsonb_to_recordset($1) as asked (
    place integer, number integer, service_id uuid, range_start timestamptz, range_end timestamptz, now timestamptz,
    date date, times time[]
  )
  order by place
`
