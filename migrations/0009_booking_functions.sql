-- Each change to a booking or hold is one call and one round trip, and its key and answer are part of it. The order of the
-- steps is the promise:
--
-- 1. The key first. Whoever comes second with it waits here for the first to end, holding nothing that anyone else
--    could wait for, and then is given the first one's answer.
-- 2. The rows the caller judged by, with their versions.
-- 3. The claim, `on conflict do nothing`: a plain insert against an exclusion constraint deadlocks when two claims meet.
-- 4. Only then the record, its reminders, its history and its event.
--
-- A claim that takes the place of another (a hold turned into a booking, a booking moved) goes in under the same
-- session, so that the old one is not in its way, and the old one goes only if it did. Expired holds are never deleted
-- here: two transactions that delete each other's obstacles wait for each other. What runs into one says so, and
-- the caller has it cleared by a transaction that holds nothing else.
--
-- Each statement of a plpgsql function in read committed has a snapshot of its own, so the count after the advisory lock
-- sees what the previous holder of the lock has committed.

drop function book_slot;

-- Null when the key is new, and then it is taken; else what became of it. A key is good for 24 hours.
create function open_key(
  p_user_id uuid,
  p_key text,
  p_request_hash bytea,
  out outcome text,
  out answer text
)
language plpgsql
as $$
begin
  insert into idempotency_keys as known (user_id, key, request_hash, created_at)
  values (p_user_id, p_key, p_request_hash, clock_timestamp())
  on conflict on constraint idempotency_keys_pkey do update
  set
    request_hash = excluded.request_hash,
    answer = null,
    created_at = excluded.created_at
  where known.created_at <= excluded.created_at - interval '24 hours';
  if found then
    return;
  end if;

  select
    case when known.request_hash = p_request_hash then 'answered' else 'key-reused' end,
    known.answer
  into outcome, answer
  from idempotency_keys as known
  where known.user_id = p_user_id
    and known.key = p_key;
end
$$;

-- Keeps the answer to what was done; of what was refused nothing is left, and its answer is kept by keep_answer.
create function close_key(p_user_id uuid, p_key text, p_answer text)
returns void
language plpgsql
as $$
begin
  if p_answer is null then
    delete from idempotency_keys as known
    where known.user_id = p_user_id
      and known.key = p_key;
  else
    update idempotency_keys as known
    set answer = p_answer
    where known.user_id = p_user_id
      and known.key = p_key;
  end if;
end
$$;

-- Keeps the answer to a request that changed nothing, unless there is one.
create function keep_answer(
  p_user_id uuid,
  p_key text,
  p_request_hash bytea,
  p_answer text,
  out outcome text,
  out answer text
)
language plpgsql
as $$
begin
  select opened.outcome, opened.answer
  into outcome, answer
  from open_key(p_user_id, p_key, p_request_hash) as opened;
  if outcome is null then
    perform close_key(p_user_id, p_key, p_answer);
  end if;
end
$$;

-- Whether service and schedule are as the caller has judged by them, and the provider is there to serve.
create function is_offer_current(p_service_id uuid, p_service_version integer, p_schedule_version integer)
returns boolean
language plpgsql
as $$
begin
  perform
  from services
  join schedules on schedules.provider_id = services.provider_id
  join auth.users on users.id = services.provider_id
  where services.id = p_service_id
    and services.version = p_service_version
    and schedules.version = p_schedule_version
    and users.deactivated_at is null;
  return found;
end
$$;

create function is_user_active(p_user_id uuid)
returns boolean
language plpgsql
as $$
begin
  perform
  from auth.users
  where users.id = p_user_id
    and users.deactivated_at is null;
  return found;
end
$$;

-- Whoever counts what a service has on a day, or counts as something that may end meanwhile, has the day to himself until
-- this transaction has ended.
create function lock_day(p_service_id uuid, p_day tstzrange)
returns void
language sql
as $$
  select pg_advisory_xact_lock(hashtextextended(p_service_id::text, extract(epoch from lower(p_day))::bigint))
$$;

