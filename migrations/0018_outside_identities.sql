-- Whoever keeps an existing login (Supabase, Auth0, Keycloak) is known here by who issued the token and whom it names. Such
-- an account has no password, so that none can be guessed. An identity goes with its user, and is never moved to another.

alter table auth.users alter column password_hash drop not null;

create table auth.outside_identities (
  issuer text not null,
  subject text not null,
  user_id uuid not null,
  created_at timestamptz not null,
  constraint outside_identities_pkey primary key (issuer, subject),
  constraint outside_identities_user_id_key unique (user_id),
  constraint outside_identities_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint outside_identities_issuer_length check (char_length(issuer) between 1 and 500),
  constraint outside_identities_subject_length check (char_length(subject) between 1 and 255)
);
