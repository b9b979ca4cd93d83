import { MIGRATIONS_TABLE } from '../migrate/apply.ts'

// PostgreSQL numbers its own objects below this, as FirstNormalObjectId in access/transam.h.
export const FIRST_OID = 16_384

/** The queue's own schema, which graphile-worker makes and renews by itself. */
export const QUEUE = `(select oid from pg_namespace where nspname = 'graphile_worker')`

/** The condition that an object is neither PostgreSQL's, nor an extension's, nor the queue's. */
export const ours = (catalog: string, oid: string): string => `${oid} >= ${FIRST_OID}
  and not exists (
    select
    from pg_depend
    where pg_depend.classid = '${catalog}'::regclass and pg_depend.objid = ${oid}
      and (pg_depend.deptype = 'e' or refclassid = 'pg_namespace'::regclass and refobjid in ${QUEUE})
  )`

/** The same of a relation, which is not the migrator's either. */
export const ourRelation = (oid: string): string => `${ours('pg_class', oid)}
  and ${oid} not in (
    select migrations.oid
    from pg_class as migrations
    where migrations.relname in ('${MIGRATIONS_TABLE}', '${MIGRATIONS_TABLE}_id_seq', '${MIGRATIONS_TABLE}_pkey')
      and migrations.relnamespace = 'public'::regnamespace
  )
  and relnamespace not in (select oid from pg_namespace where nspname like 'pg\\_%')
  and relnamespace not in ${QUEUE}`
