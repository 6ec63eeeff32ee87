-- AlterTable
ALTER TABLE "businesses" ADD COLUMN     "cors_origins" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "phone_numbers" ADD COLUMN     "label" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "api_tokens" ADD COLUMN     "created_by" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "business_secrets" (
    "id" UUID NOT NULL,
    "business_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "last_four" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "business_secrets_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "business_secrets_business_id_name_key" ON "business_secrets"("business_id", "name");

-- AddForeignKey
ALTER TABLE "business_secrets" ADD CONSTRAINT "business_secrets_business_id_fkey" FOREIGN KEY ("business_id") REFERENCES "businesses"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Tokens made so far were made to do everything.
UPDATE api_tokens SET scopes = ARRAY['*'];

-- The rows of the current business, and no others, to read and to write.
GRANT SELECT, INSERT, UPDATE, DELETE ON business_secrets TO prosaas_app;
ALTER TABLE business_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE business_secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY own_business ON business_secrets TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());

-- A token that has run out is as unknown as one that was revoked.
DROP FUNCTION business_of_api_token(text);
CREATE FUNCTION business_of_api_token(token_hash text) RETURNS TABLE (business_id uuid, token_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT t.business_id, t.id FROM api_tokens t
  WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
$$;

-- Whether pages of this origin may ask at all: a preflight carries no token, so it cannot be asked for whom.
CREATE FUNCTION origin_is_allowed(origin text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (SELECT 1 FROM businesses b WHERE b.cors_origins @> ARRAY[$1] AND b.suspended_at IS NULL)
$$;
CREATE INDEX "businesses_cors_origins_idx" ON "businesses" USING GIN ("cors_origins");

-- Every business, a page at a time: for commands that go through all of them.
CREATE FUNCTION business_ids(after uuid, max int) RETURNS TABLE (business_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT b.id FROM businesses b WHERE $1 IS NULL OR b.id > $1 ORDER BY b.id LIMIT $2
$$;

-- A function's new owner must be allowed to create in the schema, for this one moment.
GRANT CREATE ON SCHEMA public TO prosaas_lookup;
DO $$
DECLARE
  look_up regprocedure;
BEGIN
  FOREACH look_up IN ARRAY ARRAY[
    'business_of_api_token(text)', 'origin_is_allowed(text)', 'business_ids(uuid, int)'
  ]::regprocedure[] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', look_up);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO prosaas_app', look_up);
    EXECUTE format('ALTER FUNCTION %s OWNER TO prosaas_lookup', look_up);
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM prosaas_lookup;
