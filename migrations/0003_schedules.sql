-- When a provider works, as wall time in the provider's zone. Hours are rows with ranges, so that the database
-- refuses overlapping ones and functions written in SQL can reason about them. `version` grows with every change
-- to any of these tables: it is what a booking compares its cached schedule with.
--
-- A range of minutes counts from local midnight, [start, end), and ends at 1440 (24:00) at the latest.
-- A weekday is 1 (Monday) to 7 (Sunday), as in ISO 8601.

create table schedules (
  provider_id uuid not null,
  version integer not null default 1,
  time_zone text not null,
  updated_at timestamptz not null,
  constraint schedules_pkey primary key (provider_id),
  constraint schedules_provider_id_fkey foreign key (provider_id) references auth.users (id)
    on update cascade on delete cascade,
  constraint schedules_version_positive check (version > 0)
);

create table weekly_hours (
  provider_id uuid not null,
  weekday smallint not null,
  minutes int4range not null,
  constraint weekly_hours_pkey primary key (provider_id, weekday, minutes),
  constraint weekly_hours_provider_id_fkey foreign key (provider_id) references schedules (provider_id)
    on update cascade on delete cascade,
  constraint weekly_hours_weekday_range check (weekday between 1 and 7),
  constraint weekly_hours_within_day check (not isempty(minutes) and minutes <@ int4range(0, 1440)),
  constraint weekly_hours_no_overlap exclude using gist (provider_id with =, weekday with =, minutes with &&)
);

create table weekly_breaks (
  provider_id uuid not null,
  weekday smallint not null,
  minutes int4range not null,
  label text,
  constraint weekly_breaks_pkey primary key (provider_id, weekday, minutes),
  constraint weekly_breaks_provider_id_fkey foreign key (provider_id) references schedules (provider_id)
    on update cascade on delete cascade,
  constraint weekly_breaks_weekday_range check (weekday between 1 and 7),
  constraint weekly_breaks_within_day check (not isempty(minutes) and minutes <@ int4range(0, 1440)),
  constraint weekly_breaks_label_length check (char_length(label) <= 100),
  constraint weekly_breaks_no_overlap exclude using gist (provider_id with =, weekday with =, minutes with &&)
);

-- Replaces the weekly hours of one date; without rows in override_hours the date is closed.
create table schedule_overrides (
  provider_id uuid not null,
  date date not null,
  reason text,
  constraint schedule_overrides_pkey primary key (provider_id, date),
  constraint schedule_overrides_provider_id_fkey foreign key (provider_id) references schedules (provider_id)
    on update cascade on delete cascade,
  constraint schedule_overrides_reason_length check (char_length(reason) <= 200)
);

create table override_hours (
  provider_id uuid not null,
  date date not null,
  minutes int4range not null,
  constraint override_hours_pkey primary key (provider_id, date, minutes),
  constraint override_hours_override_fkey foreign key (provider_id, date)
    references schedule_overrides (provider_id, date) on update cascade on delete cascade,
  constraint override_hours_within_day check (not isempty(minutes) and minutes <@ int4range(0, 1440)),
  constraint override_hours_no_overlap exclude using gist (provider_id with =, date with =, minutes with &&)
);

create table time_off (
  id uuid not null,
  provider_id uuid not null,
  period tstzrange not null,
  reason text,
  created_at timestamptz not null,
  constraint time_off_pkey primary key (id),
  constraint time_off_provider_id_fkey foreign key (provider_id) references schedules (provider_id)
    on update cascade on delete cascade,
  constraint time_off_period_bounded check (
    not isempty(period) and not lower_inf(period) and not upper_inf(period)
    and lower_inc(period) and not upper_inc(period)
    and isfinite(lower(period)) and isfinite(upper(period))
  ),
  constraint time_off_reason_length check (char_length(reason) <= 200)
);

create index time_off_provider_id_period_idx on time_off using gist (provider_id, period);
