import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCallBySid, type CallDetail } from '../../domain/calls/index.ts';
import { openDatabase, type Database } from '../../platform/db/index.ts';
import { openProduct, type Product } from '../../scripts/soak/product.ts';
import { copiedDatabase } from '../helpers/database.ts';
import { openStopPoints, type StopPoints } from './stop-points.ts';
import { until } from './until.ts';

/** A database of a proof's own, the product's processes on it, and the means to stop them at a place. */
export interface RecoveryWorld {
  readonly databaseUrl: string;
  readonly db: Database;
  readonly product: Product;
  readonly points: StopPoints;
  /** Holds `recordings` and `tmp` of the product's processes. */
  readonly folder: string;
  /** The call as the database has it, once `is` holds for it. */
  callWhen(
    business: { businessId: string },
    callSid: string,
    is: (call: CallDetail) => boolean,
    limitMs?: number,
  ): Promise<CallDetail>;
  close(): Promise<void>;
}

/** Without Redis the job queue lives in the database. */
export async function openWorld(options: { readonly redisUrl?: string | undefined } = {}): Promise<RecoveryWorld> {
  const database = await copiedDatabase();
  const databaseUrl = database.url;
  const db = await openDatabase({ url: databaseUrl, maxConnections: 5 });
  const folder = await mkdtemp(join(tmpdir(), 'prosaas-recovery-'));
  await mkdir(join(folder, 'tmp'));
  const product = await openProduct({ root: process.cwd(), databaseUrl, redisUrl: options.redisUrl, folder });
  const points = await openStopPoints(databaseUrl);
  return {
    databaseUrl,
    db,
    product,
    points,
    folder,
    callWhen: (business, callSid, is, limitMs) => callWhen(db, business.businessId, callSid, is, limitMs),
    async close() {
      await product.close();
      await points.close();
      await db.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Reads a call until `is` holds for it. */
export function callWhen(
  db: Database,
  businessId: string,
  callSid: string,
  is: (call: CallDetail) => boolean,
  limitMs = 20_000,
): Promise<CallDetail> {
  return until(
    `call ${callSid}`,
    async () => {
      const call = await getCallBySid(db, businessId, callSid);
      return call !== null && is(call) ? call : null;
    },
    limitMs,
  );
}
