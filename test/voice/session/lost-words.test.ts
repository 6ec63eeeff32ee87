import { expect, test } from 'vitest';
import { z } from 'zod';
import { bargeIn } from '../../../plugins/barge-in/index.ts';
import { defineTool } from '../../../voice/plugin.ts';
import { call } from '../../helpers/call-harness.ts';
import { testPlugin } from '../../helpers/test-plugin.ts';

const WORDS = 'אחת שתיים שלוש ארבע חמש שש שבע שמונה';

test('a short answer over the agent’s last word is answered although its transcription never comes', async () => {
  const story = call();
  await story.callerSays('שלום, יש לי שאלה', { ms: 900 });
  story.model.says({ text: WORDS, ms: 4000 });
  await story.elapse(3300);
  const item = await story.startsSpeaking();
  await story.elapse(380);
  story.voice = false;
  story.commits(item);
  expect(story.model.given('create_response')).toHaveLength(1);
  await story.elapse(3500);
  expect(story.model.given('create_response')).toHaveLength(2);
});

test('the apology is heard although the model was lost while a noise held the agent', async () => {
  const story = call({ plugins: [bargeIn] });
  await story.callerSays('שלום, יש לי שאלה', { ms: 900 });
  story.model.says({ text: WORDS, ms: 4000 });
  await story.elapse(1500);
  await story.sound(400);
  expect(story.line.audible).toBe(false);
  story.model.emit({ type: 'error', code: 'insufficient_quota', message: '', eventId: null, permanent: true });
  await story.elapse(8000);
  expect(story.transcript.at(-1)).toBe('agent: סליחה, יש תקלה.');
  expect(story.endReason).toBe('model_unavailable');
});

test('a line that breaks while the farewell is generated does not cut what was received of it', async () => {
  const story = call({ reconnects: 1, maxCallMs: 1000 });
  await story.elapse(1000);
  const farewell = story.model.says({ text: 'להתראות ותודה רבה', ms: 4000, speed: 2 });
  await story.elapse(1000);
  story.model.emit({ type: 'closed', code: 'closed_1006' });
  await story.elapse(6000);
  expect(story.line.playedMsOf(farewell.line)).toBeGreaterThan(1900);
  expect(story.endReason).toBe('max_duration');
});

test('an item that a cancelled response still begins is taken out of the model’s memory: nobody hears it', async () => {
  const story = call();
  await story.callerSays('אני רוצה');
  const { responseId } = story.model.accepts();
  await story.callerSays('תור ליום שני');
  story.model.emit({ type: 'item_added', responseId, itemId: 'late', kind: 'message' });
  expect(story.model.given('cancel_response')).toHaveLength(1);
  expect(story.model.given('delete_item').map(({ itemId }) => itemId)).toEqual(['late']);
});

test('a line cut short behind another that was cut short finds its place in the model’s memory', async () => {
  let pressed = 0;
  const line = (number: number) => `שורה ${number} של טקסט ארוך מאוד`;
  const keys = testPlugin('keys', {
    onDtmf: () => [{ type: 'interrupt' }, { type: 'say', text: line(++pressed) }],
  });
  const story = call({ plugins: [keys], lines: { [line(1)]: 4000, [line(2)]: 4000, [line(3)]: 4000 } });
  for (let press = 0; press < 3; press++) {
    story.session.dtmf('1');
    await story.elapse(2000);
  }
  const known: string[] = [];
  for (const command of story.model.commands) {
    if (command.type === 'delete_item') known.splice(known.indexOf(command.itemId), 1);
    if (command.type !== 'add_message') continue;
    const { previousItemId, itemId } = command;
    if (previousItemId !== null && previousItemId !== 'root') expect(known).toContain(previousItemId);
    known.push(itemId);
  }
  expect(known).toEqual(['line_1h', 'line_2h', 'line_3']);
});

test('a sentence asked for while the model began to speak by itself is said after that', async () => {
  const keys = testPlugin('keys', { onDtmf: () => [{ type: 'say', text: 'חשוב' }] });
  const story = call({ turnTaking: 'server', plugins: [keys] });
  await story.elapse(1000);
  story.session.dtmf('1');
  const eventId = story.model.given('create_response')[0]?.eventId ?? null;
  const code = 'conversation_already_has_active_response';
  story.model.emit({ type: 'response_created', responseId: 'own' });
  story.model.emit({ type: 'error', code, message: '', eventId, permanent: false });
  const audio = new Uint8Array(1600);
  story.model.emit({ type: 'audio', responseId: 'own', itemId: 'own_1', contentIndex: 0, audio });
  expect(story.model.given('create_response')).toHaveLength(1);
  story.model.emit({ type: 'response_done', responseId: 'own', status: 'completed', code: null, permanent: false });
  expect(story.model.given('create_response').map(({ instructions }) => instructions)).toEqual([
    expect.stringContaining('חשוב'),
    expect.stringContaining('חשוב'),
  ]);
});

test('a tool that returns what is no JSON is answered for, and the call goes on', async () => {
  const tool = defineTool({
    name: 'count',
    description: 'Counts.',
    parameters: () => z.object({}),
    run: () => Promise.resolve({ count: 1n }),
  });
  const story = call({ plugins: [testPlugin('counter', {}, { tools: [tool] })] });
  await story.callerSays('כמה?');
  story.model.says({ text: '', ms: 0, tools: [['call_1', 'count', '{}']] });
  await story.elapse(200);
  expect(story.model.given('tool_output').map(({ output }) => output)).toEqual([
    '{"error":"the result cannot be read"}',
  ]);
  expect(story.model.given('create_response')).toHaveLength(2);
});
