import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { endCall, finalizeCall, saveTurns, settleTranscripts, type ExportsOf } from '../../domain/calls/index.ts';
import { settingsRegistry } from '../../domain/settings/index.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisError, type Analyse } from '../../domain/insights/index.ts';
import type { TextsOf } from '../../domain/speech/index.ts';
import { manualClock } from '../../platform/clock.ts';
import { diskBlobs } from '../../platform/blobs/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import type { Change } from '../../platform/events.ts';
import { createLog } from '../../platform/log.ts';
import type { SendMail } from '../../platform/mail.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { createVault } from '../../platform/vault.ts';
import { RenderError, type RenderSpeech } from '../../voice/model/openai/render.ts';
import { TwilioRestError } from '../../voice/twilio/rest.ts';
import type { WorkerContext } from '../../worker/context.ts';
import { APP_SECRET, aBusiness, aCall, aTurn, seconds } from '../domain/fixtures.ts';
import { exampleSources } from '../domain/settings/example-sources.ts';

export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** How a receiver answers its next request; without one, 200. */
export type Reply = (response: http.ServerResponse) => void;

/** A receiver of webhooks on loopback. */
export interface Receiver {
  readonly url: string;
  readonly host: string;
  readonly received: Received[];
  /** Answers of the next requests, one each. */
  replyWith(...replies: Reply[]): void;
  close(): Promise<void>;
}

export const status =
  (code: number, headers: http.OutgoingHttpHeaders = {}, body = ''): Reply =>
  (response) =>
    response.writeHead(code, headers).end(body);

export async function aReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const replies: Reply[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      received.push({ method, path, headers, body: Buffer.concat(chunks).toString('utf8') });
      (replies.shift() ?? status(200))(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/hook?key=very-secret`,
    host,
    received,
    replyWith: (...next) => void replies.push(...next),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export interface EnqueuedJob {
  readonly job: string;
  readonly payload: Record<string, string>;
  readonly delayMs: number;
  readonly id: string | undefined;
}

/** A context whose queue only writes down, whose clock stands still, and whose log is kept. */
export function aContext(
  db: Database,
  options: {
    allowHosts?: string[];
    exportsOf?: ExportsOf;
    timeoutMs?: number;
    textsOf?: TextsOf;
    renderSpeech?: RenderSpeech;
    analyse?: Analyse;
    transcribe?: WorkerContext['transcribe'];
    recordings?: WorkerContext['recordings'];
    blobs?: WorkerContext['blobs'];
    mail?: SendMail;
  } = {},
) {
  const enqueued: EnqueuedJob[] = [];
  const published: Change[] = [];
  const lines: string[] = [];
  const clock = manualClock(new Date('2026-03-01T10:00:00.000Z'));
  const outgoing = createOutgoing({ allowHosts: options.allowHosts ?? [] });
  const { timeoutMs } = options;
  const context: WorkerContext = {
    db,
    clock,
    log: createLog({ level: 'debug', destination: { write: (line: string) => void lines.push(line) } }),
    registry: settingsRegistry(exampleSources),
    vault: createVault({ current: 'test' }),
    exportsOf: options.exportsOf ?? (() => []),
    textsOf: options.textsOf ?? (() => []),
    renderSpeech: options.renderSpeech ?? (() => Promise.reject(new RenderError('line_broken', 'no_model'))),
    transcribe: options.transcribe ?? (() => Promise.reject(new AppError('transcription_failed', { permanent: true }))),
    recordings: options.recordings ?? {
      download: () => Promise.reject(new TwilioRestError('none', 404, 20404)),
      remove: () => Promise.resolve(),
    },
    keepsSourceRecordings: false,
    blobs: options.blobs ?? diskBlobs(join(tmpdir(), 'prosaas-test-blobs')),
    analyse: options.analyse ?? (() => Promise.reject(new AnalysisError('off', true))),
    send: (request) => outgoing(timeoutMs === undefined ? request : { ...request, timeoutMs }),
    publish: async (change) => void published.push(change),
    mail: options.mail ?? null,
    links: { secrets: { current: APP_SECRET }, publicUrl: 'https://calls.example.test', logged: false },
    random: () => 0.5,
    queue: {
      enqueue: async (job, payload, { id, delayMs = 0 } = {}) =>
        void enqueued.push({ job, payload: payload as Record<string, string>, delayMs, id }),
    },
  };
  return { context, clock, enqueued, published, lines };
}

/** Exports one request to `url`. */
export const exportTo =
  (url: string): ExportsOf =>
  (call) => [
    {
      plugin: 'monday-export',
      name: 'monday',
      url,
      headers: { 'X-Extra': 'yes' },
      body: { source: 'prosaas_call_center', call_sid: call.callSid, transcript: call.transcript },
    },
  ];

/** A call that has ended with two turns, its transcriptions settled. */
export async function anEndedCall(
  db: Database,
  now: Date,
): Promise<{ businessId: string; callId: string; callSid: string }> {
  const business = await aBusiness(db);
  const { callId, callSid } = await aCall(db, business, seconds(now, -60));
  await saveTurns(db, business.businessId, callId, [aTurn(0, 'agent', 'שלום'), aTurn(1, 'caller', 'תודה, ביי')]);
  await endCall(db, business.businessId, callId, { endReason: 'user_goodbye', endedAt: now, heldMs: 0, timings: {} });
  await settleTranscripts(db, business.businessId, callId, now);
  return { businessId: business.businessId, callId, callSid };
}

/** A delivery to `url` that waits for its first attempt. */
export async function aDelivery(
  context: WorkerContext,
  url: string,
): Promise<{ businessId: string; callId: string; callSid: string; deliveryId: string }> {
  const call = await anEndedCall(context.db, context.clock.now());
  const { businessId, callId } = call;
  const done = await finalizeCall(context.db, businessId, callId, exportTo(url), context.registry, context.clock.now());
  if (done.kind !== 'finalized' || done.deliveries[0] === undefined) throw new Error(`not finalised: ${done.kind}`);
  return { ...call, deliveryId: done.deliveries[0].deliveryId };
}
