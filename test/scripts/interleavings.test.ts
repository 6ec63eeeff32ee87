import { expect, test } from 'vitest';
import { checkInterleavings } from '../../scripts/interleavings/check.ts';

// The same thousand each time; `npm run test:interleavings` plays others, as many as one likes.
test(
  'a thousand calls of pure chance break no rule: one response at a time, nothing trimmed that was not there, one end, one hang-up, nothing left',
  { timeout: 120_000 },
  async () => {
    expect((await checkInterleavings({ runs: 1000, seed: 20_260 })).broken).toBeNull();
  },
);
