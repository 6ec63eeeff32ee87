-- AlterTable
ALTER TABLE "business_settings" ADD COLUMN     "whatsapp_prompt" TEXT NOT NULL DEFAULT '';

-- CreateTable
CREATE TABLE "prompt_versions" (
    "id" UUID NOT NULL,
    "business_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "actor_label" TEXT NOT NULL,
    "note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "prompt_versions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "prompt_versions_business_id_channel_number_key" ON "prompt_versions"("business_id", "channel", "number");

-- AddForeignKey
ALTER TABLE "prompt_versions" ADD CONSTRAINT "prompt_versions_business_id_fkey" FOREIGN KEY ("business_id") REFERENCES "businesses"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What stands today is every prompt's first version. The owner of the tables is held to their policies as well, so they
-- are lifted for the look at it.
ALTER TABLE business_settings NO FORCE ROW LEVEL SECURITY;
INSERT INTO prompt_versions (id, business_id, channel, number, text, actor_kind, actor_label, created_at)
  SELECT gen_random_uuid(), business_id, channel, 1, text, 'system', 'migration', updated_at
  FROM business_settings
  CROSS JOIN LATERAL (VALUES ('calls', prompt), ('outbound_calls', outbound_calls_prompt)) AS prompts (channel, text)
  WHERE text <> '';
ALTER TABLE business_settings FORCE ROW LEVEL SECURITY;

-- Added and read, never changed: a version is what somebody once said.
GRANT SELECT, INSERT ON prompt_versions TO prosaas_app;
ALTER TABLE prompt_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE prompt_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY own_business ON prompt_versions TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());
