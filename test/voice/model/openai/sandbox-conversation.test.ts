import { afterEach, expect, test, vi } from 'vitest';
import { speechFrames } from '../../../../sandbox/audio/speech.ts';
import { type SandboxRealtime, startSandboxRealtime } from '../../../../sandbox/realtime/server.ts';
import { parseScript } from '../../../../sandbox/script/parse.ts';
import { openAiRealtime } from '../../../../voice/model/openai/connection.ts';
import type { ModelConnection, ModelEvent } from '../../../../voice/model/speech-model.ts';

let server: SandboxRealtime;
let line: ModelConnection;
afterEach(async () => {
  line.close();
  await server.close();
});

/** The kinds of what came, repetitions left out. */
const kinds = (events: readonly ModelEvent[]) =>
  events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);

test('a strict server takes our configuration and every command, and a reply comes back in the usual order', async () => {
  server = await startSandboxRealtime({
    speed: 50,
    script: parseScript(
      'title: t\nconversation:\n  - agent: שלום, במה אפשר לעזור?\n  - caller: תור למחר\n  - agent: בשמחה\n',
    ),
  });
  const events: ModelEvent[] = [];
  const logs: string[] = [];
  line = openAiRealtime({
    url: server.url,
    apiKey: 'sk-test',
    models: ['gpt-realtime-2.1'],
    transcriptionModels: ['gpt-transcribe'],
    log: (event) => logs.push(event),
  })((event) => events.push(event));
  const tool = { name: 'save', description: 'd', parameters: { type: 'object', properties: {} } };
  line.configure({
    instructions: 'ענה בעברית',
    voice: 'cedar',
    turnTaking: 'guarded',
    tools: [tool],
    keywords: ['דנה'],
  });
  await vi.waitFor(() => expect(events).toEqual([{ type: 'ready' }]));

  line.send({ type: 'create_response', eventId: 'create_1', instructions: 'Greet' });
  await vi.waitFor(() => expect(events.at(-1)?.type).toBe('response_done'));
  const known = [
    'ready',
    'response_created',
    'item_added',
    'words',
    'audio',
    'audio_done',
    'words_done',
    'usage',
    'response_done',
  ];
  expect(new Set(kinds(events))).toEqual(new Set(known));
  expect(kinds(events).slice(0, 3)).toEqual(['ready', 'response_created', 'item_added']);
  const audio = events.find((event) => event.type === 'audio');

  line.send({ type: 'truncate', eventId: 't_1', itemId: audio?.itemId ?? '', contentIndex: 0, audioEndMs: 300 });
  const frames = [
    ...speechFrames('תור למחר', { voice: 'caller', line: 1 }),
    ...Array.from({ length: 40 }, () => new Uint8Array(160).fill(0xff)),
  ];
  for (const frame of frames) line.send({ type: 'append', audio: Buffer.from(frame).toString('base64') });
  await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: 'transcript', text: 'תור למחר' }), {
    timeout: 3000,
  });
  expect(kinds(events).slice(-5)).toEqual(['speech_started', 'speech_stopped', 'committed', 'usage', 'transcript']);
  expect(logs).toEqual([]);
});
