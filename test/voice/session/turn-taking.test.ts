import { describe, expect, test } from 'vitest';
import { bargeIn } from '../../../plugins/barge-in/index.ts';
import { silence } from '../../../plugins/silence/index.ts';
import { ENGINE_LINES } from '../../../voice/lines.ts';
import { call } from '../../helpers/call-harness.ts';

describe('an agent that repeats itself', () => {
  test('is told so before its third answer, once', async () => {
    const story = call();
    for (let round = 0; round < 4; round++) {
      await story.callerSays(`שאלה אחרת מספר ${round}`);
      story.model.says({ text: 'לא הבנתי, אפשר לחזור על זה?', ms: 800 });
      await story.elapse(1500);
    }
    const notes = story.model.given('add_message').filter(({ speaker }) => speaker === 'system');
    expect(notes).toHaveLength(1);
    const third = story.model.given('create_response')[2];
    expect(notes[0]?.at).toBe(third?.at);
  });

  test('is left alone when it asks a silent caller twice whether they are there', async () => {
    const story = call({ plugins: [silence], settings: { silence_reprompt_sec: 3 } });
    await story.callerSays('שלום');
    story.model.says({ text: 'שלום, במה אפשר לעזור?', ms: 800 });
    story.model.willSay({ text: 'הלו, אתם עדיין איתי?', ms: 800 }, { text: 'הלו, אתם עדיין איתי?', ms: 800 });
    await story.elapse(12_000);
    expect(story.transcript.slice(-2)).toEqual(['agent: הלו, אתם עדיין איתי?', 'agent: הלו, אתם עדיין איתי?']);
    await story.callerSays('כן, חיפשתי את המספר');
    expect(story.model.given('add_message')).toEqual([]);
  });
});

describe('words that are not the caller’s', () => {
  test('the agent’s own sentence, sent back by the line, is no turn', async () => {
    const story = call();
    await story.callerSays('ספרו לי');
    story.model.says({ text: 'אנחנו פתוחים מתשע בבוקר עד חמש אחר הצהריים', ms: 4000 });
    await story.elapse(1500);
    const item = await story.startsSpeaking();
    await story.stopsSpeaking(item);
    story.transcribed(item, 'מתשע בבוקר עד חמש');
    await story.elapse(4000);
    expect(story.logged('echo_dropped')).toHaveLength(1);
    expect(story.model.given('create_response')).toHaveLength(1);
  });

  test('a caller who repeats the agent’s words after it is heard', async () => {
    const story = call();
    await story.callerSays('מתי אתם פתוחים?');
    story.model.says({ text: 'אנחנו פתוחים מתשע בבוקר עד חמש', ms: 2000 });
    await story.elapse(3500);
    await story.callerSays('מתשע בבוקר עד חמש');
    expect(story.model.given('create_response')).toHaveLength(2);
  });
});

describe('the model’s own turn taking', () => {
  test('asks for no reply: the model gives it by itself, and it is heard', async () => {
    const story = call({ turnTaking: 'server', plugins: [bargeIn] });
    await story.callerSays('שלום');
    expect(story.model.given('create_response')).toEqual([]);
    story.model.emit({ type: 'response_created', responseId: 'own_1' });
    story.model.emit({ type: 'item_added', responseId: 'own_1', itemId: 'item_1', kind: 'message' });
    const audio = new Uint8Array(8000).fill(0x20);
    story.model.emit({ type: 'audio', responseId: 'own_1', itemId: 'item_1', contentIndex: 0, audio });
    story.model.emit({ type: 'words_done', responseId: 'own_1', itemId: 'item_1', text: 'שלום לך' });
    story.model.emit({ type: 'response_done', responseId: 'own_1', status: 'completed', code: null, permanent: false });
    await story.elapse(2000);
    expect(story.transcript).toEqual(['caller: שלום', 'agent: שלום לך']);
  });
});

describe('the longest allowed call', () => {
  test('a minute before its end the caller is warned, and the call goes on', async () => {
    const [warning] = ENGINE_LINES.time_nearly_up;
    const [end] = ENGINE_LINES.time_is_up;
    const story = call({ maxCallMs: 300_000, lines: { [warning]: 900, [end]: 900 } });
    await story.elapse(239_000);
    expect(story.transcript).toEqual([]);
    await story.elapse(3000);
    expect(story.transcript).toEqual([`agent: ${warning}`]);
    await story.elapse(60_000);
    expect(story.transcript.at(-1)).toBe(`agent: ${end}`);
    expect(story.endReason).toBe('max_duration');
  });
});

test('a segment that recognition writes a second time over little speech is no turn', async () => {
  const story = call();
  await story.callerSays('אני רוצה לקבוע תור לטיפול שיניים מחר');
  story.model.says({ text: 'בשמחה.', ms: 500 });
  await story.elapse(2000);
  const item = await story.startsSpeaking();
  await story.stopsSpeaking(item);
  story.transcribed(item, 'אני רוצה לקבוע תור לטיפול שיניים מחר');
  await story.elapse(500);
  expect(story.logged('ghost_transcript_dropped')).toHaveLength(1);
});
