-- The rest of an account's life: sessions that can be renewed and ended, a forgotten password, what admins and the person
-- itself may change, and the end of it. An account has a version now, as everything has that two may change at once.
--
-- A person who asks to be erased leaves a row without a name: bookings are kept, and they point at someone. The row is
-- emptied at once; what else was said of the person is taken out afterwards, and `is_erasing` says that there is some left.

alter table auth.users
  add column version integer not null default 1,
  add column erased_at timestamptz,
  add column is_erasing boolean not null default false,
  add constraint users_version_positive check (version > 0),
  add constraint users_erased_inactive check (erased_at is null or deactivated_at is not null),
  add constraint users_erasing_erased check (not is_erasing or erased_at is not null);

create index users_erasing_idx on auth.users (erased_at) where is_erasing;

-- Lists of accounts are read by number; these are for the few among many.
create index users_admins_idx on auth.users (number) where 'admin' = any (roles);
create index users_providers_idx on auth.users (number) where 'provider' = any (roles);
create index users_deactivated_idx on auth.users (number) where deactivated_at is not null;
create index users_email_beginning_idx on auth.users (lower(email) text_pattern_ops);

-- What every node remembers of accounts holds as long as this number stays the same. It is changed by the transaction that
-- changes an account, whoever writes it, and changes of accounts are rare enough to wait for each other.
create table auth.standing (
  only_row boolean not null default true,
  version bigint not null default 0,
  constraint standing_pkey primary key (only_row),
  constraint standing_one_row check (only_row)
);

insert into auth.standing default values;

create function note_standing()
returns trigger
language plpgsql
as $$
begin
  update auth.standing
  set version = version + 1;
  return null;
end
$$;

create trigger users_standing_noted
  after update on auth.users
  for each row
  when ((old.id, old.deactivated_at, old.roles) is distinct from (new.id, new.deactivated_at, new.roles))
  execute function note_standing();

create trigger users_leaving_noted
  after delete on auth.users
  for each statement
  execute function note_standing();

create trigger users_standing_truncation_noted
  after truncate on auth.users
  for each statement
  execute function note_standing();

-- A session is a family of refresh tokens of which one is good at a time. Only hashes are kept. The salt is what the good
-- token was made with from the one before it, so that whoever asks again with that one is given the very same.
create table auth.sessions (
  id uuid not null,
  user_id uuid not null,
  token_hash bytea not null,
  previous_hash bytea,
  salt bytea,
  created_at timestamptz not null,
  refreshed_at timestamptz not null,
  expires_at timestamptz not null,
  -- When it ends however often it is refreshed.
  ends_at timestamptz not null,
  constraint sessions_pkey primary key (id),
  constraint sessions_user_id_fkey foreign key (user_id) references auth.users (id)
    on update cascade on delete cascade,
  constraint sessions_token_hash_length check (octet_length(token_hash) = 32),
  constraint sessions_previous_hash_length check (octet_length(previous_hash) = 32),
  constraint sessions_salt_length check (octet_length(salt) = 32),
  constraint sessions_previous_salted check ((previous_hash is null) = (salt is null)),
  constraint sessions_end_ordered check (expires_at <= ends_at)
);

create index sessions_user_id_idx on auth.sessions (user_id);
create index sessions_expires_at_idx on auth.sessions (expires_at);

-- Gives the next token of a session for the good one. Two who come with the same token wait for each other here: the second
-- finds it to be the one before, which for a moment has the same answer. Any other token of the session was good once and
-- has been used since: somebody has a copy, and the session ends.
create function refresh_session(
  p_id uuid,
  p_token_hash bytea,
  p_salt bytea,
  p_next_hash bytea,
  p_idle interval,
  p_grace interval,
  p_event_id uuid,
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
    sessions.refreshed_at, sessions.expires_at, sessions.ends_at
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
      expires_at = refresh_session.expires_at
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

-- Someone has asked for a new password. The address is written down whether it has an account or not, and looked up later,
-- so that the answer takes the same time. It stays for as long as it takes to send a mail.
create table auth.password_reset_requests (
  id uuid not null,
  email text not null,
  tries integer not null default 0,
  due_at timestamptz not null,
  constraint password_reset_requests_pkey primary key (id),
  constraint password_reset_requests_email_length check (char_length(email) <= 254),
  constraint password_reset_requests_tries_not_negative check (tries >= 0)
);

-- Many who ask for one address at once are one.
create unique index password_reset_requests_email_key on auth.password_reset_requests (lower(email));
create index password_reset_requests_due_at_idx on auth.password_reset_requests (due_at);

create table auth.password_resets (
  token_hash bytea not null,
  user_id uuid not null,
  expires_at timestamptz not null,
  constraint password_resets_pkey primary key (token_hash),
  constraint password_resets_user_id_fkey foreign key (user_id) references auth.users (id)
    on update cascade on delete cascade,
  constraint password_resets_token_hash_length check (octet_length(token_hash) = 32)
);

create index password_resets_user_id_idx on auth.password_resets (user_id);
create index password_resets_expires_at_idx on auth.password_resets (expires_at);
