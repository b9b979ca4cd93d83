/** A function of the database as it is, with a part of it replaced. */
export const rewrite = (name: string, part: string, other: string) => `
  do $plant$
  declare
    before constant text := pg_get_functiondef('${name}'::regproc);
    after constant text := replace(before, $part$${part}$part$, $other$${other}$other$);
  begin
    assert after <> before, 'nothing was planted';
    execute after;
  end
  $plant$;`
