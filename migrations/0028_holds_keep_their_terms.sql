-- A hold keeps the terms it was placed under, as a booking keeps its own. Until now it kept the length and the buffers, and was
-- redeemed under the price of the day: who held half an hour for ten, while the service became a whole hour for five hundred,
-- got half an hour for five hundred, and a booking under the terms of no version of the service.
--
-- The terms lie in the row of the hold, where a booking has nothing: they cost it nothing. Holds that are there now get the
-- terms of the service as it is; so has whoever writes a hold by hand and names none.

alter table claims
  add column service_version integer,
  add column price numeric(18, 4),
  add column currency text,
  add column cancellation_window_minutes integer,
  add column requires_confirmation boolean,
  add constraint claims_terms_complete check (
    num_nonnulls(service_version, price, currency, cancellation_window_minutes, requires_confirmation) in (0, 5)
    and (price is null or hold_id is not null)
  );

-- Searches know nothing of these columns.
alter table claims disable trigger claims_never_change;

update claims
set
  service_version = services.version,
  price = services.price,
  currency = services.currency,
  cancellation_window_minutes = services.cancellation_window_minutes,
  requires_confirmation = services.requires_confirmation
from services
where services.id = claims.service_id
  and claims.hold_id is not null;

alter table claims enable trigger claims_never_change;

-- Claims a slot for a while, by the clock of the database.
create or replace function hold_slot(
  p_hold_id uuid,
  p_service_id uuid,
  p_service_version integer,
  p_schedule_version integer,
  p_provider_id uuid,
  p_provider_number integer,
  p_holder_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_blocked tstzrange,
  p_seconds integer,
  p_most_holds integer,
  p_daily_limit integer,
  p_day tstzrange,
  p_event_id uuid,
  p_key text,
  p_request_hash bytea,
  p_answer_before text,
  p_answer_after text,
  out outcome text,
  out expires_at timestamptz,
  out answer text
)
language plpgsql
as $$
begin
  if p_key is not null then
    select opened.outcome, opened.answer
    into outcome, answer
    from open_key(p_holder_id, p_key, p_request_hash) as opened;
    if outcome is not null then
      return;
    end if;
  end if;

  <<judging>>
  begin
    if not is_offer_current(p_service_id, p_service_version, p_schedule_version) then
      outcome := 'offer-changed';
      exit judging;
    end if;
    if not is_user_active(p_holder_id) then
      outcome := 'account-inactive';
      exit judging;
    end if;

    perform pg_advisory_xact_lock(hashtextextended(p_holder_id::text, 0));
    perform
    from claims
    where claims.holder_id = p_holder_id
      and claims.expires_at > clock_timestamp()
    offset p_most_holds - 1;
    if found then
      outcome := 'too-many-holds';
      exit judging;
    end if;

    if p_daily_limit is not null then
      if is_day_full(p_provider_number, p_service_id, p_daily_limit, p_day, null) then
        outcome := 'daily-limit-reached';
        exit judging;
      end if;
    end if;

    -- Of the very version that was judged by: where it is another by now, the caller tries again and is told so.
    insert into claims (
      provider_number, blocked, starts_at, ends_at, service_id, hold_id, holder_id, expires_at,
      service_version, price, currency, cancellation_window_minutes, requires_confirmation
    )
    select
      p_provider_number, p_blocked, p_starts_at, p_ends_at, p_service_id, p_hold_id, p_holder_id,
      date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => p_seconds),
      services.version, services.price, services.currency, services.cancellation_window_minutes,
      services.requires_confirmation
    from services
    where services.id = p_service_id
      and services.version = p_service_version
    on conflict do nothing
    returning claims.expires_at
    into hold_slot.expires_at;
    if not found then
      outcome := what_is_in_the_way(p_provider_number, p_blocked, null);
      exit judging;
    end if;
    outcome := 'held';

    insert into events (
      id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, provider_id, customer_id, data
    )
    values (
      p_event_id, 'hold.created', clock_timestamp(), 'hold', p_hold_id, 1, p_holder_id, p_provider_id, p_holder_id,
      hold_data(p_provider_id, p_service_id, p_holder_id, p_starts_at, p_ends_at)
        || jsonb_build_object('expires_at', instant_text(hold_slot.expires_at))
    );
  end judging;

  if p_key is not null then
    perform close_key(
      p_holder_id,
      p_key,
      case when outcome = 'held' then p_answer_before || instant_text(hold_slot.expires_at) || p_answer_after end
    );
  end if;
end
$$;

