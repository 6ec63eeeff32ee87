import type { Script } from '../../sandbox/script/schema.ts';
import { playVirtually } from '../scenario/play.ts';

/** What many calls in one process left behind. */
export interface HeapFigures {
  readonly calls: number;
  /** Bytes in use after forced collections: at the start, in the middle, at the end. */
  readonly heapBytes: { readonly start: number; readonly middle: number; readonly end: number };
  /** Growth over the second half: what warms up is warm by then. */
  readonly bytesPerCall: number;
  /** Handles of the process (timers, sockets, …) that were not there in the middle. */
  readonly handlesLeft: number;
  /** Listeners on the process itself that were not there in the middle. */
  readonly listenersLeft: number;
  /** What single calls left, by its words. */
  readonly leftByCalls: readonly string[];
  /** Length of the calls themselves, and how long they took. */
  readonly callSeconds: number;
  readonly tookMs: number;
}

export interface HeapOptions {
  /** Played in turn. */
  readonly scripts: readonly Script[];
  readonly calls: number;
  /** Runs the garbage collector to its end; `node --expose-gc` offers it. */
  readonly collect: () => void;
  /** Told after every hundredth call. */
  readonly onProgress?: (calls: number, heapBytes: number) => void;
}

/** More than this a call, and a process that answers for a year grows without end. */
const MOST_BYTES_PER_CALL = 1024;

/** Plays calls one after the other, webhooks, media stream, session and model line and all, on virtual clocks. */
export async function measureHeap({ scripts, calls, collect, onProgress }: HeapOptions): Promise<HeapFigures> {
  const heapNow = async (): Promise<number> => {
    // Twice, with a turn of the event loop between: finalisers and closed handles let go of more.
    for (let time = 0; time < 2; time++) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    collect();
    return process.memoryUsage().heapUsed;
  };
  const begunAt = performance.now();
  const left = new Set<string>();
  let callMs = 0;
  const play = async (from: number, to: number): Promise<void> => {
    for (let call = from; call < to; call++) {
      const outcome = await playVirtually(scripts[call % scripts.length] as Script);
      callMs += outcome.callMs;
      for (const what of outcome.leftovers) left.add(what);
      if ((call + 1) % 100 === 0) onProgress?.(call + 1, process.memoryUsage().heapUsed);
    }
  };
  const half = Math.floor(calls / 2);
  const start = await heapNow();
  await play(0, half);
  const middle = await heapNow();
  const [handles, listeners] = [handlesNow(), listenersNow()];
  await play(half, calls);
  const end = await heapNow();
  return {
    calls,
    heapBytes: { start, middle, end },
    bytesPerCall: Math.round((end - middle) / (calls - half)),
    handlesLeft: handlesNow() - handles,
    listenersLeft: listenersNow() - listeners,
    leftByCalls: [...left],
    callSeconds: Math.round(callMs / 1000),
    tookMs: Math.round(performance.now() - begunAt),
  };
}

/** Why the figures are not as they must be, one line each; empty when they are. */
export function heapFaults(figures: HeapFigures): string[] {
  const { bytesPerCall, handlesLeft, listenersLeft, leftByCalls } = figures;
  return [
    ...(bytesPerCall < MOST_BYTES_PER_CALL ? [] : [`the heap grows by ${bytesPerCall} bytes a call`]),
    ...(handlesLeft > 0 ? [`${handlesLeft} handles are left open`] : []),
    ...(listenersLeft > 0 ? [`${listenersLeft} listeners are left on the process`] : []),
    ...leftByCalls.map((what) => `a call left ${what}`),
  ];
}

function handlesNow(): number {
  return process.getActiveResourcesInfo().length;
}

function listenersNow(): number {
  return process.eventNames().reduce((count, name) => count + process.listenerCount(name), 0);
}
