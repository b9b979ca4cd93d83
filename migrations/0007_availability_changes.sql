-- What searches remember of a provider holds until the provider changes. This is the log of such changes, so that a
-- search asks one small question instead of everything: who has changed since I last asked? Triggers write it and
-- nothing else does, so that no code path can forget to, and neither can someone with psql.
--
-- A reader that last read under snapshot S lacks exactly the rows whose xid was running in S or had not begun, which
-- are few index entries however long the oldest transaction runs. Rows leave oldest first, and the last one stays: as
-- long as a reader sees a row from before its S, nothing that it lacks has left.

create table availability_changes (
  xid xid8 not null default pg_current_xact_id(),
  sequence bigint generated always as identity,
  kind text not null,
  -- Null where it may be anyone.
  provider_number integer,
  changed_at timestamptz not null default now(),
  constraint availability_changes_pkey primary key (xid, sequence),
  constraint availability_changes_kind_known check (kind in ('claims', 'offer', 'everything')),
  constraint availability_changes_of_someone check ((kind = 'everything') = (provider_number is null))
);

insert into availability_changes (kind)
values ('everything');

-- A row for each claim and not for each provider of a statement: bookings come one by one, and a transition table
-- costs each of them more.
create function note_claim()
returns trigger
language plpgsql
as $$
begin
  insert into availability_changes (kind, provider_number)
  values ('claims', coalesce(new.provider_number, old.provider_number));
  return null;
end
$$;

create trigger claims_noted
  after insert or delete on claims
  for each row
  execute function note_claim();

-- The rows of a provider who is deleted go after the account has gone: note_provider tells of them.
create function note_offer()
returns trigger
language plpgsql
as $$
begin
  insert into availability_changes (kind, provider_number)
  select 'offer', users.number
  from auth.users
  where users.id in (old.provider_id, new.provider_id);
  return null;
end
$$;

create trigger services_noted
  after insert or update or delete on services
  for each row
  execute function note_offer();

create trigger schedules_noted
  after insert or update or delete on schedules
  for each row
  execute function note_offer();

create trigger weekly_hours_noted
  after insert or update or delete on weekly_hours
  for each row
  execute function note_offer();

create trigger weekly_breaks_noted
  after insert or update or delete on weekly_breaks
  for each row
  execute function note_offer();

create trigger schedule_overrides_noted
  after insert or update or delete on schedule_overrides
  for each row
  execute function note_offer();

create trigger override_hours_noted
  after insert or update or delete on override_hours
  for each row
  execute function note_offer();

create trigger time_off_noted
  after insert or update or delete on time_off
  for each row
  execute function note_offer();

create function note_provider()
returns trigger
language plpgsql
as $$
begin
  insert into availability_changes (kind, provider_number)
  values ('offer', old.number);
  return null;
end
$$;

create trigger users_change_noted
  after update on auth.users
  for each row
  when ((old.id, old.number, old.deactivated_at) is distinct from (new.id, new.number, new.deactivated_at))
  execute function note_provider();

create trigger users_removal_noted
  after delete on auth.users
  for each row
  execute function note_provider();

create function note_everything()
returns trigger
language plpgsql
as $$
begin
  insert into availability_changes (kind)
  values ('everything');
  return null;
end
$$;

create trigger claims_truncation_noted
  after truncate on claims
  for each statement
  execute function note_everything();

create trigger services_truncation_noted
  after truncate on services
  for each statement
  execute function note_everything();

create trigger schedules_truncation_noted
  after truncate on schedules
  for each statement
  execute function note_everything();

create trigger weekly_hours_truncation_noted
  after truncate on weekly_hours
  for each statement
  execute function note_everything();

create trigger weekly_breaks_truncation_noted
  after truncate on weekly_breaks
  for each statement
  execute function note_everything();

create trigger schedule_overrides_truncation_noted
  after truncate on schedule_overrides
  for each statement
  execute function note_everything();

create trigger override_hours_truncation_noted
  after truncate on override_hours
  for each statement
  execute function note_everything();

create trigger time_off_truncation_noted
  after truncate on time_off
  for each statement
  execute function note_everything();

create trigger users_truncation_noted
  after truncate on auth.users
  for each statement
  execute function note_everything();
