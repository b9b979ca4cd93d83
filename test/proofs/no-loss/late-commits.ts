/**
 * Transactions take their numbers when they write and commit in another order: rarely so on a machine where a commit takes
 * no time. Here each event of so many waits a while at its very commit, as on a slow disk, and others overtake it.
 */
export const lateCommits = (everyEvents: number, longestMilliseconds: number) => `
  create function commit_late() returns trigger language plpgsql as $$
  begin
    perform pg_sleep(random() * ${longestMilliseconds / 1_000});
    return null;
  end
  $$;
  create constraint trigger events_late after insert on events
    deferrable initially deferred for each row
    when (new.sequence % ${everyEvents} = 0)
    execute function commit_late()`

/** The advisory lock for which the events of one customer wait at their commit. */
export const GATE = 5_020_001

export const gatedCommits = (customer: string) => `
  create function wait_at_gate() returns trigger language plpgsql as $$
  begin
    perform pg_advisory_xact_lock_shared(${GATE});
    return null;
  end
  $$;
  create constraint trigger events_gated after insert on events
    deferrable initially deferred for each row
    when (new.customer_id = '${customer}')
    execute function wait_at_gate()`
