import type pg from 'pg';
import { AppError } from '../errors.ts';

/** The role every transaction on tenant data runs as. */
export const APP_ROLE = 'prosaas_app';

/**
 * Makes sure that row-level security holds the role of every transaction.
 *
 * Throws `database_not_migrated` when the role is missing, `database_role_unsafe` (with the reasons in
 * `details.reasons`) when the role could see past the policies or a table of tenants stands without them, and
 * `database_role_unavailable` when this connection's user may not take the role.
 */
export async function assertRoleIsHeld(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ superuser: boolean; bypasses: boolean; available: boolean }>(
    `SELECT rolsuper AS superuser, rolbypassrls AS bypasses,
            pg_has_role(current_user, oid,
              CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS available
     FROM pg_roles WHERE rolname = $1`,
    [APP_ROLE],
  );
  const role = rows[0];
  if (role === undefined) throw new AppError('database_not_migrated', { permanent: true });

  const reasons: string[] = [];
  if (role.superuser) reasons.push('role_is_superuser');
  if (role.bypasses) reasons.push('role_bypasses_rls');

  // A table is a tenant's when it carries business_id; businesses and users are guarded besides.
  const tables = await pool.query<{ name: string; guarded: boolean; owned: boolean }>(
    `SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS guarded,
            pg_get_userbyid(c.relowner) = $1 AS owned
     FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND (c.relname IN ('businesses', 'users') OR EXISTS (
         SELECT 1 FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attname = 'business_id' AND NOT a.attisdropped))
     ORDER BY c.relname`,
    [APP_ROLE],
  );
  for (const table of tables.rows) {
    if (!table.guarded) reasons.push(`table_without_forced_rls:${table.name}`);
    if (table.owned) reasons.push(`role_owns_table:${table.name}`);
  }
  if (tables.rows.length === 0) throw new AppError('database_not_migrated', { permanent: true });
  if (reasons.length > 0) throw new AppError('database_role_unsafe', { permanent: true, details: { reasons } });
  if (!role.available) throw new AppError('database_role_unavailable', { permanent: true });
}
