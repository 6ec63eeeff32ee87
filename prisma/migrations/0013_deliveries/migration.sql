-- CreateEnum
CREATE TYPE "destination_status" AS ENUM ('active', 'off');

-- CreateTable
CREATE TABLE "destinations" (
    "id" UUID NOT NULL,
    "business_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "plugin" TEXT,
    "name" TEXT NOT NULL,
    "url_sealed" TEXT,
    "url_hash" TEXT,
    "secret_sealed" TEXT,
    "previous_secret_sealed" TEXT,
    "previous_secret_until" TIMESTAMPTZ(3),
    "events" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "status" "destination_status" NOT NULL DEFAULT 'active',
    "off_reason" TEXT,
    "off_at" TIMESTAMPTZ(3),
    "failing_since" TIMESTAMPTZ(3),
    "last_failure_at" TIMESTAMPTZ(3),
    "failing_days" INTEGER NOT NULL DEFAULT 0,
    "max_concurrent" INTEGER NOT NULL DEFAULT 16,
    "max_per_second" INTEGER NOT NULL DEFAULT 200,
    "rate_at" TIMESTAMPTZ(3),
    "paused_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "destinations_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "destinations_business_id_plugin_key" ON "destinations"("business_id", "plugin");

-- AddForeignKey
ALTER TABLE "destinations" ADD CONSTRAINT "destinations_business_id_fkey" FOREIGN KEY ("business_id") REFERENCES "businesses"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The migrating user is held to the policies as well; what follows moves the rows of every business.
ALTER TABLE deliveries NO FORCE ROW LEVEL SECURITY;

-- AlterTable
ALTER TABLE "deliveries" ADD COLUMN "destination_id" UUID,
ADD COLUMN "seq" BIGSERIAL NOT NULL,
ADD COLUMN "lead_id" UUID,
ADD COLUMN "event" TEXT NOT NULL DEFAULT 'call.completed',
ADD COLUMN "event_key" TEXT,
ADD COLUMN "subject" TEXT,
ADD COLUMN "cycle_start" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "sending_until" TIMESTAMPTZ(3),
ALTER COLUMN "call_id" DROP NOT NULL;

-- What was sent so far went where a plugin's setting said.
INSERT INTO destinations (id, business_id, kind, plugin, name)
SELECT gen_random_uuid(), business_id, CASE plugin WHEN 'monday-export' THEN 'monday' ELSE 'plugin' END, plugin,
       CASE plugin WHEN 'monday-export' THEN 'Monday' ELSE plugin END
FROM (SELECT DISTINCT business_id, plugin FROM deliveries) known;
UPDATE deliveries d SET destination_id = x.id, subject = 'call:' || d.call_id,
  event_key = d.plugin || '/' || d.export || ':' || d.call_id
FROM destinations x WHERE x.business_id = d.business_id AND x.plugin = d.plugin;

ALTER TABLE "deliveries" ALTER COLUMN "destination_id" SET NOT NULL,
ALTER COLUMN "event_key" SET NOT NULL,
ALTER COLUMN "subject" SET NOT NULL;
ALTER TABLE deliveries FORCE ROW LEVEL SECURITY;

-- DropIndex
DROP INDEX "deliveries_call_id_plugin_export_key";
DROP INDEX "deliveries_business_id_created_at_idx";

-- CreateIndex
CREATE UNIQUE INDEX "deliveries_destination_id_event_key_key" ON "deliveries"("destination_id", "event_key");
CREATE INDEX "deliveries_call_id_idx" ON "deliveries"("call_id");
CREATE INDEX "deliveries_lead_id_idx" ON "deliveries"("lead_id");
CREATE INDEX "deliveries_business_id_seq_idx" ON "deliveries"("business_id", "seq" DESC);
CREATE INDEX "deliveries_destination_id_seq_idx" ON "deliveries"("destination_id", "seq" DESC);
CREATE INDEX "deliveries_destination_id_status_next_attempt_at_idx" ON "deliveries"("destination_id", "status", "next_attempt_at");
CREATE INDEX "deliveries_destination_id_subject_seq_idx" ON "deliveries"("destination_id", "subject", "seq");
CREATE INDEX "deliveries_destination_id_sending_until_idx" ON "deliveries"("destination_id", "sending_until");
CREATE INDEX "deliveries_destination_id_finished_at_idx" ON "deliveries"("destination_id", "finished_at");

-- AddForeignKey
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_destination_id_fkey" FOREIGN KEY ("destination_id") REFERENCES "destinations"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "leads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AlterTable
ALTER TABLE "delivery_attempts" ADD COLUMN "url" TEXT NOT NULL DEFAULT '',
ADD COLUMN "request_headers" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN "request_text" TEXT,
ADD COLUMN "response_headers" JSONB NOT NULL DEFAULT '{}';

-- The rows of the current business, and no others, to read and to write.
GRANT SELECT, INSERT, UPDATE, DELETE ON destinations TO prosaas_app;
GRANT USAGE ON SEQUENCE deliveries_seq_seq TO prosaas_app;
ALTER TABLE destinations ENABLE ROW LEVEL SECURITY;
ALTER TABLE destinations FORCE ROW LEVEL SECURITY;
CREATE POLICY own_business ON destinations TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());

