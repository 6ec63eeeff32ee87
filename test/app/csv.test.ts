import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { csvDownload } from '../../app/csv.server.ts';

const CONTEXT = { taken: () => Promise.resolve(true) };

async function* rows(...some: readonly (readonly (string | number | null)[])[]) {
  for (const row of some) yield row;
}

describe('a download of rows', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1+1'])(
    'shows a text that begins like the formula %j, and has nothing computed',
    async (text) => {
      const answer = csvDownload('x.csv', ['name'], rows([text]), CONTEXT);
      const [, cell = ''] = /^\ufeff?name\r\n([^]*)\r\n$/u.exec(await answer.text()) ?? [];
      expect(cell.replace(/^"/u, '')).toMatch(/^'/u);
    },
  );

  const escaped: unknown[] = [];
  const keep = (error: unknown) => void escaped.push(error);
  beforeEach(() => void process.on('uncaughtException', keep));
  afterEach(() => void process.off('uncaughtException', keep));

  test('breaks off where the rows do: it is not taken for the whole, and the process lives', async () => {
    async function* broken() {
      yield ['one'];
      await Promise.resolve();
      throw new Error('the database is away');
    }
    await expect(csvDownload('x.csv', ['name'], broken(), CONTEXT).text()).rejects.toThrow('the database is away');
    expect(escaped).toEqual([]);
  });

  test('stops reading when nobody takes it any more', async () => {
    let isOver = false;
    let read = 0;
    async function* endless() {
      try {
        for (;;) {
          read += 1;
          yield ['x'.repeat(1000)];
        }
      } finally {
        isOver = true;
      }
    }
    const reader = csvDownload('x.csv', ['name'], endless(), CONTEXT).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await expect.poll(() => isOver).toBe(true);
    expect(read).toBeLessThan(1000);
  });
});
