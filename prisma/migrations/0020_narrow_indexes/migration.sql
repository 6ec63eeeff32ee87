-- A comparison of an enum is not leakproof: under a row policy it cannot be looked up in an index, and "what waits" or
-- "what failed" read the whole table. The condition of a partial index is proved by the planner, which no policy forbids.

-- DropIndex
DROP INDEX "deliveries_destination_id_status_next_attempt_at_idx";

-- DropIndex
DROP INDEX "deliveries_status_next_attempt_at_idx";

-- CreateIndex
CREATE INDEX "calls_business_id_lease_expires_at_idx" ON "calls"("business_id", "lease_expires_at") WHERE (status = 'in_progress'::call_status);

-- CreateIndex
CREATE INDEX "deliveries_destination_id_next_attempt_at_idx" ON "deliveries"("destination_id", "next_attempt_at") WHERE (status = 'pending'::delivery_status);

-- CreateIndex
CREATE INDEX "deliveries_business_id_next_attempt_at_idx" ON "deliveries"("business_id", "next_attempt_at") WHERE (status = 'pending'::delivery_status);

-- CreateIndex
CREATE INDEX "deliveries_business_id_created_at_idx" ON "deliveries"("business_id", "created_at") WHERE (status = 'failed'::delivery_status);

-- CreateIndex
CREATE INDEX "deliveries_next_attempt_at_idx" ON "deliveries"("next_attempt_at") WHERE (status = 'pending'::delivery_status);

-- CreateIndex
CREATE INDEX "leads_business_id_created_at_idx" ON "leads"("business_id", "created_at");
