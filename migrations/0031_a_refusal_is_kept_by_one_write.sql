-- A refusal is worded when it is kept, so its key and its answer are one row written once; it was written and then updated.
-- In a rush for one slot that is most of what there is to write. A key that is there already is open_key's matter, as before.

create or replace function keep_answer(
  p_user_id uuid,
  p_key text,
  p_request_hash bytea,
  p_answer text,
  out outcome text,
  out answer text
)
language plpgsql
as $$
begin
  insert into idempotency_keys (user_id, key, request_hash, answer, created_at)
  values (p_user_id, p_key, p_request_hash, p_answer, clock_timestamp())
  on conflict on constraint idempotency_keys_pkey do nothing;
  if found then
    return;
  end if;

  select opened.outcome, opened.answer
  into outcome, answer
  from open_key(p_user_id, p_key, p_request_hash) as opened;
  if outcome is null then
    perform close_key(p_user_id, p_key, p_answer);
  end if;
end
$$;
