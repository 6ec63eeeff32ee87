-- Search in what was said. Both extensions are trusted: the database's owner may make them.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- The form in which texts are searched: no nikud and no direction marks, one kind of quotes and of hyphens, lower case.
-- A search finds its words anywhere, so that the letters that stand before a Hebrew word (ו ה ב ל מ ש כ) hide none.
CREATE FUNCTION searchable(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN lower(translate(
    regexp_replace(value, '[\u00ad\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]', '', 'g'),
    '״“”„«»׳‘’‚´`־‐‑–', '""""""''''''''''''----'
  ));

-- Kept by the database itself, so that nothing can be found that is no longer there, and nothing is missed that is.
ALTER TABLE "calls" ADD COLUMN "search_text" TEXT GENERATED ALWAYS AS (
  searchable(coalesce(transcript, '') || ' ' || from_number || ' ' || to_number)
) STORED;
ALTER TABLE "leads" ADD COLUMN "search_text" TEXT GENERATED ALWAYS AS (
  searchable(coalesce(name, '') || ' ' || phone || ' ' || fields::text)
) STORED;

-- CreateIndex
CREATE INDEX "calls_business_id_search_text_idx" ON "calls" USING GIN ("business_id", "search_text" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "leads_business_id_search_text_idx" ON "leads" USING GIN ("business_id", "search_text" gin_trgm_ops);

GRANT SELECT ON leads TO prosaas_lookup;
CREATE POLICY lookup ON leads FOR SELECT TO prosaas_lookup USING (true);

-- A row policy keeps every comparison that is not leakproof, LIKE among them, away from the indexes. These functions
-- apply the policy's condition themselves and answer with ids alone.
--
-- The planner cannot know how common a word is in long texts, so the two ways are taken one after the other: first the
-- newest calls in their order, where a common word fills a page at once; what that leaves open comes from the index,
-- where a rare word has few entries. A pattern without three letters in a row is in no index: it is looked for in the
-- newest calls alone.
CREATE FUNCTION search_calls(
  pattern text, since timestamptz, until timestamptz, before_at timestamptz, before_id uuid,
  wanted_direction text, wanted_reasons text[], wanted_lead uuid, wanted_delivery text, max int
) RETURNS TABLE (call_id uuid, started_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  newest constant int := 2000;
  indexed constant boolean := length(pattern) >= 5;
  found int := 0;
BEGIN
  IF pattern IS NULL THEN
    RETURN QUERY
    SELECT c.id, c.started_at FROM calls c
    WHERE c.business_id = current_business()
      AND (since IS NULL OR c.started_at >= since) AND (until IS NULL OR c.started_at < until)
      AND (before_at IS NULL OR (c.started_at, c.id) < (before_at, before_id))
      AND (wanted_direction IS NULL OR c.direction::text = wanted_direction)
      AND (wanted_reasons IS NULL OR coalesce(c.end_reason, 'live') = ANY (wanted_reasons))
      AND (wanted_lead IS NULL OR c.lead_id = wanted_lead)
      AND (wanted_delivery IS NULL OR EXISTS (
        SELECT 1 FROM deliveries d WHERE d.call_id = c.id AND d.status::text = wanted_delivery))
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
    AND (wanted_delivery IS NULL OR EXISTS (
      SELECT 1 FROM deliveries d WHERE d.call_id = n.id AND d.status::text = wanted_delivery))
    AND (n.search_text LIKE pattern OR EXISTS (
      SELECT 1 FROM leads l WHERE l.id = n.lead_id AND l.search_text LIKE pattern))
  ORDER BY n.started_at DESC, n.id DESC
  LIMIT max;
  GET DIAGNOSTICS found = ROW_COUNT;
  IF found >= max OR NOT indexed THEN RETURN; END IF;

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
      SELECT 1 FROM deliveries d WHERE d.call_id = c.id AND d.status::text = wanted_delivery))
  ORDER BY c.started_at DESC, c.id DESC
  OFFSET found LIMIT max - found;
END
$$;

CREATE FUNCTION search_leads(pattern text, before_at timestamptz, before_id uuid, max int)
RETURNS TABLE (lead_id uuid, updated_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  RETURN QUERY
  SELECT l.id, l.updated_at FROM leads l
  WHERE l.business_id = current_business()
    AND (before_at IS NULL OR (l.updated_at, l.id) < (before_at, before_id))
    AND (pattern IS NULL OR l.search_text LIKE pattern)
  ORDER BY l.updated_at DESC, l.id DESC
  LIMIT max;
END
$$;

GRANT CREATE ON SCHEMA public TO prosaas_lookup;
DO $$
DECLARE
  look_up regprocedure;
BEGIN
  FOREACH look_up IN ARRAY ARRAY[
    'search_calls(text, timestamptz, timestamptz, timestamptz, uuid, text, text[], uuid, text, int)',
    'search_leads(text, timestamptz, uuid, int)'
  ]::regprocedure[] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', look_up);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO prosaas_app', look_up);
    EXECUTE format('ALTER FUNCTION %s OWNER TO prosaas_lookup', look_up);
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM prosaas_lookup;
