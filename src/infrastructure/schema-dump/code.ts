import { FIRST_OID, ourRelation, ours, QUEUE } from './scope.ts'

export const extensions = `
select quote_ident(extname) as name, extnamespace::regnamespace::text as schema
from pg_extension
where extname <> 'plpgsql'
order by extname collate "C"`

export const schemas = `
select quote_ident(nspname) as name
from pg_namespace
where ${ours('pg_namespace', 'pg_namespace.oid')} and nspname not like 'pg\\_%'
  and pg_namespace.oid not in ${QUEUE}
order by nspname collate "C"`

export const functions = `
select oid::regprocedure::text as name, rtrim(pg_get_functiondef(oid), E'\\n') as definition
from pg_proc
where ${ours('pg_proc', 'pg_proc.oid')} and prokind <> 'a'
order by oid::regprocedure::text collate "C"`

export const triggers = `
select
  quote_ident(tgname) as name,
  (
    select format('%s.%I', relnamespace::regnamespace, relname)
    from pg_class
    where pg_class.oid = tgrelid
  ) as table,
  pg_get_triggerdef(oid) as definition,
  case tgenabled when 'O' then 'enabled' when 'D' then 'disabled' when 'R' then 'replica' else 'always' end as state
from pg_trigger
where ${ours('pg_trigger', 'pg_trigger.oid')} and not tgisinternal
  and tgrelid in (select pg_class.oid from pg_class where ${ourRelation('pg_class.oid')})
order by tgrelid::regclass::text collate "C", tgname collate "C"`

export const comments = `
select object.type, object.identity, description
from pg_description
cross join lateral pg_identify_object(classoid, objoid, objsubid) as object
where objoid >= ${FIRST_OID} and classoid <> 'pg_extension'::regclass
  and object.identity not like '%graphile_worker.%'
  and not exists (
    select
    from pg_depend
    where pg_depend.classid = classoid and pg_depend.objid = objoid and pg_depend.deptype = 'e'
  )
order by object.type collate "C", object.identity collate "C"`

/** What the other statements do not know: a dump that passed over it in silence would prove nothing. */
export const uncovered = `
select object.type || ' ' || object.identity as name
from (
  select 'pg_class'::regclass as classid, oid from pg_class
  where ${ourRelation('pg_class.oid')}
    and (relkind not in ('r', 'i', 'S', 't') or relrowsecurity or relispartition)
  union all
  select 'pg_type'::regclass, oid from pg_type where typtype in ('d', 'e', 'r') and ${ours('pg_type', 'pg_type.oid')}
  union all
  select 'pg_proc'::regclass, oid from pg_proc where prokind = 'a' and ${ours('pg_proc', 'pg_proc.oid')}
  union all
  select 'pg_policy'::regclass, oid from pg_policy
  union all
  select 'pg_rewrite'::regclass, pg_rewrite.oid from pg_rewrite
  join pg_class on pg_class.oid = ev_class
  where ${ours('pg_rewrite', 'pg_rewrite.oid')} and relnamespace not in ${QUEUE}
  union all
  select 'pg_statistic_ext'::regclass, oid from pg_statistic_ext
  union all
  select 'pg_event_trigger'::regclass, oid from pg_event_trigger
) as found
cross join lateral pg_identify_object(classid, oid, 0) as object
order by object.type collate "C", object.identity collate "C"`
