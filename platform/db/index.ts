import { PrismaPg } from '@prisma/adapter-pg';
import { AppError } from '../errors.ts';
import { openPool } from '../pool.ts';
import { PrismaClient, Prisma as PrismaNamespace, type Prisma } from './generated/client.ts';
import { APP_ROLE, assertRoleIsHeld } from './role-check.ts';
import { silentSocket } from './silent-socket.ts';

export { migrate } from './migrate.ts';
export { Prisma } from './generated/client.ts';
export type { CallInsight, Recording } from './generated/client.ts';

/** A transaction's client: the generated one without the means to open another. */
export type Tx = Prisma.TransactionClient;

/** The door to the database. There is no other: nothing of tenants is reachable without one of these calls. */
export interface Database {
  /**
   * Runs one transaction that sees and writes the rows of this business only, whatever its queries say. Commits when
   * `run` resolves, rolls back when it rejects. Keep waits for anything but the database out of `run`: it is cut off
   * after 15 s. Throws `invalid_id` when `businessId` is no uuid.
   */
  withBusiness<T>(businessId: string, run: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Runs one transaction without a business: users and sessions (which belong to none) are open, every table of
   * tenants appears empty, and the look-up functions may be called with `tx.$queryRaw`. With `userId`, that person's
   * memberships and the businesses they belong to can be read.
   */
  withIdentity<T>(run: (tx: Tx) => Promise<T>, userId?: string): Promise<T>;
  /** Closes all connections. */
  close(): Promise<void>;
}

/** Options of {@link openDatabase}. */
export interface OpenDatabaseOptions {
  /** PostgreSQL connection string. May be a superuser's: every transaction steps down to `prosaas_app`. */
  readonly url: string;
  /** Connections at most. Default 10. */
  readonly maxConnections?: number;
  /** Told of a connection lost while idle; the pool replaces it by itself. */
  readonly onConnectionError?: (error: Error) => void;
}

/** Whether a write failed because another row has the value that only one may have. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof PrismaNamespace.PrismaClientKnownRequestError && error.code === 'P2002';
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text has the form of a row's id: what has not names no row, and the database would refuse to compare it. */
export function isId(text: string): boolean {
  return UUID.test(text);
}

/** Ms a transaction may wait for a connection, and may take. */
const MAX_WAIT_MS = 10_000;
const TIMEOUT_MS = 15_000;
/** Longer than any transaction: a server that has not answered by then cannot be reached. */
const SILENT_MS = 20_000;
/** The same from its side: the locks of a client that was cut off in a transaction are let go. */
const IDLE_IN_TRANSACTION_MS = '20000';

/**
 * Opens the migrated database at `url`. Throws `database_not_migrated`, `database_role_unsafe` when the role of the
 * transactions could see past row-level security, or `database_role_unavailable` when this user may not take it.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const pool = openPool(
    {
      connectionString: options.url,
      max: options.maxConnections ?? 10,
      application_name: 'prosaas',
      // Found dead (a cut cable, a failed-over server) in seconds rather than in hours.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: MAX_WAIT_MS,
      stream: () => silentSocket(SILENT_MS),
    },
    (error) => options.onConnectionError?.(error),
  );
  try {
    await assertRoleIsHeld(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }

  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal' });

  /** All settings end with the transaction, so a pooled connection carries nothing over. */
  const transaction = <T>(businessId: string, userId: string, run: (tx: Tx) => Promise<T>): Promise<T> =>
    prisma.$transaction(
      async (tx) => {
        await tx.$queryRaw`SELECT set_config('app.business_id', ${businessId}, true),
                                  set_config('app.user_id', ${userId}, true),
                                  set_config('role', ${APP_ROLE}, true),
                                  set_config('idle_in_transaction_session_timeout', ${IDLE_IN_TRANSACTION_MS}, true)`;
        return run(tx);
      },
      { maxWait: MAX_WAIT_MS, timeout: TIMEOUT_MS },
    );

  return {
    withBusiness: async (businessId, run) => transaction(checkedId(businessId), '', run),
    withIdentity: async (run, userId) => transaction('', userId === undefined ? '' : checkedId(userId), run),
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/** An empty or broken id must fail rather than open a transaction without a business. */
function checkedId(id: string): string {
  if (!isId(id)) throw new AppError('invalid_id', { permanent: true });
  return id;
}
