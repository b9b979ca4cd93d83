-- An access token is good by itself until it is over, and that is too long for whoever has signed out, or has taken the
-- account back from somebody by a new password. So each session knows how long its access tokens last, and one that ends
-- before them stands in a list that every node reads along with the number it goes by (docs/decisions/0015-sessions.md).

-- A day is the longest that access tokens may be made to last.
alter table auth.sessions
  add column access_ends_at timestamptz not null default clock_timestamp() + interval '1 day';

alter table auth.standing
  add column sessions_ended bigint not null default 0;

create table auth.ended_sessions (
  number bigint not null,
  session_id uuid not null,
  -- When the last of its access tokens is over, and nobody needs to know any more.
  forgotten_at timestamptz not null,
  constraint ended_sessions_pkey primary key (number)
);

create index ended_sessions_forgotten_at_idx on auth.ended_sessions (forgotten_at);

-- The row of auth.standing is locked until the transaction ends, so numbers are committed in their order: whoever has read
-- up to one has read all below it.
create function note_ended_session()
returns trigger
language plpgsql
as $$
declare
  place bigint;
begin
  update auth.standing
  set sessions_ended = sessions_ended + 1
  returning sessions_ended
  into place;
  insert into auth.ended_sessions (number, session_id, forgotten_at)
  values (place, old.id, old.access_ends_at);
  return null;
end
$$;

-- Deferred, so that the one row that all write is locked last: whoever holds it waits for nobody.
create constraint trigger sessions_end_noted
  after delete on auth.sessions
  deferrable initially deferred
  for each row
  when (old.access_ends_at > now())
  execute function note_ended_session();

drop trigger users_standing_noted on auth.users;

create constraint trigger users_standing_noted
  after update on auth.users
  deferrable initially deferred
  for each row
  when ((old.id, old.deactivated_at, old.roles) is distinct from (new.id, new.deactivated_at, new.roles))
  execute function note_standing();

-- A ticket is good for as long as the session is there that it was made in; null where it was made without one.
alter table event_tickets
  add column session_id uuid;

drop function refresh_session;

-- The same as before, and it notes how long the access token lasts that is made with the next refresh token.
create function refresh_session(
  p_id uuid,
  p_token_hash bytea,
  p_salt bytea,
  p_next_hash bytea,
  p_idle interval,
  p_grace interval,
  p_event_id uuid,
  p_access interval default interval '1 day',
  out outcome text,
  out user_id uuid,
  out salt bytea,
  out expires_at timestamptz
)
language plpgsql
as $$
declare
  known auth.sessions;
  moment timestamptz;
begin
  select
    sessions.id, sessions.user_id, sessions.token_hash, sessions.previous_hash, sessions.salt, sessions.created_at,
    sessions.refreshed_at, sessions.expires_at, sessions.ends_at, sessions.access_ends_at
  into known
  from auth.sessions
  where sessions.id = p_id
  for update;

  moment := clock_timestamp();
  if not found or known.expires_at <= moment then
    outcome := 'unknown';
    return;
  end if;
  user_id := known.user_id;

  if known.token_hash = p_token_hash then
    outcome := 'refreshed';
    salt := p_salt;
    expires_at := least(moment + p_idle, known.ends_at);
    update auth.sessions
    set
      token_hash = p_next_hash,
      previous_hash = p_token_hash,
      salt = p_salt,
      refreshed_at = moment,
      expires_at = refresh_session.expires_at,
      access_ends_at = greatest(known.access_ends_at, moment + p_access)
    where sessions.id = p_id;
  elsif known.previous_hash = p_token_hash and known.refreshed_at > moment - p_grace then
    outcome := 'repeated';
    salt := known.salt;
    expires_at := known.expires_at;
  else
    outcome := 'reused';
    delete from auth.sessions
    where sessions.id = p_id;
    insert into events (id, type, occurred_at, subject_type, subject_id, subject_version, data)
    select p_event_id, 'user.token_reused', moment, 'user', users.id, users.version, '{}'
    from auth.users
    where users.id = known.user_id;
  end if;
end
$$;

-- Who has lost the role sells nothing, like who has been deactivated: services are off sale until the role comes back.
create or replace function is_offer_current(p_service_id uuid, p_service_version integer, p_schedule_version integer)
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
    and users.deactivated_at is null
    and 'provider' = any (users.roles);
  return found;
end
$$;

drop trigger users_change_noted on auth.users;

create trigger users_change_noted
  after update on auth.users
  for each row
  when (
    (old.id, old.number, old.deactivated_at, old.roles)
    is distinct from (new.id, new.number, new.deactivated_at, new.roles)
  )
  execute function note_provider();

-- Who did what to whom is asked for longer than events are read: what the log lets go of accounts, services and schedules
-- comes here, with its place in the order. Changes of bookings are in their history, for as long as the booking is.
create table audit_entries (
  xid xid8 not null,
  sequence bigint not null,
  id uuid not null,
  type text not null,
  occurred_at timestamptz not null,
  subject_type text not null,
  subject_id uuid not null,
  subject_version integer not null,
  actor_id uuid,
  data jsonb not null,
  constraint audit_entries_pkey primary key (xid, sequence),
  constraint audit_entries_subject_type_known check (subject_type in ('user', 'service', 'schedule'))
);

create index audit_entries_occurred_at_idx on audit_entries (occurred_at);

-- Whoever has been erased still has the token that came from outside, and an open page goes on sending it: it must not open
-- another account. What is kept of the name is a hash, for as long as such a token may last; one that was made later is of
-- somebody who has come back.
create table auth.erased_identities (
  name_hash bytea not null,
  erased_at timestamptz not null,
  constraint erased_identities_pkey primary key (name_hash),
  constraint erased_identities_name_hash_length check (octet_length(name_hash) = 32)
);

create index erased_identities_erased_at_idx on auth.erased_identities (erased_at);
