import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEvents, type Change, type Events } from '../../platform/events.ts';
import { createLog } from '../../platform/log.ts';
import { asSuperuser, freshDatabase } from '../helpers/database.ts';

const log = createLog({ level: 'silent' });
let database: Awaited<ReturnType<typeof freshDatabase>>;
const open: Events[] = [];

async function listen(): Promise<Events> {
  const events = await openEvents({ url: database.url, log, reconnectMs: 20 });
  open.push(events);
  return events;
}

/** The changes of a business as they come in, and a way to wait for the next. */
function hear(
  events: Events,
  businessId: string,
): { changes: Change[]; gaps: number; until(done: () => boolean): Promise<void> } {
  let tell = (): void => undefined;
  const heard = {
    changes: [] as Change[],
    gaps: 0,
    until: (done: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        tell = () => {
          if (done()) resolve();
        };
        tell();
      }),
  };
  events.subscribe(businessId, {
    onChange: (change) => {
      heard.changes.push(change);
      tell();
    },
    onGap: () => {
      heard.gaps += 1;
      tell();
    },
  });
  return heard;
}

const cutConnections = (): Promise<unknown> =>
  asSuperuser((client) =>
    client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      new URL(database.url).pathname.slice(1),
    ]),
  );

beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((events) => events.close()));
  await database.drop();
});

describe('changes', () => {
  it('reach the subscribers of their business in every process, and nobody else', async () => {
    const [web, worker] = [await listen(), await listen()];
    const garage = hear(web, 'garage');
    const clinic = hear(web, 'clinic');
    await worker.publish({ kind: 'call', businessId: 'garage', callId: 'c1' });
    await worker.publish({ kind: 'settings', businessId: 'clinic' });
    await clinic.until(() => clinic.changes.length === 1);
    expect(garage.changes).toEqual([{ kind: 'call', businessId: 'garage', callId: 'c1' }]);
    expect(clinic.changes).toEqual([{ kind: 'settings', businessId: 'clinic' }]);
  });

  it('carry ids and nothing else, whatever a caller hands over', async () => {
    const events = await listen();
    const garage = hear(events, 'garage');
    await events.publish({ kind: 'call', businessId: 'garage', transcript: 'סודי' } as Change);
    await garage.until(() => garage.changes.length === 1);
    expect(garage.changes).toEqual([{ kind: 'call', businessId: 'garage' }]);
  });

  it('that come together are told in the order of their last word, each once', async () => {
    const events = await listen();
    const garage = hear(events, 'garage');
    const change = (kind: string) => ({ kind, businessId: 'garage', callId: 'c1' });
    const kinds = ['agent_speaking', 'call', 'agent_quiet', 'agent_speaking'];
    await Promise.all(kinds.map((kind) => events.publish(change(kind))));
    await garage.until(() => garage.changes.length >= 3);
    expect(garage.changes).toEqual(['call', 'agent_quiet', 'agent_speaking'].map(change));
  });

  it('published just before the end of a process are still told', async () => {
    const [web, worker] = [await listen(), await listen()];
    const garage = hear(web, 'garage');
    void worker.publish({ kind: 'delivery', businessId: 'garage' });
    await worker.close();
    open.splice(open.indexOf(worker), 1);
    await garage.until(() => garage.changes.length === 1);
  });

  it('no longer reach who has unsubscribed', async () => {
    const events = await listen();
    const before: Change[] = [];
    const unsubscribe = events.subscribe('garage', { onChange: (change) => before.push(change) });
    unsubscribe();
    const after = hear(events, 'garage');
    await events.publish({ kind: 'call', businessId: 'garage' });
    await after.until(() => after.changes.length === 1);
    expect(before).toEqual([]);
  });

  it('reach the others when one subscriber throws', async () => {
    const events = await listen();
    events.subscribe('garage', {
      onChange: () => {
        throw new Error('a page’s trouble');
      },
    });
    const other = hear(events, 'garage');
    await events.publish({ kind: 'call', businessId: 'garage' });
    await other.until(() => other.changes.length === 1);
  });
});

describe('a cut connection', () => {
  it('is made again, says that changes may have been missed, and carries the next ones', async () => {
    const events = await listen();
    const garage = hear(events, 'garage');
    expect(events.isListening()).toBe(true);
    await cutConnections();
    await garage.until(() => garage.gaps === 1);
    expect(events.isListening()).toBe(true);
    await events.publish({ kind: 'call', businessId: 'garage' });
    await garage.until(() => garage.changes.length === 1);
  });

  it('does not make publishing fail for who publishes', async () => {
    const events = await listen();
    await database.drop();
    await expect(events.publish({ kind: 'call', businessId: 'garage' })).resolves.toBeUndefined();
  });
});
