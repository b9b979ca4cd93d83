import { ourRelation } from './scope.ts'

const inOrder = 'order by relnamespace::regnamespace::text collate "C", relname collate "C"'

export const sequences = `
select
  relnamespace::regnamespace::text as schema,
  quote_ident(relname) as name,
  format('as %s start %s increment %s', format_type(seqtypid, null), seqstart, seqincrement)
  || format(' minvalue %s maxvalue %s cache %s', seqmin, seqmax, seqcache)
  || case when seqcycle then ' cycle' else '' end as definition,
  (pg_identify_object(refclassid, refobjid, refobjsubid)).identity as owner,
  coalesce(deptype = 'i', false) as "isIdentity"
from pg_sequence
join pg_class on pg_class.oid = pg_sequence.seqrelid
left join pg_depend on pg_depend.classid = 'pg_class'::regclass and pg_depend.objid = seqrelid
  and pg_depend.refclassid = 'pg_class'::regclass and pg_depend.deptype in ('a', 'i')
where ${ourRelation('pg_class.oid')}
${inOrder}`

/**
 * PostgreSQL 18 lists NOT NULL among the constraints, 15 does not: here it is a property of the column, which has it when it
 * holds for every row.
 */
const columns = `
select json_agg(
  json_build_object(
    'name', quote_ident(attname),
    'type', format_type(atttypid, atttypmod),
    'collation', case when attcollation <> typcollation then attcollation::regcollation::text end,
    'isRequired', attnotnull and not exists (
      select
      from pg_constraint
      where conrelid = attrelid and contype = 'n' and conkey = array[attnum] and not convalidated
    ),
    'identity', case attidentity when 'a' then 'always' when 'd' then 'by default' end,
    'generated', case attgenerated
      when 's' then format('(%s) stored', pg_get_expr(adbin, adrelid))
      when 'v' then format('(%s) virtual', pg_get_expr(adbin, adrelid))
    end,
    'default', case when attgenerated = '' then pg_get_expr(adbin, adrelid) end
  )
  order by attnum
)
from pg_attribute
join pg_type on pg_type.oid = atttypid
left join pg_attrdef on adrelid = attrelid and adnum = attnum
where attrelid = pg_class.oid and attnum > 0 and not attisdropped`

const columnNames = (relation: string, numbers: string): string => `(
  select array_agg(quote_ident(attname) order by place)
  from unnest(${numbers}) with ordinality as keys (number, place)
  join pg_attribute on attrelid = ${relation} and attnum = number
)`

/** A constraint is enforced by triggers of its own, which can be switched off, or by an index, which can be invalid. */
const constraints = `
select json_agg(
  json_build_object(
    'name', quote_ident(conname),
    'kind', case contype
      when 'p' then 'primary key'
      when 'u' then 'unique'
      when 'f' then 'foreign key'
      when 'x' then 'exclusion'
      when 'c' then 'check'
      else 'trigger'
    end,
    'definition', regexp_replace(pg_get_constraintdef(pg_constraint.oid), ' NOT VALID$', ''),
    'isValidated', convalidated,
    'isEnforced', coalesce(
      (select indisvalid from pg_index where indexrelid = conindid and contype in ('p', 'u', 'x')),
      not exists (select from pg_trigger where tgconstraint = pg_constraint.oid and tgenabled in ('D', 'R'))
    ),
    'columns', ${columnNames('conrelid', 'conkey')},
    'referencedTable', (
      select format('%s.%I', other.relnamespace::regnamespace, other.relname)
      from pg_class as other
      where other.oid = confrelid
    ),
    'referencedColumns', ${columnNames('confrelid', 'confkey')}
  )
  order by strpos('pufxc', contype), format('%I %s', conname, pg_get_constraintdef(pg_constraint.oid)) collate "C"
)
from pg_constraint
where conrelid = pg_class.oid and contype <> 'n'`

export const tables = `
select
  relnamespace::regnamespace::text as schema,
  quote_ident(relname) as name,
  relpersistence = 'u' as "isUnlogged",
  coalesce(reloptions, '{}') as options,
  coalesce((${columns}), '[]') as columns,
  coalesce((${constraints}), '[]') as constraints
from pg_class
where ${ourRelation('pg_class.oid')} and relkind = 'r'
${inOrder}`

/** Without those that a constraint has made: the constraint says all of it. */
export const indexes = `
select
  relnamespace::regnamespace::text as schema,
  quote_ident(relname) as name,
  (
    select format('%s.%I', indexed.relnamespace::regnamespace, indexed.relname)
    from pg_class as indexed
    where indexed.oid = indrelid
  ) as table,
  pg_get_indexdef(pg_class.oid) as definition,
  indisvalid as "isValid",
  indisunique as "isUnique"
from pg_class
join pg_index on indexrelid = pg_class.oid
where ${ourRelation('pg_class.oid')} and relkind in ('i', 'I')
  and not exists (
    select
    from pg_constraint
    where conindid = pg_class.oid and contype in ('p', 'u', 'x')
  )
${inOrder}`
