-- CreateTable
CREATE TABLE "audit_entries" (
    "id" UUID NOT NULL,
    "business_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "actor_label" TEXT NOT NULL,
    "acted_as" BOOLEAN NOT NULL DEFAULT false,
    "address" TEXT,
    "user_agent" TEXT,
    "action" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "entity_id" TEXT,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_entries_business_id_at_id_idx" ON "audit_entries"("business_id", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "audit_entries_actor_id_at_idx" ON "audit_entries"("actor_id", "at" DESC);

-- Added and read, never changed or removed: not by the product's role, and not by the tables' owner either.
GRANT SELECT, INSERT ON audit_entries TO prosaas_app;
ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entries FORCE ROW LEVEL SECURITY;

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_entries is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- A business's entries within the business.
CREATE POLICY own_business ON audit_entries TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());
-- What a person did to their own account: written where people sign in, read by that person.
CREATE POLICY account_written ON audit_entries FOR INSERT TO prosaas_app
  WITH CHECK (business_id IS NULL AND current_business() IS NULL);
CREATE POLICY account_read ON audit_entries FOR SELECT TO prosaas_app
  USING (business_id IS NULL AND current_business() IS NULL AND actor_id = current_person());
