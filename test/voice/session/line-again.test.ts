import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bargeIn } from '../../../plugins/barge-in/index.ts';
import { defineTool } from '../../../voice/plugin.ts';
import type { CallHarness } from '../../helpers/call-harness.ts';
import { call } from '../../helpers/call-harness.ts';
import { testPlugin } from '../../helpers/test-plugin.ts';

const WORDS = 'אחת שתיים שלוש ארבע חמש שש שבע שמונה';

const told = (story: CallHarness) => story.model.given('add_message').map(({ speaker, text }) => [speaker, text]);
const drop = (story: CallHarness) => story.model.emit({ type: 'closed', code: 'closed_1006' });

describe('a new line to the model', () => {
  test('is told what tools returned over the old one, so that nothing is booked twice', async () => {
    const tool = defineTool({
      name: 'book',
      description: 'Books.',
      parameters: () => z.object({}),
      run: () => Promise.resolve({ booked: true }),
    });
    const story = call({ reconnects: 1, plugins: [testPlugin('diary', {}, { tools: [tool] })] });
    await story.callerSays('קבעו לי תור');
    story.model.says({ text: '', ms: 0, tools: [['call_1', 'book', '{}']] });
    await story.elapse(200);
    expect(story.model.given('tool_output')).toHaveLength(1);
    drop(story);
    await story.elapse(500);
    expect(told(story)).toEqual([
      ['caller', 'קבעו לי תור'],
      ['system', 'The function book has returned: {"booked":true}'],
    ]);
    expect(story.model.given('create_response')).toHaveLength(1);
  });

  test('is asked for one answer where two were owed', async () => {
    const story = call({ reconnects: 1 });
    await story.callerSays('ספרו לי');
    story.model.says({ text: WORDS, ms: 8000, speed: 1.2 });
    await story.elapse(1000);
    await story.callerSays('רגע, אני רוצה משהו אחר לגמרי', { ms: 1500 });
    drop(story);
    await story.elapse(500);
    story.model.willSay({ text: 'כן', ms: 300 });
    await story.elapse(3000);
    expect(story.model.given('create_response')).toHaveLength(1);
  });

  test('that is the first to open is told of to the plugins, although another was tried before', async () => {
    let ready = 0;
    const watcher = testPlugin('watcher', { onModelReady: () => void ready++ });
    const story = call({ modelReady: false, reconnects: 1, plugins: [watcher] });
    await story.elapse(100);
    drop(story);
    await story.elapse(500);
    expect(ready).toBe(1);
  });
});

test('a line that breaks while a noise holds the agent does not cost the rest of the sentence', async () => {
  const story = call({ plugins: [bargeIn], reconnects: 1 });
  await story.callerSays('שלום, יש לי שאלה', { ms: 900 });
  const reply = story.model.says({ text: WORDS, ms: 4000 });
  await story.elapse(1000);
  await story.sound(400);
  expect(story.line.audible).toBe(false);
  drop(story);
  await story.elapse(6000);
  expect(story.line.playedMsOf(reply.line)).toBe(4000);
});

describe('the caller’s latest audio', () => {
  test('is not sent again where its words are known, although earlier ones never came', async () => {
    const story = call({ reconnects: 1 });
    await story.callerSays(null);
    story.model.says({ text: 'שלום', ms: 500 });
    await story.elapse(60_000);
    await story.callerSays('כמה זה עולה?');
    story.model.says({ text: 'מאה', ms: 500 });
    await story.elapse(4000);
    drop(story);
    await story.elapse(60);
    expect(story.model.heardMs).toBeLessThan(1500);
    expect(told(story)).toContainEqual(['caller', 'כמה זה עולה?']);
  });

  test('an utterance without words is sent again alone, not with the one behind it', async () => {
    const story = call({ reconnects: 1 });
    await story.callerSays(null, { ms: 1000 });
    await story.callerSays('כמה זה עולה?', { ms: 3000 });
    drop(story);
    await story.elapse(60);
    expect(story.model.heardMs).toBeGreaterThan(1000);
    expect(story.model.heardMs).toBeLessThan(3000);
  });

  test('survives a second break before the new model has noticed any of it', async () => {
    const story = call({ reconnects: 2 });
    await story.elapse(3000);
    await story.startsSpeaking();
    await story.elapse(2000);
    drop(story);
    await story.elapse(80);
    drop(story);
    await story.elapse(600);
    expect(story.model.heardMs).toBeGreaterThan(2600);
  });
});
