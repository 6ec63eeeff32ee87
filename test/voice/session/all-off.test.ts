import { expect, test } from 'vitest';
import { bargeIn } from '../../../plugins/barge-in/index.ts';
import { greetingFirst } from '../../../plugins/greeting-first/index.ts';
import { type CallOptions, VOICE_FRAMES, call } from '../../helpers/call-harness.ts';

/** Every plugin is there, and every switch is off. */
const ALL_OFF: CallOptions = {
  plugins: [greetingFirst, bargeIn],
  settings: { bot_speaks_first: false, barge_in_enabled: false, greeting_message: 'שלום, הגעתם' },
};

test('the caller speaks first: the agent says nothing by itself', async () => {
  const story = call(ALL_OFF);
  await story.elapse(20_000);
  expect(story.model.given('create_response')).toEqual([]);
  await story.callerSays('שלום');
  expect(story.model.unanswered).toBe(1);
});

test('every frame of the caller reaches the model, unchanged and in order, from the first', async () => {
  const story = call({ ...ALL_OFF, modelReady: false });
  await story.sound(600);
  await story.elapse(400);
  expect(story.model.heard).toEqual([]);
  story.model.ready();
  await story.elapse(1000);
  expect(story.model.heardMs).toBe(2000);
  expect(story.model.heard.slice(0, 30)).toEqual(VOICE_FRAMES.slice(0, 30));
  for (const frame of story.model.heard.slice(30)) expect(VOICE_FRAMES).not.toContain(frame);
});

test('nothing is cut, whatever the caller says', async () => {
  const story = call(ALL_OFF);
  await story.callerSays('ספרו לי');
  const reply = story.model.says({ text: 'סיפור ארוך', ms: 6000 });
  await story.elapse(500);
  await story.callerSays('רגע, רגע אחד', { ms: 2000 });
  await story.elapse(5000);
  expect(story.line.playedMsOf(reply.line)).toBe(6000);
  expect(story.line.clears).toEqual([]);
  expect(story.model.given('truncate')).toEqual([]);
});

test('only the caller ends the call', async () => {
  const story = call(ALL_OFF);
  await story.callerSays('תודה, ביי');
  story.model.says({ text: 'להתראות', ms: 1000 });
  await story.elapse(60_000);
  expect(story.ends).toEqual([]);
  story.callerHangsUp();
  await story.elapse(100);
  expect(story.ends.map(({ reason, heldMs }) => [reason, heldMs])).toEqual([['caller_hangup', 0]]);
  expect(story.leftovers).toEqual({ timers: 0, model: false, stream: false });
});

test('a conversation is written down in its order, with what was said by whom', async () => {
  const story = call(ALL_OFF);
  await story.callerSays('שלום');
  story.model.says({ text: 'שלום, במה אפשר לעזור?', ms: 1500 });
  await story.elapse(2000);
  await story.callerSays('תור למחר');
  story.model.says({ text: 'באיזו שעה?', ms: 1000 });
  await story.elapse(1500);
  expect(story.transcript).toEqual([
    'caller: שלום',
    'agent: שלום, במה אפשר לעזור?',
    'caller: תור למחר',
    'agent: באיזו שעה?',
  ]);
  const times = story.records.map((record) => record.startedMs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test('a transcription that comes after the reply stands before it', async () => {
  const story = call(ALL_OFF);
  const item = await story.callerSays(null);
  story.model.says({ text: 'בשמחה', ms: 1000 });
  await story.elapse(2000);
  story.transcribed(item, 'אפשר תור?');
  expect(story.transcript).toEqual(['caller: אפשר תור?', 'agent: בשמחה']);
});
