-- Counts of a purge are kept with every batch, so that a run that is killed loses none; what such a run removed is written
-- into the audit log by the next one.
ALTER TABLE "purge_runs" ADD COLUMN "audited_at" TIMESTAMPTZ(3);
UPDATE "purge_runs" SET "audited_at" = "finished_at";
