-- AlterTable
ALTER TABLE "calls" ADD COLUMN     "erased_at" TIMESTAMPTZ(3),
ADD COLUMN     "opted_out_at" TIMESTAMPTZ(3),
ADD COLUMN     "words_purged_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "deliveries" ADD COLUMN     "body_removed_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "do_not_call" (
    "id" UUID NOT NULL,
    "business_id" UUID NOT NULL,
    "phone" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "call_id" UUID,
    "added_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "do_not_call_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subject_erasures" (
    "id" UUID NOT NULL,
    "business_id" UUID NOT NULL,
    "phone" TEXT,
    "phone_hash" TEXT NOT NULL,
    "last_two" TEXT NOT NULL,
    "forgets_opt_out" BOOLEAN NOT NULL DEFAULT false,
    "actor" JSONB NOT NULL,
    "counts" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "subject_erasures_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "purge_runs" (
    "id" UUID NOT NULL,
    "business_id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL,
    "counts" JSONB NOT NULL,
    "complete" BOOLEAN NOT NULL,

    CONSTRAINT "purge_runs_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "do_not_call_business_id_phone_key" ON "do_not_call"("business_id", "phone");

-- CreateIndex
CREATE INDEX "do_not_call_business_id_created_at_id_idx" ON "do_not_call"("business_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "do_not_call_call_id_idx" ON "do_not_call"("call_id");

-- CreateIndex
CREATE INDEX "subject_erasures_business_id_created_at_idx" ON "subject_erasures"("business_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "purge_runs_business_id_started_at_idx" ON "purge_runs"("business_id", "started_at" DESC);

-- CreateIndex
CREATE INDEX "calls_business_id_from_number_idx" ON "calls"("business_id", "from_number");

-- CreateIndex
CREATE INDEX "calls_business_id_to_number_idx" ON "calls"("business_id", "to_number");

-- CreateIndex
CREATE INDEX "audit_entries_business_id_actor_label_at_id_idx" ON "audit_entries"("business_id", "actor_label", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "audit_entries_business_id_action_at_id_idx" ON "audit_entries"("business_id", "action", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "audit_entries_business_id_entity_id_at_id_idx" ON "audit_entries"("business_id", "entity_id", "at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "do_not_call" ADD CONSTRAINT "do_not_call_business_id_fkey" FOREIGN KEY ("business_id") REFERENCES "businesses"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "do_not_call" ADD CONSTRAINT "do_not_call_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subject_erasures" ADD CONSTRAINT "subject_erasures_business_id_fkey" FOREIGN KEY ("business_id") REFERENCES "businesses"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "purge_runs" ADD CONSTRAINT "purge_runs_business_id_fkey" FOREIGN KEY ("business_id") REFERENCES "businesses"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The rows of the current business, and no others, to read and to write.
GRANT SELECT, INSERT, UPDATE, DELETE ON do_not_call, subject_erasures, purge_runs TO prosaas_app;
DO $$
DECLARE
  guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['do_not_call', 'subject_erasures', 'purge_runs'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
  END LOOP;
END
$$;
CREATE POLICY own_business ON do_not_call TO prosaas_app
  USING (business_id = current_business())
  WITH CHECK (
    business_id = current_business()
    AND (call_id IS NULL OR EXISTS (SELECT 1 FROM calls WHERE calls.id = call_id))
  );
CREATE POLICY own_business ON subject_erasures TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());
CREATE POLICY own_business ON purge_runs TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());

-- The purge goes through the businesses one after the other: their ids, in order, behind the one it did last.
CREATE FUNCTION businesses_to_purge(after uuid, max int) RETURNS TABLE (business_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT b.id FROM businesses b WHERE $1 IS NULL OR b.id > $1 ORDER BY b.id LIMIT $2
$$;
GRANT CREATE ON SCHEMA public TO prosaas_lookup;
REVOKE ALL ON FUNCTION businesses_to_purge(uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION businesses_to_purge(uuid, int) TO prosaas_app;
ALTER FUNCTION businesses_to_purge(uuid, int) OWNER TO prosaas_lookup;
REVOKE CREATE ON SCHEMA public FROM prosaas_lookup;