-- Whoever redeems a hold books under its terms.
create or replace function book_slot(
  p_booking_id uuid,
  p_service_id uuid,
  p_service_version integer,
  p_schedule_version integer,
  p_provider_id uuid,
  p_provider_number integer,
  p_customer_id uuid,
  p_status text,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_buffer_before_minutes integer,
  p_buffer_after_minutes integer,
  p_blocked tstzrange,
  p_price numeric,
  p_currency text,
  p_cancellable_until timestamptz,
  p_notes text,
  p_metadata jsonb,
  p_now timestamptz,
  p_reminder_minutes integer[],
  p_daily_limit integer,
  p_day tstzrange,
  p_hold_id uuid,
  p_event_id uuid,
  p_actor_id uuid,
  p_acted_as text,
  p_event_data jsonb,
  p_key text,
  p_request_hash bytea,
  p_answer_before text,
  p_answer_after text,
  out outcome text,
  out number bigint,
  out answer text
)
language plpgsql
as $$
declare
  held_claim bigint;
  held_session bigint;
  held_until timestamptz;
  held_version integer;
begin
  if p_key is not null then
    select opened.outcome, opened.answer
    into outcome, answer
    from open_key(p_actor_id, p_key, p_request_hash) as opened;
    if outcome is not null then
      return;
    end if;
  end if;

  <<judging>>
  begin
    if not is_offer_current(p_service_id, p_service_version, p_schedule_version) then
      outcome := 'offer-changed';
      exit judging;
    end if;
    if not is_user_active(p_customer_id) then
      outcome := 'account-inactive';
      exit judging;
    end if;

    if p_hold_id is not null then
      -- The day has counted the hold, but stops to when it expires: nobody counts between its end and this booking.
      if p_daily_limit is not null then
        perform lock_day(p_service_id, p_day);
      end if;
      select claims.id, claims.session, claims.expires_at, claims.service_version
      into held_claim, held_session, held_until, held_version
      from claims
      where claims.hold_id = p_hold_id
        and claims.holder_id = p_actor_id
      for update;
      if not found then
        outcome := what_became_of_hold(p_hold_id, p_actor_id);
        exit judging;
      end if;
      -- The clock is read after the lock: whoever waited for it may have waited beyond the end.
      if held_until <= clock_timestamp() then
        outcome := 'hold-expired';
        exit judging;
      end if;
    elsif p_daily_limit is not null then
      if is_day_full(p_provider_number, p_service_id, p_daily_limit, p_day, null) then
        outcome := 'daily-limit-reached';
        exit judging;
      end if;
    end if;

    with claimed as (
      insert into claims (provider_number, session, seat, blocked, starts_at, ends_at, service_id, booking_id)
      values (
        p_provider_number,
        case when p_hold_id is null then nextval('claim_sessions') else held_session end,
        -- The seat beside the hold's, which is still there.
        case when p_hold_id is null then 1 else 2 end,
        p_blocked,
        p_starts_at,
        p_ends_at,
        p_service_id,
        p_booking_id
      )
      on conflict do nothing
      returning booking_id
    ),
    booked as (
      insert into bookings (
        id, status, service_id, service_version, provider_id, customer_id, starts_at, ends_at,
        buffer_before_minutes, buffer_after_minutes, price, currency, cancellable_until, notes, metadata,
        created_at, updated_at
      )
      select
        -- Judged by the version of now, and under the terms of the one that was held.
        booking_id, p_status, p_service_id, coalesce(held_version, p_service_version), p_provider_id, p_customer_id,
        p_starts_at, p_ends_at, p_buffer_before_minutes, p_buffer_after_minutes, p_price, p_currency, p_cancellable_until,
        p_notes, p_metadata, p_now, p_now
      from claimed
      returning bookings.id, bookings.number
    ),
    reminded as (
      insert into reminders (booking_id, minutes_before, due_at)
      select booked.id, minutes_before, p_starts_at - make_interval(mins => minutes_before)
      from booked
      cross join unnest(p_reminder_minutes) as minutes_before
    ),
    remembered as (
      insert into booking_history (
        booking_id, version, change, status, starts_at, ends_at, actor_id, acted_as, occurred_at
      )
      select booked.id, 1, 'booking.created', p_status, p_starts_at, p_ends_at, p_actor_id, p_acted_as, p_now
      from booked
    ),
    logged as (
      insert into events (
        id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, provider_id, customer_id, data
      )
      select
        p_event_id, 'booking.created', p_now, 'booking', booked.id, 1, p_actor_id, p_provider_id, p_customer_id,
        p_event_data || jsonb_build_object('number', booked.number)
      from booked
    )
    select booked.number
    into book_slot.number
    from booked;
    if not found then
      outcome := what_is_in_the_way(p_provider_number, p_blocked, held_session);
      exit judging;
    end if;
    outcome := 'booked';

    if p_hold_id is not null then
      delete from claims
      where claims.provider_number = p_provider_number
        and claims.id = held_claim;
    end if;
  end judging;

  if p_key is not null then
    perform close_key(
      p_actor_id,
      p_key,
      case when outcome = 'booked' then p_answer_before || book_slot.number || p_answer_after end
    );
  end if;
end
$$;
