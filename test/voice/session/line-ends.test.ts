import { describe, expect, test } from 'vitest';
import { type CallHarness, call } from '../../helpers/call-harness.ts';

/** How a call can end at the line's side, in each order in which the three signs of it can come. */
type Sign = 'stop' | 'lost' | 'status';
const give = (story: CallHarness, sign: Sign) =>
  sign === 'status' ? story.session.lineOver() : story.streamEnds(sign);

describe('the line is gone', () => {
  test.for<[readonly Sign[], string]>([
    [['stop'], 'caller_hangup'],
    [['stop', 'status'], 'caller_hangup'],
    [['status', 'stop'], 'caller_hangup'],
    [['status', 'lost'], 'caller_hangup'],
    [['lost', 'status'], 'caller_hangup'],
    [['lost'], 'stream_lost'],
  ])('%j is one end: %s', async ([signs, reason]) => {
    const story = call();
    await story.callerSays('שלום');
    story.model.says({ text: 'שלום וברכה', ms: 3000 });
    await story.elapse(1000);
    for (const sign of signs) {
      give(story, sign);
      await story.elapse(400);
    }
    await story.elapse(10_000);
    expect(story.ends.map((end) => end.reason)).toEqual([reason]);
    expect(story.settledAt).toHaveLength(1);
    expect(story.disposed).toBe(1);
    expect(story.leftovers).toEqual({ timers: 0, model: false, stream: false });
    expect(story.hangUpsAsked).toEqual([]);
  });

  test('a status callback whose stream nobody ends has its socket closed', async () => {
    const story = call();
    await story.elapse(1000);
    story.session.lineOver();
    await story.elapse(3000);
    expect(story.line.closedBecause).toBe('call_over');
    expect(story.disposed).toBe(1);
  });
});

describe('the caller hangs up in the middle', () => {
  test('of a word of the agent: the words that were heard are kept', async () => {
    const story = call();
    await story.callerSays('שלום');
    story.model.says({ text: 'אחת שתיים שלוש ארבע חמש שש שבע שמונה', ms: 4000 });
    await story.elapse(2200);
    story.callerHangsUp();
    await story.elapse(4000);
    expect(story.transcript).toEqual(['caller: שלום', 'agent: אחת שתיים שלוש ארבע —']);
    expect(story.model.given('truncate')).toEqual([]);
  });

  test('of a reply nobody heard yet: it is no turn', async () => {
    const story = call();
    await story.callerSays('שלום');
    story.model.accepts();
    story.callerHangsUp();
    await story.elapse(4000);
    expect(story.transcript).toEqual(['caller: שלום']);
  });

  test('of their own word: silence is given to the model so that the word becomes a turn', async () => {
    const story = call();
    const item = await story.startsSpeaking();
    await story.elapse(600);
    story.callerHangsUp();
    const last = story.model.given('append').at(-1);
    expect(Buffer.from(last?.audio ?? '', 'base64').equals(Buffer.alloc(6400, 0xff))).toBe(true);
    await story.elapse(300);
    story.commits(item);
    await story.elapse(300);
    story.transcribed(item, 'אני רק רציתי לש');
    await story.elapse(100);
    expect(story.transcript).toEqual(['caller: אני רק רציתי לש']);
    expect(story.model.given('create_response')).toEqual([]);
  });
});

describe('while a lost stream waits for an explanation', () => {
  test('nothing the agent says counts as heard', async () => {
    const story = call();
    const item = await story.startsSpeaking();
    await story.elapse(600);
    story.streamEnds('lost');
    story.commits(item);
    story.model.willSay({ text: 'מי שם?', ms: 1000 });
    await story.elapse(500);
    story.transcribed(item, 'הלו');
    await story.elapse(3000);
    expect(story.transcript).toEqual(['caller: הלו']);
    expect(story.model.given('create_response')).toEqual([]);
    expect(story.endReason).toBe('stream_lost');
  });

  test('nor does a response that the server begins by itself', async () => {
    const story = call();
    await story.elapse(500);
    story.streamEnds('lost');
    story.model.emit({ type: 'response_created', responseId: 'own' });
    story.model.emit({ type: 'item_added', responseId: 'own', itemId: 'own', kind: 'message' });
    story.model.emit({ type: 'words', responseId: 'own', itemId: 'own', delta: 'הלו?' });
    story.model.emit({ type: 'audio', responseId: 'own', itemId: 'own', contentIndex: 0, audio: new Uint8Array(8000) });
    await story.elapse(5000);
    expect(story.transcript).toEqual([]);
    expect(story.endReason).toBe('stream_lost');
  });

  test('an apology for a lost model is not spoken to nobody', async () => {
    const story = call();
    await story.callerSays('שלום');
    story.streamEnds('lost');
    story.model.emit({ type: 'closed', code: 'closed_1006' });
    await story.elapse(5000);
    expect(story.transcript).toEqual(['caller: שלום']);
    expect(story.ends).toHaveLength(1);
  });
});

describe('after the end', () => {
  test('a transcription that comes within three seconds is kept', async () => {
    const story = call();
    const item = await story.callerSays(null);
    story.callerHangsUp();
    await story.elapse(2900);
    expect(story.settledAt).toEqual([]);
    story.transcribed(item, 'מספר הטלפון שלי');
    expect(story.transcript).toEqual(['caller: מספר הטלפון שלי']);
    expect(story.settledAt).toHaveLength(1);
  });

  test('one that comes later is not waited for', async () => {
    const story = call();
    const item = await story.callerSays(null);
    story.callerHangsUp();
    await story.elapse(3000);
    expect(story.settledAt).toHaveLength(1);
    expect(story.leftovers).toEqual({ timers: 0, model: false, stream: false });
    story.session.modelEvent({ type: 'transcript', itemId: item, text: 'מאוחר מדי' });
    expect(story.transcript).toEqual([]);
  });

  test('a call in which nothing is outstanding is settled at once', async () => {
    const story = call();
    await story.callerSays('שלום');
    story.callerHangsUp();
    expect(story.settledAt).toEqual([story.at]);
  });

  test('a model that is lost meanwhile settles what there is', async () => {
    const story = call();
    await story.callerSays(null);
    story.callerHangsUp();
    await story.elapse(500);
    story.model.emit({ type: 'closed', code: 'closed_1006' });
    expect(story.settledAt).toEqual([story.at]);
    expect(story.endReason).toBe('caller_hangup');
  });
});
