import { ourRelation } from '../schema-dump/scope.ts'

/** Bigints as numbers: a size in bytes is far from where they differ. */
const number = (expression: string): string => `(${expression})::float8`

const seconds = (since: string): string =>
  `greatest(date_part('epoch', clock_timestamp() - ${since}), 0)::float8`

/** Of the sessions of others a role without pg_monitor sees the database and little else. */
export const overview = `
with clients as (
  select datname
  from pg_stat_activity
  where datid is not null and coalesce(backend_type, 'client backend') = 'client backend'
)
select
  current_database() as database,
  split_part(current_setting('server_version'), ' ', 1) as server,
  ${number('pg_database_size(current_database())')} as "sizeBytes",
  (select count(*) from clients)::float8 as connections,
  (select count(*) from clients where datname = current_database())::float8 as "connectionsHere",
  current_setting('max_connections')::integer as "maxConnections",
  ${number('age(datfrozenxid)')} as "xidAge",
  ${number('mxid_age(datminmxid)')} as "multixactAge",
  current_setting('autovacuum_freeze_max_age')::float8 as "freezeAge",
  coalesce((select stats_reset from pg_stat_database where datid = pg_database.oid), pg_postmaster_start_time())
    as "statisticsSince",
  (select stats_reset is not null from pg_stat_database where datid = pg_database.oid) as "isReset",
  pg_is_in_recovery() as "isReplica",
  case when pg_is_in_recovery() then ${seconds('pg_last_xact_replay_timestamp()')} end as "replicaLagSeconds",
  pg_has_role(current_user, 'pg_read_all_stats', 'usage') as "seesEverySession"
from pg_database
where datname = current_database()`

/** Whoever has the smallest xid that is still running keeps events back, in whichever database of the server. */
export const fence = `
select ${seconds('min(since)')} as "fenceAgeSeconds"
from (
  select xact_start as since
  from pg_stat_activity
  where backend_xid = pg_snapshot_xmin(pg_current_snapshot())::xid
  union all
  select prepared
  from pg_prepared_xacts
  where transaction = pg_snapshot_xmin(pg_current_snapshot())::xid
) as held`

export const oldestTransaction = `
select
  pid,
  usename as role,
  datname as database,
  application_name as application,
  state,
  ${seconds('xact_start')} as "ageSeconds",
  wait_event_type as "waitsFor",
  query
from pg_stat_activity
where xact_start is not null and pid <> pg_backend_pid() and backend_type = 'client backend'
order by xact_start
limit 1`

export const tables = `
select
  format('%s.%I', relnamespace::regnamespace, pg_class.relname) as name,
  ${number('pg_class.reltuples')} as "rowEstimate",
  ${number('pg_table_size(pg_class.oid)')} as "tableBytes",
  ${number('pg_indexes_size(pg_class.oid)')} as "indexBytes",
  coalesce(n_live_tup, 0)::float8 as "liveRows",
  coalesce(n_dead_tup, 0)::float8 as "deadRows",
  greatest(last_vacuum, last_autovacuum) as "vacuumedAt",
  greatest(last_analyze, last_autoanalyze) as "analyzedAt"
from pg_class
left join pg_stat_all_tables on relid = pg_class.oid
where ${ourRelation('pg_class.oid')} and relkind = 'r'
order by pg_total_relation_size(pg_class.oid) desc, name`

export const indexes = `
select
  format('%s.%I', relnamespace::regnamespace, pg_class.relname) as name,
  format('%s.%I', schemaname, pg_stat_all_indexes.relname) as table,
  ${number('pg_relation_size(pg_class.oid)')} as bytes,
  idx_scan::float8 as scans,
  indisunique or indisexclusion as "isRule",
  indisvalid as "isValid"
from pg_class
join pg_index on pg_index.indexrelid = pg_class.oid
join pg_stat_all_indexes on pg_stat_all_indexes.indexrelid = pg_class.oid
where ${ourRelation('pg_class.oid')} and relkind = 'i'
order by pg_relation_size(pg_class.oid) desc, name`

export const replicas = `
select
  application_name as name,
  state,
  sync_state as mode,
  ${number('pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, replay_lsn)')}
    as "lagBytes",
  date_part('epoch', replay_lag)::float8 as "lagSeconds"
from pg_stat_replication
order by application_name`
