-- What has moved in from another system, so that nothing is written twice when an import is run again, or goes on after it
-- was cut off: a row here is written by the transaction that writes what it stands for.
--
-- Nothing refers to the rows by a foreign key, and they refer to none: they are of accounts, services and bookings alike,
-- and what has left since must not come back with the next run.

create table imports (
  id integer generated always as identity,
  -- Which kind of system it was, and which one of them.
  kind text not null,
  source text not null,
  created_at timestamptz not null default now(),
  constraint imports_pkey primary key (id),
  constraint imports_source_key unique (kind, source),
  constraint imports_kind_known check (kind in ('marketplace', 'bookings', 'trainer-booking')),
  constraint imports_source_length check (char_length(source) between 1 and 300)
);

create table imported_rows (
  import_id integer not null,
  -- What it is here, and by what name it was known there.
  subject text not null,
  source_id text not null,
  our_id uuid not null,
  constraint imported_rows_pkey primary key (import_id, subject, source_id),
  constraint imported_rows_import_id_fkey foreign key (import_id) references imports (id)
    on update cascade on delete cascade,
  constraint imported_rows_subject_known check (subject in ('person', 'service', 'hours', 'booking', 'reset-token'))
);