-- Whether the day has its limit of the service's claims already, not counting the one of p_booking_id.
create function is_day_full(
  p_provider_number integer,
  p_service_id uuid,
  p_limit integer,
  p_day tstzrange,
  p_booking_id uuid
)
returns boolean
language plpgsql
as $$
begin
  perform lock_day(p_service_id, p_day);
  perform
  from claims
  where claims.provider_number = p_provider_number
    and claims.blocked && p_day
    and claims.service_id = p_service_id
    and claims.starts_at >= lower(p_day)
    and claims.starts_at < upper(p_day)
    -- A hold has no booking: compared with null it would count as the one that is left out.
    and (p_booking_id is null or claims.booking_id is distinct from p_booking_id)
    and (claims.expires_at is null or claims.expires_at > clock_timestamp())
  offset p_limit - 1;
  return found;
end
$$;

-- What is in the way of a claim that did not go in: something that lives, other than the claim that it replaces, or an
-- expired hold, which the caller clears before it tries again. So it does when the hold has just been cleared by another.
create function what_is_in_the_way(p_provider_number integer, p_blocked tstzrange, p_session bigint)
returns text
language plpgsql
as $$
begin
  perform
  from claims
  where claims.provider_number = p_provider_number
    and claims.blocked && p_blocked
    and claims.session is distinct from p_session
    and (claims.expires_at is null or claims.expires_at > clock_timestamp());
  return case when found then 'slot-taken' else 'hold-expired-in-the-way' end;
end
$$;

-- Why a hold cannot be used: it is there but has expired, or the log knows that it has. One that is being redeemed was alive
-- when that began, whatever the clock says by now: whoever asks waits to be told the same as everyone.
create function what_became_of_hold(p_hold_id uuid, p_holder_id uuid)
returns text
language plpgsql
as $$
begin
  perform
  from claims
  where claims.hold_id = p_hold_id
    and claims.holder_id = p_holder_id
  for key share;
  if found then
    return 'hold-expired';
  end if;

  perform
  from events
  where events.subject_id = p_hold_id
    and events.customer_id = p_holder_id
    and events.type = 'hold.expired';
  return case when found then 'hold-expired' else 'hold-not-found' end;
end
$$;

