-- A booking that stands has the claim on its slot, and keeps it, whoever writes. Until now that was asked only when a booking
-- was written, and only of the interval: a claim could be deleted from under its booking, a booking could be claimed with
-- another provider or given to one, and a claim could leave out the buffers. Each left a slot that could be sold again.
--
-- Now the claim has to be of the provider, of the service, and of the interval with its buffers, and it is asked again when a
-- claim goes. What the engine does stays as it is: it claims before it lets go, cancels before it lets go for good, and
-- forgets only the claims of what is over.
--
-- A booking pays for it what it has paid before, two rows that are found by their keys: the row is not read again, since it
-- is in hand, and the provider's number is instead. Only where that is not enough is the row read as it has become.

create function refuse_unclaimed(p_booking_id uuid)
returns void
language plpgsql
as $$
begin
  perform
  from bookings
  where bookings.id = p_booking_id
    and bookings.status in ('pending', 'confirmed')
    and not exists (
      select
      from claims
      join auth.users on users.number = claims.provider_number
      where claims.booking_id = bookings.id
        and users.id = bookings.provider_id
        and claims.service_id = bookings.service_id
        and claims.starts_at = bookings.starts_at
        and claims.ends_at = bookings.ends_at
        and claims.blocked = tstzrange(
          bookings.starts_at - make_interval(mins => bookings.buffer_before_minutes),
          bookings.ends_at + make_interval(mins => bookings.buffer_after_minutes)
        )
    );
  if found then
    raise exception 'booking % stands without a claim on its slot', p_booking_id
      using errcode = 'integrity_constraint_violation', constraint = 'bookings_standing_claimed', table = 'bookings';
  end if;
end
$$;

create or replace function require_claim()
returns trigger
language plpgsql
as $$
begin
  perform
  from claims
  join auth.users on users.number = claims.provider_number
  where claims.booking_id = new.id
    and users.id = new.provider_id
    and claims.service_id = new.service_id
    and claims.starts_at = new.starts_at
    and claims.ends_at = new.ends_at
    and claims.blocked = tstzrange(
      new.starts_at - make_interval(mins => new.buffer_before_minutes),
      new.ends_at + make_interval(mins => new.buffer_after_minutes)
    );
  -- The same transaction may have changed the booking again since, or cancelled it.
  if not found then
    perform refuse_unclaimed(new.id);
  end if;
  return null;
end
$$;

drop trigger bookings_standing_claimed on bookings;

create constraint trigger bookings_standing_claimed
  after insert or update of
    status, service_id, provider_id, starts_at, ends_at, buffer_before_minutes, buffer_after_minutes
  on bookings
  deferrable initially deferred
  for each row
  when (new.status in ('pending', 'confirmed'))
  execute function require_claim();

-- The booking is locked before it is looked at: what is about to stand again, and has still seen this claim, is waited for.
create function keep_claim()
returns trigger
language plpgsql
as $$
begin
  perform
  from bookings
  where bookings.id = old.booking_id
  for share;
  perform refuse_unclaimed(old.booking_id);
  return null;
end
$$;

create constraint trigger claims_of_standing_kept
  after delete on claims
  deferrable initially deferred
  for each row
  when (old.booking_id is not null)
  execute function keep_claim();

-- A truncation passes by the triggers of rows. With `bookings` it leaves none that stands.
create function keep_claims()
returns trigger
language plpgsql
as $$
begin
  if exists (select from bookings where bookings.status in ('pending', 'confirmed')) then
    raise exception 'bookings stand that would be without a claim on their slots'
      using errcode = 'integrity_constraint_violation', constraint = 'bookings_standing_claimed', table = 'bookings';
  end if;
  return null;
end
$$;

create trigger claims_of_standing_kept_whole
  after truncate on claims
  for each statement
  execute function keep_claims();
