import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { startSandboxRealtime } from '../../sandbox/realtime/server.ts';
import { type HouseDatabase, startHouse } from '../helpers/house.ts';
import { neighbours } from '../isolation/estate.ts';
import type { FuzzedDoor, Trial } from './door.ts';
import { API_DOOR, FORM_DOOR, PAGE_DOOR } from './http-doors.ts';
import { LINE_DOOR } from './line-door.ts';
import { SOCKET_DOOR } from './socket-door.ts';
import { Tally } from './tally.ts';
import { Tenant } from './tenant.ts';
import { makeRoom, watch } from './watch.ts';
import { WEBHOOK_DOOR } from './webhook-door.ts';

/** Every door at which something comes in. */
const DOORS: readonly FuzzedDoor<never>[] = [
  WEBHOOK_DOOR,
  SOCKET_DOOR,
  API_DOOR,
  FORM_DOOR,
  PAGE_DOOR,
  LINE_DOOR,
] as unknown as readonly FuzzedDoor<never>[];

/** Runs between two looks at the whole: is the process well, is the other business as it was? */
const LOOK_EVERY = 250;
/** Runs after which the counts of attempts are forgotten, and what was made too many of. */
const FORGET_EVERY = 20;

/** Multiple of real time at which the model's double speaks: nobody listens here. */
const MODEL_SPEED = 50;

/** What came of it. */
export interface FuzzVerdict {
  readonly seed: number;
  readonly tally: Tally;
  /** For each door where something was wrong: the shortest input that shows it, and what was wrong. */
  readonly findings: readonly { readonly door: string; readonly input: string; readonly wrong: string }[];
}

export interface FuzzOptions {
  /** Inputs in all, shared out among the doors. */
  readonly runs: number;
  /** The same seed sends the same inputs. */
  readonly seed: number;
  /** These doors alone. */
  readonly doors?: readonly string[] | undefined;
  /** Told every so often how many inputs were sent. */
  readonly onProgress?: (sent: number) => void;
}

/** Sends inputs of chance to every door of a web process of its own on this database. */
export async function fuzz(
  database: HouseDatabase,
  { runs, seed, doors, onProgress }: FuzzOptions,
): Promise<FuzzVerdict> {
  const model = await startSandboxRealtime({ speed: MODEL_SPEED });
  const twilio = await twilioWithoutCalls();
  const house = await startHouse(database, { modelUrl: model.url, twilioUrl: twilio.url });
  const tally = new Tally();
  const findings: { door: string; input: string; wrong: string }[] = [];
  try {
    const both = await neighbours(house);
    const trial: Trial = {
      house,
      neighbours: both,
      tenant: new Tenant(house, both.stranger),
      tally,
      watch: await watch(house, both.victim),
      port: Number(new URL(house.url).port),
    };
    for (const door of DOORS) {
      if (doors !== undefined && !doors.includes(door.name)) continue;
      const finding = await tryDoor(trial, door, { runs, seed, onProgress });
      if (finding !== null) findings.push(finding);
    }
    const wrong = await trial.watch.house();
    if (wrong !== null) findings.push({ door: 'the house', input: '', wrong });
  } finally {
    await house.close();
    await Promise.all([model.close(), twilio.close()]);
  }
  return { seed, tally, findings };
}

async function tryDoor(
  trial: Trial,
  door: FuzzedDoor<never>,
  { runs, seed, onProgress }: Omit<FuzzOptions, 'onProgress'> & { readonly onProgress: FuzzOptions['onProgress'] },
) {
  let told = '';
  let played = 0;
  const property = fc.asyncProperty(door.inputs, async (input) => {
    if (played % FORGET_EVERY === 0) await makeRoom(trial.house, trial.neighbours.stranger);
    let wrong = await play(trial, door, input);
    played++;
    if (played % LOOK_EVERY === 0) {
      wrong ??= await trial.watch.house();
      onProgress?.(trial.tally.total());
    }
    if (wrong !== null) told = wrong;
    return wrong === null;
  });
  const numRuns = Math.max(1, Math.round((runs * door.share) / 100 / door.inputsOfRun));
  const details = await fc.check(property, { numRuns, seed });
  const input = details.counterexample?.[0];
  if (input === undefined) return null;
  // The shortest one once more, so that what is told is what it does.
  const again = await play(trial, door, input);
  return { door: door.name, input: cut(fc.stringify(input)), wrong: again ?? `${told} (not every time)` };
}

const play = (trial: Trial, door: FuzzedDoor<never>, input: never): Promise<string | null> =>
  door.play(trial, input).catch((error: unknown) => `no answer: ${String(error)}`);

const cut = (text: string) => (text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text);

interface Peer {
  readonly url: string;
  close(): Promise<void>;
}

/** Twilio's REST API for calls that are over. */
async function twilioWithoutCalls(): Promise<Peer> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"code":20404,"message":"no such call"}');
  });
  const { port } = await listening(server);
  return { url: `http://127.0.0.1:${port}`, close: () => closed(server) };
}

function listening(server: Server): Promise<AddressInfo> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address() as AddressInfo)));
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
}
