-- CreateTable
CREATE TABLE "rendered_speech" (
    "id" UUID NOT NULL,
    "business_id" UUID NOT NULL,
    "voice" TEXT NOT NULL,
    "text_hash" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "audio" BYTEA NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rendered_speech_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "rendered_speech_business_id_voice_text_hash_key" ON "rendered_speech"("business_id", "voice", "text_hash");

-- AddForeignKey
ALTER TABLE "rendered_speech" ADD CONSTRAINT "rendered_speech_business_id_fkey" FOREIGN KEY ("business_id") REFERENCES "businesses"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The rows of the current business, and no others, to read and to write.
GRANT SELECT, INSERT, UPDATE, DELETE ON rendered_speech TO prosaas_app;
ALTER TABLE rendered_speech ENABLE ROW LEVEL SECURITY;
ALTER TABLE rendered_speech FORCE ROW LEVEL SECURITY;
CREATE POLICY own_business ON rendered_speech TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());
