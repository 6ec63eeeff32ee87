-- Who may see which row.
--
-- prosaas_app     the role every transaction of the product runs as (SET LOCAL ROLE); sees the rows of one business.
-- prosaas_lookup  owns the look-up functions that run before a business is known; sees only what those functions need.
--
-- Roles belong to the server, not to the database, so another database's migration may have made them, or may be
-- making them this moment: both are fine. Where the migrating user may not create roles, an administrator creates the
-- two beforehand (NOLOGIN NOBYPASSRLS) and grants them to that user (WITH INHERIT FALSE, SET TRUE).
DO $$
DECLARE
  wanted text;
  may_become boolean;
  -- From version 16 being a member, inheriting from a role and being allowed to SET ROLE are three things.
  distinguishes boolean := current_setting('server_version_num')::int >= 160000;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['prosaas_app', 'prosaas_lookup'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- made in the meantime by another database's migration
      END;
    END IF;

    may_become := pg_has_role(current_user, wanted, CASE WHEN distinguishes THEN 'SET' ELSE 'MEMBER' END);
    IF NOT may_become THEN
      BEGIN
        -- Without inheritance: by itself, before it takes a role, the owner sees no rows through the role's policies.
        EXECUTE format(
          'GRANT %I TO CURRENT_USER %s', wanted, CASE WHEN distinguishes THEN 'WITH INHERIT FALSE, SET TRUE' ELSE '' END
        );
      EXCEPTION WHEN unique_violation THEN
        NULL; -- granted in the meantime by another database's migration
      END;
    END IF;
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA public TO prosaas_app, prosaas_lookup;

GRANT SELECT, INSERT, UPDATE, DELETE ON
  businesses, phone_numbers, business_settings, users, memberships, sessions, api_tokens, calls, turns, leads,
  deliveries, delivery_attempts, outbox, stream_tokens
TO prosaas_app;

-- The business, and the person, a transaction works for. A setting made with SET LOCAL reads as '' ever after.
CREATE FUNCTION current_business() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.business_id', true), '')::uuid;

CREATE FUNCTION current_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.user_id', true), '')::uuid;

-- FORCE: the owner of the tables is held to the policies too.
DO $$
DECLARE
  guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY[
    'businesses', 'phone_numbers', 'business_settings', 'users', 'memberships', 'sessions', 'api_tokens', 'calls',
    'turns', 'leads', 'deliveries', 'delivery_attempts', 'outbox', 'stream_tokens'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
  END LOOP;
END
$$;

-- The rows of the current business, and no others, to read and to write.
CREATE POLICY own_business ON businesses TO prosaas_app
  USING (id = current_business()) WITH CHECK (id = current_business());
CREATE POLICY own_business ON phone_numbers TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());
CREATE POLICY own_business ON business_settings TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());
CREATE POLICY own_business ON memberships TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());
CREATE POLICY own_business ON api_tokens TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());
CREATE POLICY own_business ON leads TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());
CREATE POLICY own_business ON outbox TO prosaas_app
  USING (business_id = current_business()) WITH CHECK (business_id = current_business());

-- Foreign keys are checked past row security, so a row that points at another must be told to stay in the business.
CREATE POLICY own_business ON calls TO prosaas_app
  USING (business_id = current_business())
  WITH CHECK (
    business_id = current_business()
    AND (lead_id IS NULL OR EXISTS (SELECT 1 FROM leads WHERE leads.id = lead_id))
  );
CREATE POLICY own_business ON turns TO prosaas_app
  USING (business_id = current_business())
  WITH CHECK (business_id = current_business() AND EXISTS (SELECT 1 FROM calls WHERE calls.id = call_id));
CREATE POLICY own_business ON deliveries TO prosaas_app
  USING (business_id = current_business())
  WITH CHECK (business_id = current_business() AND EXISTS (SELECT 1 FROM calls WHERE calls.id = call_id));
CREATE POLICY own_business ON delivery_attempts TO prosaas_app
  USING (business_id = current_business())
  WITH CHECK (business_id = current_business() AND EXISTS (SELECT 1 FROM deliveries WHERE deliveries.id = delivery_id));
CREATE POLICY own_business ON stream_tokens TO prosaas_app
  USING (business_id = current_business())
  WITH CHECK (business_id = current_business() AND EXISTS (SELECT 1 FROM calls WHERE calls.id = call_id));

-- A person, before a business is chosen, sees where they belong.
CREATE POLICY own_memberships ON memberships FOR SELECT TO prosaas_app
  USING (user_id = current_person());
CREATE POLICY businesses_of_person ON businesses FOR SELECT TO prosaas_app
  USING (EXISTS (
    SELECT 1 FROM memberships WHERE memberships.business_id = businesses.id AND memberships.user_id = current_person()
  ));

-- People sign in before a business is known: without one, users and sessions are open to the sign-in.
-- Within a business its members are visible and nobody else, and sessions not at all.
CREATE POLICY sign_in ON users TO prosaas_app
  USING (current_business() IS NULL) WITH CHECK (current_business() IS NULL);
CREATE POLICY members ON users FOR SELECT TO prosaas_app
  USING (EXISTS (
    SELECT 1 FROM memberships WHERE memberships.user_id = users.id AND memberships.business_id = current_business()
  ));
CREATE POLICY sign_in ON sessions TO prosaas_app
  USING (current_business() IS NULL) WITH CHECK (current_business() IS NULL);

-- What the look-up functions read, whoever calls them.
GRANT SELECT ON
  businesses, phone_numbers, memberships, api_tokens, calls, deliveries, outbox, stream_tokens
TO prosaas_lookup;
GRANT UPDATE (consumed_at) ON stream_tokens TO prosaas_lookup;

CREATE POLICY lookup ON businesses FOR SELECT TO prosaas_lookup USING (true);
CREATE POLICY lookup ON phone_numbers FOR SELECT TO prosaas_lookup USING (true);
CREATE POLICY lookup ON memberships FOR SELECT TO prosaas_lookup USING (true);
CREATE POLICY lookup ON api_tokens FOR SELECT TO prosaas_lookup USING (true);
CREATE POLICY lookup ON calls FOR SELECT TO prosaas_lookup USING (true);
CREATE POLICY lookup ON deliveries FOR SELECT TO prosaas_lookup USING (true);
CREATE POLICY lookup ON outbox FOR SELECT TO prosaas_lookup USING (true);
CREATE POLICY lookup ON stream_tokens FOR SELECT TO prosaas_lookup USING (true);
CREATE POLICY lookup_consume ON stream_tokens FOR UPDATE TO prosaas_lookup USING (true) WITH CHECK (true);
