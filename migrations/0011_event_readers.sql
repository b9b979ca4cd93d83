-- Whoever passes events on to the world outside, such as by mail or to webhooks, keeps its place in the log here and moves
-- it on by the very transaction that writes down what is to be sent: nothing is passed over, and nothing is handed on twice.
-- What happened before the schema knew of a reader is not news to it.

create table event_readers (
  name text not null,
  xid xid8 not null,
  sequence bigint not null,
  constraint event_readers_pkey primary key (name)
);

insert into event_readers (name, xid, sequence)
select unnest(array['mail', 'webhooks']), pg_snapshot_xmin(pg_current_snapshot()), 0;
