-- The list of deliveries, the latest first, narrowed: each is read along an index and ends with the page. A state is the
-- condition of its index, as a comparison of an enum cannot be looked up under a row policy.

-- CreateIndex
CREATE INDEX "deliveries_failed_idx" ON "deliveries"("business_id", "seq" DESC) WHERE (status = 'failed'::delivery_status);

-- CreateIndex
CREATE INDEX "deliveries_pending_idx" ON "deliveries"("business_id", "seq" DESC) WHERE (status = 'pending'::delivery_status);

-- CreateIndex
CREATE INDEX "deliveries_business_id_event_seq_idx" ON "deliveries"("business_id", "event", "seq" DESC);

-- CreateIndex
CREATE INDEX "deliveries_period_idx" ON "deliveries"("business_id", "created_at" DESC);