create function book_slot(
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
      select claims.id, claims.session, claims.expires_at
      into held_claim, held_session, held_until
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
        booking_id, p_status, p_service_id, p_service_version, p_provider_id, p_customer_id, p_starts_at,
        p_ends_at, p_buffer_before_minutes, p_buffer_after_minutes, p_price, p_currency, p_cancellable_until,
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

-- Turns one version of a booking into the next, if the recorded one is its predecessor: everything but its interval.
create function change_booking(
  p_booking_id uuid,
  p_version integer,
  p_status text,
  p_notes text,
  p_metadata jsonb,
  p_cancelled_at timestamptz,
  p_cancelled_by text,
  p_cancellation_reason text,
  p_now timestamptz,
  p_event_id uuid,
  p_event_type text,
  p_actor_id uuid,
  p_acted_as text,
  p_reason text,
  p_event_data jsonb,
  p_key text,
  p_request_hash bytea,
  p_answer_before text,
  p_answer_after text,
  out outcome text,
  out version integer,
  out answer text
)
language plpgsql
as $$
declare
  changed record;
begin
  if p_key is not null then
    select opened.outcome, opened.answer
    into outcome, answer
    from open_key(p_actor_id, p_key, p_request_hash) as opened;
    if outcome is not null then
      return;
    end if;
  end if;

  update bookings
  set
    status = p_status,
    version = p_version,
    notes = p_notes,
    metadata = p_metadata,
    cancelled_at = p_cancelled_at,
    cancelled_by = p_cancelled_by,
    cancellation_reason = p_cancellation_reason,
    updated_at = p_now
  where bookings.id = p_booking_id
    and bookings.version = p_version - 1
  returning bookings.provider_id, bookings.customer_id, bookings.starts_at, bookings.ends_at
  into changed;

  if found then
    outcome := 'changed';
    -- The time of a booking that took place is spent, its buffer with it, and its day has had it: forget_claims takes such
    -- claims away when none of that matters any more.
    if p_status = 'cancelled' then
      delete from claims
      where claims.booking_id = p_booking_id;
    end if;
    if p_status not in ('pending', 'confirmed') then
      delete from reminders
      where reminders.booking_id = p_booking_id;
    end if;
    insert into booking_history (
      booking_id, version, change, status, starts_at, ends_at, actor_id, acted_as, reason, occurred_at
    )
    values (
      p_booking_id, p_version, p_event_type, p_status, changed.starts_at, changed.ends_at, p_actor_id, p_acted_as,
      p_reason, p_now
    );
    insert into events (
      id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, provider_id, customer_id, data
    )
    values (
      p_event_id, p_event_type, p_now, 'booking', p_booking_id, p_version, p_actor_id, changed.provider_id,
      changed.customer_id, p_event_data
    );
  else
    outcome := 'version-mismatch';
    select bookings.version
    into change_booking.version
    from bookings
    where bookings.id = p_booking_id;
  end if;

  if p_key is not null then
    perform close_key(p_actor_id, p_key, case when outcome = 'changed' then p_answer_before || p_answer_after end);
  end if;
end
$$;

-- Moves a standing booking: the new claim goes in beside the old one, and only then the old one goes.
create function move_booking(
  p_booking_id uuid,
  p_version integer,
  p_service_id uuid,
  p_service_version integer,
  p_schedule_version integer,
  p_provider_number integer,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_blocked tstzrange,
  p_cancellable_until timestamptz,
  p_now timestamptz,
  p_reminder_minutes integer[],
  p_daily_limit integer,
  p_day tstzrange,
  p_event_id uuid,
  p_actor_id uuid,
  p_acted_as text,
  p_reason text,
  p_event_data jsonb,
  p_key text,
  p_request_hash bytea,
  p_answer_before text,
  p_answer_after text,
  out outcome text,
  out version integer,
  out answer text
)
language plpgsql
as $$
declare
  booked record;
  held record;
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
    select bookings.version, bookings.status, bookings.provider_id, bookings.customer_id
    into booked
    from bookings
    where bookings.id = p_booking_id
    for update;
    if booked.version is distinct from p_version - 1 then
      outcome := 'version-mismatch';
      version := booked.version;
      exit judging;
    end if;

    if not is_offer_current(p_service_id, p_service_version, p_schedule_version) then
      outcome := 'offer-changed';
      exit judging;
    end if;

    if p_daily_limit is not null then
      if is_day_full(p_provider_number, p_service_id, p_daily_limit, p_day, p_booking_id) then
        outcome := 'daily-limit-reached';
        exit judging;
      end if;
    end if;

    select claims.id, claims.session, claims.seat
    into held
    from claims
    where claims.booking_id = p_booking_id;

    insert into claims (provider_number, session, seat, blocked, starts_at, ends_at, service_id, booking_id)
    values (
      p_provider_number,
      held.session,
      -- The seat beside its own, for as long as both claims are there.
      case held.seat when 1 then 2 else 1 end,
      p_blocked,
      p_starts_at,
      p_ends_at,
      p_service_id,
      p_booking_id
    )
    on conflict do nothing;
    if not found then
      outcome := what_is_in_the_way(p_provider_number, p_blocked, held.session);
      exit judging;
    end if;
    outcome := 'moved';

    delete from claims
    where claims.provider_number = p_provider_number
      and claims.id = held.id;
    update bookings
    set
      version = p_version,
      starts_at = p_starts_at,
      ends_at = p_ends_at,
      cancellable_until = p_cancellable_until,
      updated_at = p_now
    where bookings.id = p_booking_id;
    delete from reminders
    where reminders.booking_id = p_booking_id;
    insert into reminders (booking_id, minutes_before, due_at)
    select p_booking_id, minutes_before, p_starts_at - make_interval(mins => minutes_before)
    from unnest(p_reminder_minutes) as minutes_before;
    insert into booking_history (
      booking_id, version, change, status, starts_at, ends_at, actor_id, acted_as, reason, occurred_at
    )
    values (
      p_booking_id, p_version, 'booking.rescheduled', booked.status, p_starts_at, p_ends_at, p_actor_id, p_acted_as,
      p_reason, p_now
    );
    insert into events (
      id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, provider_id, customer_id, data
    )
    values (
      p_event_id, 'booking.rescheduled', p_now, 'booking', p_booking_id, p_version, p_actor_id, booked.provider_id,
      booked.customer_id, p_event_data
    );
  end judging;

  if p_key is not null then
    perform close_key(p_actor_id, p_key, case when outcome = 'moved' then p_answer_before || p_answer_after end);
  end if;
end
$$;

-- RFC 3339 in UTC, without the fraction when it is zero.
create function instant_text(p_instant timestamptz)
returns text
language sql
immutable
as $$
  select to_char(
    p_instant at time zone 'UTC',
    case when date_trunc('second', p_instant) = p_instant then 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
    else 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"' end
  )
$$;

-- What the log keeps of a hold.
create function hold_data(
  p_provider_id uuid,
  p_service_id uuid,
  p_holder_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz
)
returns jsonb
language sql
immutable
as $$
  select jsonb_build_object(
    'service_id', p_service_id,
    'provider_id', p_provider_id,
    'customer_id', p_holder_id,
    'start', instant_text(p_starts_at),
    'end', instant_text(p_ends_at)
  )
$$;

-- Claims a slot for a while, by the clock of the database.
create function hold_slot(
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

    insert into claims (
      provider_number, blocked, starts_at, ends_at, service_id, hold_id, holder_id, expires_at
    )
    values (
      p_provider_number, p_blocked, p_starts_at, p_ends_at, p_service_id, p_hold_id, p_holder_id,
      date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => p_seconds)
    )
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

-- Gives a held slot back; true when there was a live hold of this holder.
create function release_hold(p_hold_id uuid, p_holder_id uuid, p_event_id uuid)
returns boolean
language sql
as $$
  with gone as (
    delete from claims
    where claims.hold_id = p_hold_id
      and claims.holder_id = p_holder_id
      and claims.expires_at > clock_timestamp()
    returning
      claims.provider_number, claims.service_id, claims.hold_id, claims.holder_id, claims.starts_at, claims.ends_at
  ),
  logged as (
    insert into events (
      id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, provider_id, customer_id, data
    )
    select
      p_event_id, 'hold.released', clock_timestamp(), 'hold', gone.hold_id, 2, p_holder_id, users.id, gone.holder_id,
      hold_data(users.id, gone.service_id, gone.holder_id, gone.starts_at, gone.ends_at)
    from gone
    join auth.users on users.number = gone.provider_number
  )
  select exists (select from gone)
$$;

-- Clears expired holds, at most as many as there are ids for their events: those in the way of an interval of a provider, or
-- whichever expired first. A sweep leaves to others what they have in hand. Who wants the slot has to wait for them: a hold
-- that is being redeemed may become a booking or not. All wait in one order, having written nothing.
create function expire_holds(p_event_ids uuid[], p_provider_number integer, p_blocked tstzrange)
returns integer
language plpgsql
as $$
declare
  moment constant timestamptz := clock_timestamp();
  providers integer[];
  dead bigint[];
begin
  if p_provider_number is null then
    select array_agg(found.provider_number), array_agg(found.id)
    into providers, dead
    from (
      select claims.provider_number, claims.id
      from claims
      where claims.expires_at <= moment
      order by claims.expires_at
      limit cardinality(p_event_ids)
      for update skip locked
    ) as found;
  else
    select array_agg(found.provider_number), array_agg(found.id)
    into providers, dead
    from (
      select claims.provider_number, claims.id
      from claims
      where claims.provider_number = p_provider_number
        and claims.blocked && p_blocked
        and claims.expires_at <= moment
      order by claims.id
      limit cardinality(p_event_ids)
      for update
    ) as found;
  end if;

  with gone as (
    delete from claims
    using unnest(providers, dead, p_event_ids) as found (provider_number, id, event_id)
    where claims.provider_number = found.provider_number
      and claims.id = found.id
    returning
      found.event_id, claims.provider_number, claims.service_id, claims.hold_id, claims.holder_id,
      claims.starts_at, claims.ends_at
  )
  insert into events (
    id, type, occurred_at, subject_type, subject_id, subject_version, provider_id, customer_id, data
  )
  select
    gone.event_id, 'hold.expired', clock_timestamp(), 'hold', gone.hold_id, 2, users.id, gone.holder_id,
    hold_data(users.id, gone.service_id, gone.holder_id, gone.starts_at, gone.ends_at)
  from gone
  join auth.users on users.number = gone.provider_number;
  return coalesce(cardinality(dead), 0);
end
$$;

-- Takes away the claims of bookings that ended long ago and are over. Once in a while a scan of this small table costs less than an
-- index on its ends would cost each booking.
create function forget_claims(p_before timestamptz, p_limit integer)
returns integer
language plpgsql
as $$
declare
  forgotten integer;
begin
  with old as (
    select claims.provider_number, claims.id
    from claims
    join bookings on bookings.id = claims.booking_id
    where claims.ends_at < p_before
      and bookings.status not in ('pending', 'confirmed')
    limit p_limit
    for update of claims skip locked
  )
  delete from claims
  using old
  where claims.provider_number = old.provider_number
    and claims.id = old.id;
  get diagnostics forgotten = row_count;
  return forgotten;
end
$$;
