-- AlterTable
ALTER TABLE "businesses" ADD COLUMN     "suspended_at" TIMESTAMPTZ(3),
ADD COLUMN     "suspended_reason" TEXT,
ADD COLUMN     "require_second_factor" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "feature_flags" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "second_factor_since" TIMESTAMPTZ(3),
ADD COLUMN     "last_seen_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "acting_business_id" UUID,
ADD COLUMN     "awaits_second_factor" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "address" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateTable
CREATE TABLE "second_factors" (
    "user_id" UUID NOT NULL,
    "sealed_secret" TEXT NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "last_step" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "second_factors_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "recovery_codes" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "code_hash" TEXT NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "recovery_codes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "password_resets" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "token_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "password_resets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitations" (
    "id" UUID NOT NULL,
    "business_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "role" "role" NOT NULL,
    "token_hash" TEXT NOT NULL,
    "invited_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limits" (
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "window_ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "recovery_codes_user_id_code_hash_key" ON "recovery_codes"("user_id", "code_hash");

-- CreateIndex
CREATE UNIQUE INDEX "password_resets_token_hash_key" ON "password_resets"("token_hash");

-- CreateIndex
CREATE INDEX "password_resets_user_id_idx" ON "password_resets"("user_id");

-- CreateIndex
CREATE INDEX "password_resets_expires_at_idx" ON "password_resets"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "invitations_token_hash_key" ON "invitations"("token_hash");

-- CreateIndex
CREATE INDEX "invitations_business_id_created_at_idx" ON "invitations"("business_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "rate_limits_window_ends_at_idx" ON "rate_limits"("window_ends_at");

-- AddForeignKey
ALTER TABLE "second_factors" ADD CONSTRAINT "second_factors_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "password_resets" ADD CONSTRAINT "password_resets_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_business_id_fkey" FOREIGN KEY ("business_id") REFERENCES "businesses"("id") ON DELETE CASCADE ON UPDATE CASCADE;

GRANT SELECT, INSERT, UPDATE, DELETE ON
  second_factors, recovery_codes, password_resets, invitations, rate_limits
TO prosaas_app;

DO $$
DECLARE
  guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['second_factors', 'recovery_codes', 'password_resets', 'invitations', 'rate_limits'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
  END LOOP;
END
$$;

-- The rows of the current business, and no others, to read and to write.
CREATE POLICY own_business ON invitations TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());

-- What belongs to a person, or to nobody, is out of sight wherever a business works.
CREATE POLICY sign_in ON second_factors TO prosaas_app
  USING (current_business() IS NULL) WITH CHECK (current_business() IS NULL);
CREATE POLICY sign_in ON recovery_codes TO prosaas_app
  USING (current_business() IS NULL) WITH CHECK (current_business() IS NULL);
CREATE POLICY sign_in ON password_resets TO prosaas_app
  USING (current_business() IS NULL) WITH CHECK (current_business() IS NULL);
CREATE POLICY no_business ON rate_limits TO prosaas_app
  USING (current_business() IS NULL) WITH CHECK (current_business() IS NULL);

-- Within a business one person may come to be: the one an open invitation is for. The account, the membership and the
-- end of the invitation are then one transaction.
CREATE POLICY invited ON users FOR INSERT TO prosaas_app
  WITH CHECK (
    NOT is_system_admin
    AND EXISTS (
      SELECT 1 FROM invitations
      WHERE invitations.business_id = current_business() AND invitations.email = users.email
        AND invitations.accepted_at IS NULL AND invitations.revoked_at IS NULL
    )
  );

-- Look-ups. Those about all businesses ask for themselves whether the person of the transaction administers the system.
GRANT SELECT (id, email, is_system_admin) ON users TO prosaas_lookup;
GRANT SELECT ON invitations TO prosaas_lookup;
CREATE POLICY lookup ON users FOR SELECT TO prosaas_lookup USING (true);
CREATE POLICY lookup ON invitations FOR SELECT TO prosaas_lookup USING (true);

CREATE FUNCTION is_system_admin(user_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (SELECT 1 FROM users u WHERE u.id = $1 AND u.is_system_admin)
$$;

-- Where a person may work, and what they find there.
DROP FUNCTION businesses_of_user(uuid);
CREATE FUNCTION businesses_of_user(user_id uuid)
RETURNS TABLE (business_id uuid, name text, role text, suspended boolean, requires_second_factor boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT b.id, b.name, m.role::text, b.suspended_at IS NOT NULL, b.require_second_factor
  FROM memberships m JOIN businesses b ON b.id = m.business_id
  WHERE m.user_id = $1
  ORDER BY b.name, b.id
$$;

-- The business a system administrator acts as; no row for anybody else.
CREATE FUNCTION business_acted_as(user_id uuid, business_id uuid)
RETURNS TABLE (business_id uuid, name text, suspended boolean, requires_second_factor boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT b.id, b.name, b.suspended_at IS NOT NULL, b.require_second_factor
  FROM businesses b
  WHERE b.id = $2 AND is_system_admin($1)
$$;

CREATE FUNCTION invitation_of_token(token_hash text) RETURNS TABLE (business_id uuid, invitation_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT i.business_id, i.id FROM invitations i WHERE i.token_hash = $1
$$;

-- Businesses by name, from after the one named by `after_name` and `after_id`. `search` is found in the name, in a
-- number or in an owner's address. `since`: from when on calls are counted.
CREATE FUNCTION all_businesses(search text, since timestamptz, after_name text, after_id uuid, max int)
RETURNS TABLE (
  business_id uuid, name text, numbers text[], owners text[], calls int, suspended_at timestamptz, created_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT page.id, page.name,
    ARRAY(SELECT p.number FROM phone_numbers p WHERE p.business_id = page.id ORDER BY p.created_at, p.number),
    ARRAY(
      SELECT u.email FROM memberships m JOIN users u ON u.id = m.user_id
      WHERE m.business_id = page.id AND m.role = 'owner' ORDER BY m.created_at, u.email
    ),
    (SELECT count(*)::int FROM calls c WHERE c.business_id = page.id AND c.started_at >= $2),
    page.suspended_at, page.created_at
  FROM (
    SELECT b.id, b.name, b.suspended_at, b.created_at FROM businesses b
    WHERE is_system_admin(current_person())
      AND ($3 IS NULL OR (b.name, b.id) > ($3, $4))
      AND (
        $1 = '' OR strpos(lower(b.name), lower($1)) > 0
        OR EXISTS (SELECT 1 FROM phone_numbers p WHERE p.business_id = b.id AND strpos(p.number, $1) > 0)
        OR EXISTS (
          SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id
          WHERE m.business_id = b.id AND m.role = 'owner' AND strpos(u.email, lower($1)) > 0
        )
      )
    ORDER BY b.name, b.id
    LIMIT $5
  ) page
  ORDER BY page.name, page.id
$$;

-- A function's new owner must be allowed to create in the schema, for this one moment.
GRANT CREATE ON SCHEMA public TO prosaas_lookup;
DO $$
DECLARE
  look_up regprocedure;
BEGIN
  FOREACH look_up IN ARRAY ARRAY[
    'is_system_admin(uuid)', 'businesses_of_user(uuid)', 'business_acted_as(uuid, uuid)', 'invitation_of_token(text)',
    'all_businesses(text, timestamptz, text, uuid, int)'
  ]::regprocedure[] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', look_up);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO prosaas_app', look_up);
    EXECUTE format('ALTER FUNCTION %s OWNER TO prosaas_lookup', look_up);
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM prosaas_lookup;
