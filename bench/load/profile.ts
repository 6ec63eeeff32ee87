import { WebSocket } from 'ws';

/** A function of a profile, and what it took by itself, callees not counted. */
export interface HotFunction {
  readonly name: string;
  /** File and line, from the last `node_modules/` or the repository's root on; empty for what the runtime does itself. */
  readonly place: string;
  /** Share of the time that the process was not idle, 0–1. */
  readonly share: number;
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples?: readonly number[];
  /** Microseconds between a sample and the one before it. */
  readonly timeDeltas?: readonly number[];
}

/** Time in which nothing runs: waiting for the next event is no work. */
const IDLE = new Set(['(idle)', '(root)']);

/** The functions of a V8 CPU profile that took most time themselves, the hottest first. */
export function hottestFunctions(profile: CpuProfile, count: number): readonly HotFunction[] {
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const spent = new Map<string, { readonly name: string; readonly place: string; us: number }>();
  let busy = 0;
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const frame = frames.get(id);
    const us = profile.timeDeltas?.[index] ?? 0;
    if (frame === undefined || IDLE.has(frame.functionName)) continue;
    busy += us;
    const name = frame.functionName === '' ? '(anonymous)' : frame.functionName;
    const place = placeOf(frame.url, frame.lineNumber);
    const key = `${name} ${place}`;
    const known = spent.get(key);
    if (known === undefined) spent.set(key, { name, place, us });
    else known.us += us;
  }
  return [...spent.values()]
    .sort((a, b) => b.us - a.us)
    .slice(0, count)
    .map(({ name, place, us }) => ({ name, place, share: busy === 0 ? 0 : us / busy }));
}

/** V8 counts lines from 0. */
function placeOf(url: string, line: number): string {
  if (url === '') return '';
  const path = url.replace(/^.*\/(?=node_modules\/|build\/)/u, '');
  return `${path}:${line + 1}`;
}

/** A running profile of another process. */
export interface Profiling {
  stop(): Promise<CpuProfile>;
}

/** Microseconds between samples: 1 ms costs the measured process a few percent. */
const SAMPLE_EVERY_US = 1000;

/** Begins to profile the process whose inspector listens at `url` (`ws://…`, as `node --inspect` prints it). */
export async function startProfile(url: string): Promise<Profiling> {
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 0 });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let requests = 0;
  const ask = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++requests;
      const onMessage = (data: Buffer): void => {
        const answer = JSON.parse(data.toString('utf8')) as { id?: number; result?: unknown; error?: object };
        if (answer.id !== id) return;
        socket.off('message', onMessage);
        if (answer.error === undefined) resolve(answer.result);
        else reject(new Error(`${method}: ${JSON.stringify(answer.error)}`));
      };
      socket.on('message', onMessage);
      socket.send(JSON.stringify({ id, method, params }));
    });
  await ask('Profiler.enable');
  await ask('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
  await ask('Profiler.start');
  return {
    async stop() {
      const { profile } = (await ask('Profiler.stop')) as { profile: CpuProfile };
      socket.close();
      return profile;
    },
  };
}
