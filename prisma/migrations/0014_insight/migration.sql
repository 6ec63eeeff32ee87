-- CreateEnum
CREATE TYPE "insight_status" AS ENUM ('pending', 'done', 'unavailable');

-- CreateEnum
CREATE TYPE "recording_status" AS ENUM ('requested', 'recording', 'fetching', 'stored', 'removed', 'failed', 'absent');

-- AlterTable
ALTER TABLE "business_settings" ADD COLUMN     "record_calls" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "call_insights" (
    "id" UUID NOT NULL,
    "business_id" UUID NOT NULL,
    "call_id" UUID NOT NULL,
    "status" "insight_status" NOT NULL DEFAULT 'pending',
    "reason" TEXT,
    "detail" TEXT,
    "model" TEXT,
    "summary" TEXT,
    "next_step" TEXT,
    "topic" TEXT,
    "sentiment" TEXT,
    "outcome" TEXT,
    "score" INTEGER,
    "score_reasons" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "fields" JSONB NOT NULL DEFAULT '[]',
    "follow_ups" JSONB NOT NULL DEFAULT '[]',
    "dropped" INTEGER NOT NULL DEFAULT 0,
    "tokens_in" INTEGER NOT NULL DEFAULT 0,
    "tokens_out" INTEGER NOT NULL DEFAULT 0,
    "cost_micro_usd" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "analysed_at" TIMESTAMPTZ(3),

    CONSTRAINT "call_insights_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recordings" (
    "id" UUID NOT NULL,
    "business_id" UUID NOT NULL,
    "call_id" UUID NOT NULL,
    "recording_sid" TEXT,
    "status" "recording_status" NOT NULL DEFAULT 'requested',
    "reason" TEXT,
    "offset_ms" INTEGER NOT NULL DEFAULT 0,
    "duration_ms" INTEGER,
    "channels" INTEGER,
    "bytes" INTEGER,
    "sha256" TEXT,
    "peaks" JSONB NOT NULL DEFAULT '[]',
    "caller_speech_ms" INTEGER,
    "source_deleted_at" TIMESTAMPTZ(3),
    "transcribed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stored_at" TIMESTAMPTZ(3),
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "recordings_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "call_insights_call_id_key" ON "call_insights"("call_id");

-- CreateIndex
CREATE INDEX "call_insights_business_id_idx" ON "call_insights"("business_id");

-- CreateIndex
CREATE INDEX "call_insights_status_requested_at_idx" ON "call_insights"("status", "requested_at");

-- CreateIndex
CREATE UNIQUE INDEX "recordings_call_id_key" ON "recordings"("call_id");

-- CreateIndex
CREATE UNIQUE INDEX "recordings_recording_sid_key" ON "recordings"("recording_sid");

-- CreateIndex
CREATE INDEX "recordings_business_id_stored_at_idx" ON "recordings"("business_id", "stored_at");

-- CreateIndex
CREATE INDEX "recordings_status_updated_at_idx" ON "recordings"("status", "updated_at");

-- AddForeignKey
ALTER TABLE "call_insights" ADD CONSTRAINT "call_insights_business_id_fkey" FOREIGN KEY ("business_id") REFERENCES "businesses"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "call_insights" ADD CONSTRAINT "call_insights_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recordings" ADD CONSTRAINT "recordings_business_id_fkey" FOREIGN KEY ("business_id") REFERENCES "businesses"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recordings" ADD CONSTRAINT "recordings_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The rows of the current business, and no others, to read and to write; a row that points at a call stays in its business.
GRANT SELECT, INSERT, UPDATE, DELETE ON call_insights, recordings TO prosaas_app;
ALTER TABLE call_insights ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_insights FORCE ROW LEVEL SECURITY;
ALTER TABLE recordings ENABLE ROW LEVEL SECURITY;
ALTER TABLE recordings FORCE ROW LEVEL SECURITY;
CREATE POLICY own_business ON call_insights TO prosaas_app
  USING (business_id = current_business())
  WITH CHECK (business_id = current_business() AND EXISTS (SELECT 1 FROM calls WHERE calls.id = call_id));
CREATE POLICY own_business ON recordings TO prosaas_app
  USING (business_id = current_business())
  WITH CHECK (business_id = current_business() AND EXISTS (SELECT 1 FROM calls WHERE calls.id = call_id));

-- What the sweep takes up again: analyses and recordings whose job was lost. Ids only.
GRANT SELECT ON call_insights, recordings TO prosaas_lookup;
CREATE POLICY lookup ON call_insights FOR SELECT TO prosaas_lookup USING (true);
CREATE POLICY lookup ON recordings FOR SELECT TO prosaas_lookup USING (true);

CREATE FUNCTION sweep_insights(now timestamptz, max int)
RETURNS TABLE (business_id uuid, call_id uuid, insight_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT i.business_id, i.call_id, i.id FROM call_insights i
  WHERE i.status = 'pending' AND i.requested_at < $1 - interval '2 minutes'
  ORDER BY i.requested_at, i.id
  LIMIT $2
$$;

CREATE FUNCTION sweep_recordings(now timestamptz, max int)
RETURNS TABLE (business_id uuid, recording_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT r.business_id, r.id FROM recordings r
  WHERE r.status = 'fetching' AND r.updated_at < $1 - interval '2 minutes'
  ORDER BY r.updated_at, r.id
  LIMIT $2
$$;

-- A function's new owner must be allowed to create in the schema, for this one moment.
GRANT CREATE ON SCHEMA public TO prosaas_lookup;
DO $$
DECLARE
  look_up regprocedure;
BEGIN
  FOREACH look_up IN ARRAY ARRAY[
    'sweep_insights(timestamptz, int)', 'sweep_recordings(timestamptz, int)'
  ]::regprocedure[] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', look_up);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO prosaas_app', look_up);
    EXECUTE format('ALTER FUNCTION %s OWNER TO prosaas_lookup', look_up);
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM prosaas_lookup;
