import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type LiveState, type Watch, watchChanges } from '../../../app/live/changes.ts';

/** The browser's end of the event stream, with the browser's own parts replaced and time under control. */

class FakeEventSource extends EventTarget {
  static opened: FakeEventSource[] = [];
  closed = false;
  constructor(readonly url: string) {
    super();
    FakeEventSource.opened.push(this);
  }
  close(): void {
    this.closed = true;
  }
  say(name: string, data: object = {}): void {
    this.dispatchEvent(Object.assign(new Event(name), { data: JSON.stringify(data) }));
  }
}

let watch: Watch;
let states: LiveState[];
let changes: string[];
let missed: number;
let headStatus: number;
let page: EventTarget & { visibilityState: 'visible' | 'hidden' };
let browser: EventTarget;

const current = (): FakeEventSource => FakeEventSource.opened.at(-1) as FakeEventSource;
const openStreams = (): number => FakeEventSource.opened.filter(({ closed }) => !closed).length;
const show = (visibilityState: 'visible' | 'hidden'): void => {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
};

beforeEach(() => {
  vi.useFakeTimers();
  FakeEventSource.opened = [];
  [states, changes, missed, headStatus] = [[], [], 0, 204];
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' as const });
  browser = new EventTarget();
  vi.stubGlobal('EventSource', FakeEventSource);
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', browser.addEventListener.bind(browser));
  vi.stubGlobal('removeEventListener', browser.removeEventListener.bind(browser));
  vi.stubGlobal('fetch', async () => {
    if (headStatus === 0) throw new TypeError('Failed to fetch');
    return { status: headStatus };
  });
  watch = watchChanges({
    onChange: ({ kind }) => changes.push(kind),
    onMissed: () => missed++,
    onState: (state) => states.push(state),
  });
});
afterEach(() => {
  watch.stop();
  expect(openStreams()).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a watch', () => {
  test('reads again whenever a connection begins, and passes changes on', async () => {
    current().say('ready', { listening: true });
    expect(missed).toBe(1);
    current().say('change', { kind: 'call_turns', callId: 'c1' });
    expect(changes).toEqual(['call_turns']);
    expect(states).toEqual(['live']);
  });

  test('reads every 5 s while the server cannot hear of changes, and once more when it can', async () => {
    current().say('ready', { listening: true });
    current().say('state', { listening: false });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(missed).toBe(4);
    current().say('gap', { listening: true });
    expect(missed).toBe(5);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(missed).toBe(5);
    expect(states).toEqual(['live', 'delayed', 'live']);
  });

  test('comes back after a lost connection, and never reads while there is no network', async () => {
    current().say('ready', { listening: true });
    headStatus = 0;
    current().dispatchEvent(new Event('error'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(missed).toBe(1);
    expect(FakeEventSource.opened).toHaveLength(1);
    headStatus = 204;
    browser.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(1);
    current().say('ready', { listening: true });
    expect(missed).toBe(2);
    expect(states).toEqual(['live', 'lost', 'live']);
  });

  test('of which nothing is heard for 40 s is dead', async () => {
    current().say('ready', { listening: true });
    for (let beats = 0; beats < 5; beats++) {
      await vi.advanceTimersByTimeAsync(15_000);
      current().say('beat');
    }
    expect(FakeEventSource.opened).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(47_000);
    expect(FakeEventSource.opened).toHaveLength(2);
  });

  test('that may have no stream, although the server is there, reads every few seconds', async () => {
    for (let attempt = 0; attempt < 20; attempt++) {
      current().dispatchEvent(new Event('error'));
      await vi.advanceTimersByTimeAsync(5_500);
    }
    expect(states.at(-1)).toBe('delayed');
    expect(missed).toBeGreaterThan(10);
  });

  test('whose session is over has the page read, which then leads to the sign-in page', async () => {
    current().say('ready', { listening: true });
    headStatus = 401;
    current().say('end', { reason: 'session_over' });
    await vi.advanceTimersByTimeAsync(1_100);
    expect(missed).toBe(2);
    expect(openStreams()).toBe(0);
  });

  test('holds nothing open while the tab is hidden, and reads again when it is shown', async () => {
    current().say('ready', { listening: true });
    show('hidden');
    expect(openStreams()).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeEventSource.opened).toHaveLength(1);
    show('visible');
    current().say('ready', { listening: true });
    expect(missed).toBe(2);
    expect(states).toEqual(['live']);
  });
});
