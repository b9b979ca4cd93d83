-- Two tables, because a booking has two lives. `bookings` is the record: it keeps everything for years. `claims`
-- is the live occupancy: a row per claimed interval, there only while a hold or a standing booking needs it, so
-- that the constraint that keeps the promise stays small and warm.
--
-- A claim's provider and service carry no foreign keys: the statement that claims has read both rows, a booking
-- keeps them from being deleted, and each check would cost the hot path a row lock on the provider.
--
-- The promise itself is claims_no_overlap. A session is a number of its own for every one-to-one booking and is
-- shared by the seats of a group session; two claims of one provider may overlap only inside one session. The
-- provider is an integer here because the index is built and searched twice as fast with it as with a uuid.

create table bookings (
  id uuid not null,
  number bigint generated always as identity,
  version integer not null default 1,
  status text not null,
  service_id uuid not null,
  service_version integer not null,
  provider_id uuid not null,
  customer_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  buffer_before_minutes integer not null,
  buffer_after_minutes integer not null,
  price numeric(18, 4) not null,
  currency text not null,
  cancellable_until timestamptz not null,
  notes text,
  metadata jsonb not null,
  cancelled_at timestamptz,
  cancelled_by text,
  cancellation_reason text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint bookings_pkey primary key (id),
  constraint bookings_number_key unique (number),
  constraint bookings_service_id_fkey foreign key (service_id) references services (id)
    on update cascade on delete restrict,
  constraint bookings_provider_id_fkey foreign key (provider_id) references auth.users (id)
    on update cascade on delete restrict,
  constraint bookings_customer_id_fkey foreign key (customer_id) references auth.users (id)
    on update cascade on delete restrict,
  constraint bookings_version_positive check (version > 0),
  constraint bookings_status_known check (status in ('pending', 'confirmed', 'completed', 'cancelled', 'no_show')),
  constraint bookings_duration_positive check (isfinite(starts_at) and isfinite(ends_at) and ends_at > starts_at),
  constraint bookings_buffers_not_negative check (buffer_before_minutes >= 0 and buffer_after_minutes >= 0),
  constraint bookings_price_positive check (price > 0),
  constraint bookings_currency_format check (currency ~ '^[A-Z]{3}$'),
  constraint bookings_notes_length check (char_length(notes) <= 2000),
  constraint bookings_cancelled_by_known check (cancelled_by in ('customer', 'provider', 'admin', 'system')),
  constraint bookings_cancellation_complete check (
    (status = 'cancelled') = (cancelled_at is not null) and (cancelled_at is null) = (cancelled_by is null)
    and (cancellation_reason is null or cancelled_at is not null)
  ),
  constraint bookings_cancellation_reason_length check (char_length(cancellation_reason) <= 500)
);

create index bookings_customer_id_starts_at_idx on bookings (customer_id, starts_at, id);
create index bookings_provider_id_starts_at_idx on bookings (provider_id, starts_at, id);
create index bookings_service_id_starts_at_idx on bookings (service_id, starts_at, id);

create sequence claim_sessions as bigint;

create table claims (
  provider_number integer not null,
  id bigint generated always as identity,
  session bigint not null default nextval('claim_sessions'),
  seat smallint not null default 1,
  blocked tstzrange not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  service_id uuid not null,
  booking_id uuid,
  hold_id uuid,
  holder_id uuid,
  expires_at timestamptz,
  constraint claims_pkey primary key (provider_number, id),
  constraint claims_booking_id_fkey foreign key (booking_id) references bookings (id)
    on update cascade on delete cascade,
  constraint claims_holder_id_fkey foreign key (holder_id) references auth.users (id)
    on update cascade on delete cascade,
  constraint claims_seat_key unique (provider_number, session, seat),
  constraint claims_seat_positive check (seat > 0),
  -- Two empty ranges pass an exclusion constraint, and an infinite one blocks a provider for ever.
  constraint claims_blocked_bounded check (
    not isempty(blocked) and not lower_inf(blocked) and not upper_inf(blocked)
    and lower_inc(blocked) and not upper_inc(blocked)
    and isfinite(lower(blocked)) and isfinite(upper(blocked))
  ),
  constraint claims_interval_blocked check (starts_at < ends_at and blocked @> tstzrange(starts_at, ends_at)),
  constraint claims_booking_or_hold check ((booking_id is null) <> (hold_id is null)),
  constraint claims_hold_expires check (
    (hold_id is null) = (expires_at is null) and (hold_id is null) = (holder_id is null)
  ),
  constraint claims_no_overlap exclude using gist (provider_number with =, blocked with &&, session with <>)
);

alter sequence claim_sessions owned by claims.session;

create index claims_booking_id_idx on claims (booking_id);
create unique index claims_hold_id_key on claims (hold_id);
create index claims_holder_id_idx on claims (holder_id) where holder_id is not null;
create index claims_expires_at_idx on claims (expires_at) where expires_at is not null;

-- A booking that stands has a claim, whoever wrote it: a row that was put into bookings by hand would otherwise be a
-- second booking of a slot without ever meeting the constraint. Checked at the end of the transaction, because booking
-- and claim refer to each other.
create function require_claim()
returns trigger
language plpgsql
as $$
begin
  perform
  from bookings
  where bookings.id = new.id
    and bookings.status in ('pending', 'confirmed')
    and not exists (
      select
      from claims
      where claims.booking_id = bookings.id
        and claims.starts_at = bookings.starts_at
        and claims.ends_at = bookings.ends_at
    );
  if found then
    raise exception 'booking % stands without a claim on its slot', new.id
      using errcode = 'integrity_constraint_violation', constraint = 'bookings_standing_claimed', table = 'bookings';
  end if;
  return null;
end
$$;

create constraint trigger bookings_standing_claimed
  after insert or update of status, starts_at, ends_at on bookings
  deferrable initially deferred
  for each row
  execute function require_claim();

-- A claim is never changed: whatever moves or turns from a hold into a booking gets another one and loses this one. An
-- update of an interval deadlocks as a plain insert does, and searches know the claims they remember by their ids.
create function refuse_change()
returns trigger
language plpgsql
as $$
begin
  raise exception 'a claim is never changed: insert another and delete this one'
    using errcode = 'integrity_constraint_violation', constraint = 'claims_never_change', table = 'claims';
end
$$;

create trigger claims_never_change
  before update on claims
  for each row
  execute function refuse_change();
