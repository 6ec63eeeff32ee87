import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerBuild } from '@remix-run/node';
import type { Express } from 'express';
import twilio from 'twilio';
import { settingsRegistry } from '../../domain/settings/index.ts';
import { diskBlobs, type BlobStore } from '../../platform/blobs/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { readEnv } from '../../platform/env.ts';
import { openEvents, type Change } from '../../platform/events.ts';
import { createLog } from '../../platform/log.ts';
import { plugins } from '../../plugins/index.ts';
import { pluginPorts } from '../../server/ports.ts';
import { startWeb } from '../../server/web.ts';
import { readApology } from '../../voice/audio/apology.ts';
import { Toolbox } from '../../voice/session/toolbox.ts';
import { buildPages } from './app-build.ts';
import { freePort } from './free-port.ts';

/**
 * The web process whole, as it runs in production (built pages, webhooks, media door, event streams), on a database of
 * a test's own. No worker: nothing happens in it but what is asked for at a door.
 */
export interface House {
  /** Where it listens. */
  readonly url: string;
  /** The address it goes by; `url` unless a test says otherwise. */
  readonly publicUrl: string;
  readonly db: Database;
  /** Superuser's connection string, to look past row-level security. */
  readonly databaseUrl: string;
  /** Where it keeps recordings. */
  readonly blobs: BlobStore;
  readonly app: Express;
  /** The pages, as the build left them. */
  readonly build: ServerBuild;
  /** Every line of the log. */
  readonly log: readonly Record<string, unknown>[];
  /** Every job that was handed to the queue. */
  readonly jobs: readonly { readonly job: string; readonly payload: object }[];
  publish(change: Change): Promise<void>;
  /** Twilio's signature of a form posted to `path`. */
  sign(path: string, form?: Readonly<Record<string, string>>): string;
  /** Of the media socket's handshake. */
  signStream(): string;
  /** The folder of the pages' static files. */
  readonly assets: string;
  /** What must never be in an answer, whoever asks: the keys this process was started with. */
  readonly secrets: readonly string[];
  /** Ends the web process; the database stays. */
  close(): Promise<void>;
}

/** Where the database is. */
export interface HouseDatabase {
  readonly db: Database;
  readonly url: string;
}

/** Of the web process's Twilio account. */
export const HOUSE_AUTH_TOKEN = 'house-auth-token-4d1f';
export const HOUSE_APP_SECRET = 'house-app-secret-of-more-than-thirty-two-characters';
const MODEL_KEY = 'house-model-key-77aa';
/** Nothing listens there, and nothing leaves this machine. */
const NOBODY = '127.0.0.1:9';

/** What a house may differ in. */
export interface HouseOptions {
  /** A model for calls; by default none answers. */
  readonly modelUrl?: string;
  /** Twilio's REST API; by default none answers. */
  readonly twilioUrl?: string;
  /** The address of a proxy before it, which tests do without. */
  readonly publicUrl?: string;
  readonly appSecret?: string;
  /** Secrets that were in force before. */
  readonly previousAppSecrets?: readonly string[];
}

/** Starts the web process on a free port of loopback. */
export async function startHouse({ db, url: databaseUrl }: HouseDatabase, options: HouseOptions = {}): Promise<House> {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    destination: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const jobs: { job: string; payload: object }[] = [];
  const events = await openEvents({ url: databaseUrl, log });
  const root = await buildPages();
  const recordings = await mkdtemp(join(tmpdir(), 'prosaas-house-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const publicUrl = options.publicUrl ?? url;
  const appSecret = options.appSecret ?? HOUSE_APP_SECRET;
  const web = await startWeb({
    env: readEnv(
      {
        PUBLIC_URL: publicUrl,
        PORT: String(port),
        HOST: '127.0.0.1',
        TWILIO_AUTH_TOKEN: HOUSE_AUTH_TOKEN,
        APP_SECRET: appSecret,
        APP_SECRET_PREVIOUS: options.previousAppSecrets?.join(','),
        RECORDINGS_DIR: recordings,
        OPENAI_API_KEY: MODEL_KEY,
        // A thousand requests of chance are nobody's minute.
        API_REQUESTS_PER_MINUTE: '1000000',
        TWILIO_API_URL: options.twilioUrl ?? `http://${NOBODY}`,
        OPENAI_REALTIME_URL: options.modelUrl ?? `ws://${NOBODY}`,
      },
      'development',
    ),
    root,
    db,
    queue: {
      enqueue: async (job, payload) => void jobs.push({ job, payload }),
      close: async () => {},
    },
    events,
    log,
    registry: settingsRegistry(plugins),
    plugins,
    toolbox: new Toolbox(
      plugins,
      pluginPorts(db, (change) => void events.publish(change)),
    ),
    apology: await readApology(),
    pages: 'built',
  });
  return {
    url,
    publicUrl,
    db,
    databaseUrl,
    blobs: diskBlobs(recordings),
    app: web.app,
    build: (await import(`${root}/build/server/index.js`)) as ServerBuild,
    log: lines,
    jobs,
    publish: (change) => events.publish(change),
    sign: (path, form = {}) => twilio.getExpectedTwilioSignature(HOUSE_AUTH_TOKEN, `${publicUrl}${path}`, form),
    signStream: () =>
      twilio.getExpectedTwilioSignature(HOUSE_AUTH_TOKEN, `${publicUrl.replace(/^http/u, 'ws')}/ws/twilio-media`, {}),
    assets: `${root}/build/client/assets`,
    secrets: [HOUSE_AUTH_TOKEN, appSecret, MODEL_KEY, new URL(databaseUrl).password],
    close: async () => {
      await web.stop(0);
      await events.close();
      await rm(recordings, { recursive: true, force: true });
    },
  };
}
