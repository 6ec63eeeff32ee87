import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { speechFrames } from '../../sandbox/audio/speech.ts';
import { ENGINE_TEXTS } from '../../voice/lines.ts';
import { startWorld, type World } from '../helpers/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const GREETING = 'שלום, הגעתם למוסך של אבי. איך אפשר לעזור?';

it('a call that finds its sentences missing has them rendered by the worker, for the calls after it', async () => {
  const played = await world.play(`
title: a greeting that nobody rendered yet
settings: { bot_speaks_first: true, greeting_message: "${GREETING}", voice: marin }
conversation:
  - agent: "${GREETING}"
  - hang_up: true
`);
  const rendered = () =>
    world.db.withBusiness(played.businessId, (tx) => tx.renderedSpeech.findMany({ orderBy: { createdAt: 'asc' } }));
  await vi.waitFor(async () => expect((await rendered()).length).toBe(ENGINE_TEXTS.length + 2), {
    timeout: 40_000,
    interval: 200,
  });
  const rows = await rendered();
  expect(new Set(rows.map(({ voice }) => voice))).toEqual(new Set(['marin']));
  expect(rows.map(({ text }) => text)).toEqual(expect.arrayContaining([GREETING, ...ENGINE_TEXTS]));
  const greeting = rows.find(({ text }) => text === GREETING);
  // Every frame of what the model double says for these words.
  const frames = speechFrames(GREETING, { voice: 'agent', line: 0 }).length;
  expect(greeting?.audio.length).toBe(frames * 160);
  expect(greeting?.durationMs).toBe(frames * 20);
}, 90_000);
