-- What 0027 has left open, and what it has made worse.

-- Whoever reads by an old snapshot still saw a claim that had gone since, and let a booking stand on it. A lock on the row is
-- refused to them. Everyone else sees what is there, and takes no lock.
create or replace function require_claim()
returns trigger
language plpgsql
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    perform
    from claims
    where claims.booking_id = new.id
    for key share;
  end if;
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

-- Claims know a provider by the number, without a foreign key that each claim would pay for. With another number a provider
-- would leave all claims behind, and every slot could be sold again.
create function keep_number()
returns trigger
language plpgsql
as $$
begin
  raise exception 'user % is known by a number that stays', old.id
    using errcode = 'integrity_constraint_violation', constraint = 'users_number_kept', schema = 'auth', table = 'users';
end
$$;

create trigger users_number_kept
  before update of number on auth.users
  for each row
  when (new.number is distinct from old.number)
  execute function keep_number();

-- Each claim that goes locks its booking at the end of the transaction (keep_claim). Here the locks are taken before and of those
-- alone that are free: at the end no time-out would end the wait for one, and two who lock in two orders would wait for each
-- other, as an erasure did.
create or replace function forget_claims(p_before timestamptz, p_limit integer)
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
    for share of bookings skip locked
  )
  delete from claims
  using old
  where claims.provider_number = old.provider_number
    and claims.id = old.id;
  get diagnostics forgotten = row_count;
  return forgotten;
end
$$;
