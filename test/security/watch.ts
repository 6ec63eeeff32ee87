import type { House } from '../helpers/house.ts';
import { asSuperuserOf } from '../helpers/superuser.ts';
import { type Estate, marksOf } from '../isolation/estate.ts';
import { changedTables, snapshotOf, type Snapshot } from '../isolation/snapshot.ts';

/** What an answer gives away that it should not, in one line, or null. */
export interface Watch {
  /** Looks at one answer, and at what the process logged since the last look. */
  answer(status: number, text: string): string | null;
  /** Whether the process still answers, and another business is as it was. Resolves with what is wrong, or null. */
  house(): Promise<string | null>;
}

/** Of a program that tells where it failed. */
const STACK = /\n\s+at .*[\w.]:\d+:\d+\)?|node_modules\/|file:\/\/\/|PrismaClient|\$argon2|prosaas_app/u;

/** Watches over a house in which somebody of `stranger` does what they like, for the sake of `victim`. */
export async function watch(house: House, victim: Estate): Promise<Watch> {
  const marks = await marksOf(house, victim);
  const before: Snapshot = await snapshotOf(house.databaseUrl, victim.businessId);
  const unhandled: string[] = [];
  process.on('unhandledRejection', (reason) => void unhandled.push(String(reason)));
  let read = house.log.length;

  const logged = (): string | null => {
    const lines = house.log.slice(read);
    read = house.log.length;
    const bad = lines.find(({ level }) => level === 'error' || level === 'fatal');
    if (bad !== undefined) return `the log says ${JSON.stringify(bad).slice(0, 2_000)}`;
    const failed = lines.find(({ event }) => event === 'request_failed' || event === 'incoming_call_failed');
    return failed === undefined ? null : `the log says ${JSON.stringify(failed).slice(0, 2_000)}`;
  };

  return {
    answer(status, text) {
      if (status >= 500) return `answered ${status}: ${text.slice(0, 500)}`;
      const stack = STACK.exec(text)?.[0];
      if (stack !== undefined) return `the answer tells of the program: ${stack.slice(0, 200)}`;
      const secret = house.secrets.find((one) => one !== '' && text.includes(one));
      if (secret !== undefined) return 'the answer tells a key of the process';
      const mark = marks.find((one) => text.includes(one));
      if (mark !== undefined) return `the answer names ${mark}, which is another business's`;
      if (unhandled.length > 0) return `a promise nobody waited for: ${unhandled.splice(0).join('; ')}`;
      return logged();
    },
    async house() {
      const response = await fetch(`${house.url}/healthz`).catch((error: unknown) => String(error));
      if (typeof response === 'string' || response.status !== 200) return `/healthz: ${JSON.stringify(response)}`;
      const changed = changedTables(before, await snapshotOf(house.databaseUrl, victim.businessId));
      if (changed.length > 0) return `changed of another business: ${changed.join(', ')}`;
      if (unhandled.length > 0) return `a promise nobody waited for: ${unhandled.splice(0).join('; ')}`;
      return logged();
    },
  };
}

/**
 * Attempts are counted, and here is nothing but attempts. A business may have so many of a thing, and here more are made
 * than anybody would.
 */
export async function makeRoom(house: House, { businessId, number }: Estate): Promise<void> {
  await asSuperuserOf(house.databaseUrl, async (client) => {
    await client.query('DELETE FROM rate_limits');
    await client.query(`DELETE FROM api_tokens WHERE business_id = $1 AND name = 'n8n'`, [businessId]);
    await client.query('DELETE FROM invitations WHERE business_id = $1', [businessId]);
    // Its own number goes on ringing.
    await client.query('DELETE FROM phone_numbers WHERE business_id = $1 AND number <> $2', [businessId, number]);
  });
}
