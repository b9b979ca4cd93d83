-- What is sold, with the rules of booking it. A change makes a new version and changes no booking: a booking
-- keeps its own copy of the terms. A retired service stays as a row, because bookings point at it.

create table services (
  id uuid not null,
  provider_id uuid not null,
  version integer not null default 1,
  title text not null,
  description text not null default '',
  category text not null,
  price numeric(18, 4) not null,
  currency text not null,
  duration_minutes integer not null,
  slot_interval_minutes integer not null,
  buffer_before_minutes integer not null default 0,
  buffer_after_minutes integer not null default 0,
  min_notice_minutes integer not null default 0,
  max_horizon_days integer not null,
  daily_limit integer,
  requires_confirmation boolean not null default false,
  cancellation_window_minutes integer not null default 0,
  reminder_minutes integer[] not null,
  -- {"monday": [{"start": "09:00", "end": "17:00"}], ...}, or null for the provider's own hours
  weekly_hours jsonb,
  images text[] not null default '{}',
  is_active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint services_pkey primary key (id),
  constraint services_provider_id_fkey foreign key (provider_id) references auth.users (id)
    on update cascade on delete restrict,
  constraint services_version_positive check (version > 0),
  constraint services_title_length check (char_length(title) between 1 and 100),
  constraint services_description_length check (char_length(description) <= 4000),
  constraint services_category_length check (char_length(category) between 1 and 50),
  constraint services_price_positive check (price > 0),
  constraint services_currency_format check (currency ~ '^[A-Z]{3}$'),
  constraint services_duration_range check (duration_minutes between 5 and 1440),
  constraint services_slot_interval_range check (slot_interval_minutes between 5 and 1440),
  constraint services_buffers_range check (
    buffer_before_minutes between 0 and 1440 and buffer_after_minutes between 0 and 1440
  ),
  constraint services_min_notice_range check (min_notice_minutes between 0 and 525600),
  constraint services_max_horizon_range check (max_horizon_days between 1 and 730),
  constraint services_daily_limit_range check (daily_limit between 1 and 1000),
  constraint services_cancellation_window_range check (cancellation_window_minutes between 0 and 525600),
  constraint services_reminders_range check (
    cardinality(reminder_minutes) <= 5 and 1 <= all (reminder_minutes) and 40320 >= all (reminder_minutes)
  )
);

create index services_provider_id_idx on services (provider_id);
create index services_category_idx on services (category, id);
