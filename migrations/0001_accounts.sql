-- Accounts come first because everything belongs to someone. Credentials live in a schema of their own, so
-- that a role that reads bookings need not be able to read password hashes. A profile exists only for a user,
-- one each, and goes with the user.

create extension if not exists btree_gist;

create schema auth;

create table auth.users (
  id uuid not null,
  number integer generated always as identity,
  email text not null,
  password_hash text not null,
  roles text[] not null,
  deactivated_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint users_pkey primary key (id),
  constraint users_number_key unique (number),
  constraint users_email_length check (char_length(email) between 3 and 254),
  constraint users_roles_known check (roles <@ array['customer', 'provider', 'admin'] and cardinality(roles) > 0)
);

-- Jane@example.com and jane@example.com are one mailbox to everyone but the letter of the RFC.
create unique index users_email_key on auth.users (lower(email));

create table profiles (
  id uuid not null,
  first_name text not null,
  last_name text not null,
  phone_number text,
  account_type text not null default 'personal',
  address text,
  time_zone text not null default 'UTC',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint profiles_pkey primary key (id),
  constraint profiles_id_fkey foreign key (id) references auth.users (id) on update cascade on delete cascade,
  constraint profiles_first_name_length check (char_length(first_name) between 1 and 100),
  constraint profiles_last_name_length check (char_length(last_name) between 1 and 100),
  constraint profiles_phone_number_length check (char_length(phone_number) <= 32),
  constraint profiles_account_type_known check (account_type in ('personal', 'business')),
  constraint profiles_address_length check (char_length(address) <= 500)
);
