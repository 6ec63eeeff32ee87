-- "Calls with a failed delivery" read every delivery of the business. Now as for a word: first the newest calls one by
-- one, where what is common fills a page at once; then what is rare, from the partial index of its status.

-- Only its owner may replace a function, and an owner needs leave to make one.
GRANT CREATE ON SCHEMA public TO prosaas_lookup;
SET LOCAL ROLE prosaas_lookup;
CREATE OR REPLACE FUNCTION search_calls(
  pattern text, since timestamptz, until timestamptz, before_at timestamptz, before_id uuid,
  wanted_direction text, wanted_reasons text[], wanted_lead uuid, wanted_delivery text, max int
) RETURNS TABLE (call_id uuid, started_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  newest constant int := 2000;
  -- Whether an index knows what is rare: it does for three letters of a word, and for the state of a delivery alone.
  indexed constant boolean := coalesce(length(pattern) >= 5, true);
  found int := 0;
BEGIN
  IF pattern IS NULL AND wanted_delivery IS NULL THEN
    RETURN QUERY
    SELECT c.id, c.started_at FROM calls c
    WHERE c.business_id = current_business()
      AND (since IS NULL OR c.started_at >= since) AND (until IS NULL OR c.started_at < until)
      AND (before_at IS NULL OR (c.started_at, c.id) < (before_at, before_id))
      AND (wanted_direction IS NULL OR c.direction::text = wanted_direction)
      AND (wanted_reasons IS NULL OR coalesce(c.end_reason, 'live') = ANY (wanted_reasons))
      AND (wanted_lead IS NULL OR c.lead_id = wanted_lead)
    ORDER BY c.started_at DESC, c.id DESC
    LIMIT max;
    RETURN;
  END IF;

  RETURN QUERY
  SELECT n.id, n.started_at FROM (
    SELECT c.id, c.started_at, c.search_text, c.direction, c.end_reason, c.lead_id FROM calls c
    WHERE c.business_id = current_business()
      AND (since IS NULL OR c.started_at >= since) AND (until IS NULL OR c.started_at < until)
      AND (before_at IS NULL OR (c.started_at, c.id) < (before_at, before_id))
    ORDER BY c.started_at DESC, c.id DESC
    LIMIT CASE WHEN indexed THEN newest ELSE newest * 10 END
  ) n
  WHERE (wanted_direction IS NULL OR n.direction::text = wanted_direction)
    AND (wanted_reasons IS NULL OR coalesce(n.end_reason, 'live') = ANY (wanted_reasons))
    AND (wanted_lead IS NULL OR n.lead_id = wanted_lead)
    -- LIMIT keeps the planner from gathering every delivery of the business for what 2,000 look-ups answer.
    AND (wanted_delivery IS NULL OR (
      SELECT true FROM deliveries d WHERE d.call_id = n.id AND d.status = wanted_delivery::delivery_status LIMIT 1))
    AND (pattern IS NULL OR n.search_text LIKE pattern OR EXISTS (
      SELECT 1 FROM leads l WHERE l.id = n.lead_id AND l.search_text LIKE pattern))
  ORDER BY n.started_at DESC, n.id DESC
  LIMIT max;
  GET DIAGNOSTICS found = ROW_COUNT;
  IF found >= max OR NOT indexed THEN RETURN; END IF;

  IF pattern IS NULL THEN
    RETURN QUERY
    WITH told AS MATERIALIZED (
      SELECT DISTINCT d.call_id FROM deliveries d
      WHERE d.business_id = current_business() AND d.status = wanted_delivery::delivery_status
    )
    SELECT c.id, c.started_at FROM told JOIN calls c ON c.id = told.call_id
    WHERE (since IS NULL OR c.started_at >= since) AND (until IS NULL OR c.started_at < until)
      AND (before_at IS NULL OR (c.started_at, c.id) < (before_at, before_id))
      AND (wanted_direction IS NULL OR c.direction::text = wanted_direction)
      AND (wanted_reasons IS NULL OR coalesce(c.end_reason, 'live') = ANY (wanted_reasons))
      AND (wanted_lead IS NULL OR c.lead_id = wanted_lead)
    ORDER BY c.started_at DESC, c.id DESC
    OFFSET found LIMIT max - found;
    RETURN;
  END IF;

  RETURN QUERY
  WITH spoken AS MATERIALIZED (
    SELECT c.id FROM calls c WHERE c.business_id = current_business() AND c.search_text LIKE pattern
  ), owned AS MATERIALIZED (
    SELECT c.id FROM leads l JOIN calls c ON c.lead_id = l.id
    WHERE l.business_id = current_business() AND l.search_text LIKE pattern
  )
  SELECT c.id, c.started_at FROM calls c
  WHERE c.id IN (SELECT id FROM spoken UNION SELECT id FROM owned)
    AND (since IS NULL OR c.started_at >= since) AND (until IS NULL OR c.started_at < until)
    AND (before_at IS NULL OR (c.started_at, c.id) < (before_at, before_id))
    AND (wanted_direction IS NULL OR c.direction::text = wanted_direction)
    AND (wanted_reasons IS NULL OR coalesce(c.end_reason, 'live') = ANY (wanted_reasons))
    AND (wanted_lead IS NULL OR c.lead_id = wanted_lead)
    AND (wanted_delivery IS NULL OR EXISTS (
      SELECT 1 FROM deliveries d WHERE d.call_id = c.id AND d.status = wanted_delivery::delivery_status))
  ORDER BY c.started_at DESC, c.id DESC
  OFFSET found LIMIT max - found;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM prosaas_lookup;
