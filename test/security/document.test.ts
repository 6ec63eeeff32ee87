import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** The promises of `docs/security.md` are worth what holds them. */

const root = fileURLToPath(new URL('../..', import.meta.url));

test('every test that docs/security.md names is there, and every promise names one', async () => {
  const document = await readFile(`${root}/docs/security.md`, 'utf8');
  const promises = document.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| promise |'));
  expect(promises.length).toBeGreaterThan(30);
  const wrong: string[] = [];
  for (const promise of promises) {
    const [, file = '', name = ''] = /`(test\/[^`]+)`: (.+) \|$/u.exec(promise) ?? [];
    if (file === '' || !existsSync(`${root}/${file}`)) wrong.push(`no such file: ${promise}`);
    else if (!(await readFile(`${root}/${file}`, 'utf8')).includes(name))
      wrong.push(`no such test in ${file}: ${name}`);
  }
  expect(wrong).toEqual([]);
});
