-- A hold has no booking, and nothing is distinct from null but what is not null: a day was counted without its holds
-- whenever no booking was to be left out of the count.

create or replace function is_day_full(
  p_provider_number integer,
  p_service_id uuid,
  p_limit integer,
  p_day tstzrange,
  p_booking_id uuid
)
returns boolean
language plpgsql
as $$
begin
  perform pg_advisory_xact_lock(
    hashtextextended(p_service_id::text, extract(epoch from lower(p_day))::bigint)
  );
  perform
  from claims
  where claims.provider_number = p_provider_number
    and claims.blocked && p_day
    and claims.service_id = p_service_id
    and claims.starts_at >= lower(p_day)
    and claims.starts_at < upper(p_day)
    and (p_booking_id is null or claims.booking_id is distinct from p_booking_id)
    and (claims.expires_at is null or claims.expires_at > clock_timestamp())
  offset p_limit - 1;
  return found;
end
$$;