-- A delivery goes to a destination, and tells of a call or a lead, of its own business.
DROP POLICY own_business ON deliveries;
CREATE POLICY own_business ON deliveries TO prosaas_app
  USING (business_id = current_business())
  WITH CHECK (
    business_id = current_business()
    AND EXISTS (SELECT 1 FROM destinations WHERE destinations.id = destination_id)
    AND (call_id IS NULL OR EXISTS (SELECT 1 FROM calls WHERE calls.id = call_id))
    AND (lead_id IS NULL OR EXISTS (SELECT 1 FROM leads WHERE leads.id = lead_id))
  );

-- Destinations with a delivery that is half a minute overdue: its job was lost. One that asked for a pause has it.
GRANT SELECT ON destinations TO prosaas_lookup;
CREATE POLICY lookup ON destinations FOR SELECT TO prosaas_lookup USING (true);
CREATE FUNCTION sweep_destinations(now timestamptz, max int) RETURNS TABLE (business_id uuid, destination_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT d.business_id, d.destination_id
  FROM deliveries d JOIN destinations x ON x.id = d.destination_id
  WHERE d.status = 'pending' AND d.next_attempt_at < $1 - interval '30 seconds'
    AND (x.paused_until IS NULL OR x.paused_until < $1)
  GROUP BY d.business_id, d.destination_id
  ORDER BY min(d.next_attempt_at), d.destination_id
  LIMIT $2
$$;

-- How all deliveries stand, in numbers alone: for the metrics.
CREATE FUNCTION delivery_figures(now timestamptz) RETURNS TABLE (outcome text, number bigint, oldest_sec double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT 'due', count(*), coalesce(extract(epoch FROM $1 - min(d.next_attempt_at)), 0)::double precision
  FROM deliveries d WHERE d.status = 'pending' AND d.next_attempt_at <= $1
  UNION ALL
  SELECT 'later', count(*), 0 FROM deliveries d WHERE d.status = 'pending' AND d.next_attempt_at > $1
  UNION ALL
  SELECT d.status::text, count(*), 0
  FROM destinations x JOIN deliveries d ON d.destination_id = x.id AND d.finished_at > $1 - interval '1 hour'
  GROUP BY d.status
$$;

GRANT CREATE ON SCHEMA public TO prosaas_lookup;
DO $$
DECLARE
  look_up regprocedure;
BEGIN
  FOREACH look_up IN ARRAY ARRAY[
    'sweep_destinations(timestamptz, int)', 'delivery_figures(timestamptz)'
  ]::regprocedure[] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', look_up);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO prosaas_app', look_up);
    EXECUTE format('ALTER FUNCTION %s OWNER TO prosaas_lookup', look_up);
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM prosaas_lookup;

-- Overdue deliveries are taken up destination by destination now.
SET ROLE prosaas_lookup;
DROP FUNCTION sweep_deliveries(timestamptz, int);
RESET ROLE;
