-- AlterTable
ALTER TABLE "calls" ADD COLUMN     "cost_micro_usd" INTEGER,
ADD COLUMN     "usage" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "alerts" (
    "id" UUID NOT NULL,
    "business_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "alerts_business_id_kind_key" ON "alerts"("business_id", "kind");

-- AddForeignKey
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_business_id_fkey" FOREIGN KEY ("business_id") REFERENCES "businesses"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The rows of the current business, and no others, to read and to write.
GRANT SELECT, INSERT, UPDATE, DELETE ON alerts TO prosaas_app;
ALTER TABLE alerts ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_business ON alerts TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());
