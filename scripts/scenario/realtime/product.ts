import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { settingsRegistry } from '../../../domain/settings/index.ts';
import type { Database } from '../../../platform/db/index.ts';
import { readEnv } from '../../../platform/env.ts';
import { type Change, openEvents } from '../../../platform/events.ts';
import { createLog } from '../../../platform/log.ts';
import { createJobQueue } from '../../../platform/queue/index.ts';
import { type PluginPorts, plugins } from '../../../plugins/index.ts';
import { pluginPorts } from '../../../server/ports.ts';
import { startWeb } from '../../../server/web.ts';
import { readApology } from '../../../voice/audio/apology.ts';
import { readLastResort } from '../../../voice/audio/last-resort.ts';
import { Toolbox } from '../../../voice/session/toolbox.ts';
import type { ModelLine } from '../model-line.ts';
import { ACCOUNT_SID, AUTH_TOKEN, type Telephone } from '../telephone.ts';
import { startModelServer } from './model-server.ts';
import { startRestServer } from './rest-server.ts';

type SaveLead = PluginPorts['leads']['save'];

/** The call that is being played: what reaches the outside world during it, and what is seen of the product. */
export interface Guest {
  readonly telephone: Telephone;
  readonly model: ModelLine;
  /** A line of the product's log. */
  log(fields: Readonly<Record<string, unknown>>): void;
  changed(change: Change): void;
  saveLead(save: SaveLead): SaveLead;
}

/** The real web process on loopback, with its database, and around it Twilio and the model of one call at a time. */
export interface Product {
  readonly url: string;
  readonly db: Database;
  /** Whose call is played from now on; null between calls. */
  guest: Guest | null;
  /** Calls the web process runs at the moment, as its metrics say. */
  activeCalls(): Promise<number>;
  close(): Promise<void>;
}

/** Starts it over a migrated database. */
export async function startProduct(options: { readonly db: Database; readonly databaseUrl: string }): Promise<Product> {
  const { db, databaseUrl } = options;
  let guest: Guest | null = null;
  const rest = await startRestServer(() => guest?.telephone ?? null);
  const model = await startModelServer(() => guest?.model ?? null);
  const write = (line: string) => guest?.log(JSON.parse(line) as Record<string, unknown>);
  const log = createLog({ destination: { write: (line: string) => void write(line) } });
  const queue = await createJobQueue({ databaseUrl, log });
  const realEvents = await openEvents({ url: databaseUrl, log });
  const events = {
    ...realEvents,
    publish: (change: Change) => {
      guest?.changed(change);
      return realEvents.publish(change);
    },
  };
  const ports = pluginPorts(db, (change) => void events.publish(change));
  const stored: SaveLead = (call, details) => ports.leads.save(call, details);
  const save: SaveLead = (call, details) => (guest?.saveLead(stored) ?? stored)(call, details);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const web = await startWeb({
    env: readEnv(
      {
        PUBLIC_URL: url,
        PORT: String(port),
        HOST: '127.0.0.1',
        APP_SECRET: randomBytes(32).toString('hex'),
        TWILIO_AUTH_TOKEN: AUTH_TOKEN,
        TWILIO_ACCOUNT_SID: ACCOUNT_SID,
        TWILIO_API_URL: rest.url,
        OPENAI_REALTIME_URL: model.url,
      },
      'development',
    ),
    root: process.cwd(),
    db,
    queue,
    events,
    log,
    registry: settingsRegistry(plugins),
    plugins,
    toolbox: new Toolbox(plugins, { ...ports, leads: { ...ports.leads, save } }),
    apology: await readApology(),
    lastResort: await readLastResort(),
    pages: 'none',
  });
  return {
    url,
    db,
    get guest() {
      return guest;
    },
    set guest(next) {
      guest = next;
    },
    async activeCalls() {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return Number(/^prosaas_active_calls (\d+)$/mu.exec(metrics)?.[1] ?? NaN);
    },
    async close() {
      await web.stop(0);
      await Promise.all([queue.close(), realEvents.close(), rest.close(), model.close()]);
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
