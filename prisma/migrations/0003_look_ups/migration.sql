-- The closed list of look-ups that run before a business is known. Each returns ids only (and, for a person, the names
-- of their own businesses), runs as prosaas_lookup, and sees through row security by that role's policies alone.

CREATE FUNCTION business_of_number(number text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT p.business_id FROM phone_numbers p WHERE p.number = $1
$$;

CREATE FUNCTION business_of_api_token(token_hash text) RETURNS TABLE (business_id uuid, token_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT t.business_id, t.id FROM api_tokens t WHERE t.token_hash = $1 AND t.revoked_at IS NULL
$$;

CREATE FUNCTION businesses_of_user(user_id uuid) RETURNS TABLE (business_id uuid, name text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT b.id, b.name, m.role::text
  FROM memberships m JOIN businesses b ON b.id = m.business_id
  WHERE m.user_id = $1
  ORDER BY b.name, b.id
$$;

CREATE FUNCTION call_of_sid(call_sid text) RETURNS TABLE (business_id uuid, call_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT c.business_id, c.id FROM calls c WHERE c.call_sid = $1
$$;

-- Atomic: of two streams that bring the same token one gets the row, the other none.
CREATE FUNCTION consume_stream_token(token_hash text, call_sid text)
RETURNS TABLE (business_id uuid, call_id uuid, leg int)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE stream_tokens t SET consumed_at = clock_timestamp()
  FROM calls c
  WHERE t.token_hash = $1 AND t.consumed_at IS NULL AND t.expires_at > clock_timestamp()
    AND c.id = t.call_id AND c.business_id = t.business_id AND c.call_sid = $2
  RETURNING t.business_id, t.call_id, t.leg
$$;

-- Calls that lost their process or their job. A call without a lease never got as far as a stream; five minutes are
-- more than a telephone rings.
CREATE FUNCTION sweep_calls(now timestamptz, max int) RETURNS TABLE (business_id uuid, call_id uuid, kind text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT lost.business_id, lost.id, lost.kind FROM (
    SELECT c.business_id, c.id, 'lease_expired' AS kind, c.started_at
    FROM calls c
    WHERE c.status = 'in_progress' AND coalesce(c.lease_expires_at, c.started_at + interval '5 minutes') < $1
    UNION ALL
    SELECT c.business_id, c.id, 'unsettled', c.started_at
    FROM calls c
    WHERE c.status = 'ended' AND c.transcripts_settled_at IS NULL AND c.ended_at < $1 - interval '30 seconds'
    UNION ALL
    SELECT c.business_id, c.id, 'unfinalized', c.started_at
    FROM calls c
    WHERE c.status = 'ended' AND c.finalized_at IS NULL AND c.transcripts_settled_at < $1 - interval '10 seconds'
  ) lost
  ORDER BY lost.started_at, lost.id
  LIMIT $2
$$;

CREATE FUNCTION sweep_outbox(now timestamptz, max int) RETURNS TABLE (business_id uuid, outbox_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT o.business_id, o.id FROM outbox o
  WHERE o.dispatched_at IS NULL AND o.created_at < $1 - interval '5 seconds'
  ORDER BY o.created_at, o.id
  LIMIT $2
$$;

CREATE FUNCTION sweep_deliveries(now timestamptz, max int) RETURNS TABLE (business_id uuid, delivery_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT d.business_id, d.id FROM deliveries d
  WHERE d.status = 'pending' AND d.next_attempt_at < $1 - interval '30 seconds'
  ORDER BY d.next_attempt_at, d.id
  LIMIT $2
$$;

-- A function's new owner must be allowed to create in the schema, for this one moment.
GRANT CREATE ON SCHEMA public TO prosaas_lookup;
DO $$
DECLARE
  look_up regprocedure;
BEGIN
  FOREACH look_up IN ARRAY ARRAY[
    'business_of_number(text)', 'business_of_api_token(text)', 'businesses_of_user(uuid)', 'call_of_sid(text)',
    'consume_stream_token(text, text)', 'sweep_calls(timestamptz, int)', 'sweep_outbox(timestamptz, int)',
    'sweep_deliveries(timestamptz, int)'
  ]::regprocedure[] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', look_up);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO prosaas_app', look_up);
    EXECUTE format('ALTER FUNCTION %s OWNER TO prosaas_lookup', look_up);
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM prosaas_lookup;
