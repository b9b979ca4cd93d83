-- Tokens for a new password, by the name and with the content that people who read the database know from the systems that
-- move in: for which address, until when, and whether it has been used. What is secret stays a hash.
--
-- A token that has been used stays until it would have expired, so that one can see that somebody has come with it. Those
-- that were given out before this migration stay good.

create table password_reset_tokens (
  token_hash bytea not null,
  user_id uuid not null,
  -- Where it was sent to.
  email text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  is_used boolean not null default false,
  constraint password_reset_tokens_pkey primary key (token_hash),
  constraint password_reset_tokens_user_id_fkey foreign key (user_id) references auth.users (id)
    on update cascade on delete cascade,
  constraint password_reset_tokens_token_hash_length check (octet_length(token_hash) = 32),
  constraint password_reset_tokens_email_length check (char_length(email) between 3 and 254),
  constraint password_reset_tokens_within_a_day check (
    expires_at > created_at and expires_at - created_at <= interval '24 hours'
  )
);

insert into password_reset_tokens (token_hash, user_id, email, created_at, expires_at)
select
  password_resets.token_hash, password_resets.user_id, users.email,
  password_resets.expires_at - interval '24 hours', password_resets.expires_at
from auth.password_resets
join auth.users on users.id = password_resets.user_id;

drop table auth.password_resets;

create index password_reset_tokens_user_id_idx on password_reset_tokens (user_id);
create index password_reset_tokens_expires_at_idx on password_reset_tokens (expires_at);
