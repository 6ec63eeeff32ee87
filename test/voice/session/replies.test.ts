import { describe, expect, test } from 'vitest';
import { call } from '../../helpers/call-harness.ts';
import { testPlugin } from '../../helpers/test-plugin.ts';

describe('whose turn it is', () => {
  test('a reply is asked for when the utterance is committed, not when its words are known', async () => {
    const story = call();
    await story.callerSays(null);
    expect(story.model.unanswered).toBe(1);
  });

  test('an utterance without voice is answered only when it turns out to have words', async () => {
    const story = call();
    story.model.emit({ type: 'speech_started', itemId: 'hiss', audioStartMs: 0 });
    await story.elapse(500);
    story.commits('hiss');
    expect(story.model.unanswered).toBe(0);
    story.transcribed('hiss', 'מתי אתם פתוחים מחר בבוקר');
    expect(story.model.unanswered).toBe(1);
  });

  test('noise that recognition calls speech is not answered and is no turn', async () => {
    const story = call();
    story.model.emit({ type: 'speech_started', itemId: 'hiss', audioStartMs: 0 });
    await story.elapse(500);
    story.commits('hiss');
    story.transcribed('hiss', 'תודה רבה');
    await story.elapse(3000);
    expect(story.model.given('create_response')).toEqual([]);
    expect(story.transcript).toEqual([]);
    expect(story.logged('ghost_transcript_dropped')).toHaveLength(1);
  });

  test('a short «כן» while the agent speaks on gets no answer of its own', async () => {
    const story = call();
    await story.callerSays('ספרו לי');
    story.model.says({ text: 'סיפור', ms: 5000 });
    await story.elapse(1000);
    await story.callerSays('כן', { ms: 200 });
    await story.elapse(6000);
    expect(story.model.given('create_response')).toHaveLength(1);
  });

  test('a failed transcription of real speech is answered all the same', async () => {
    const story = call();
    await story.callerSays('ספרו לי');
    story.model.says({ text: 'סיפור', ms: 5000 });
    await story.elapse(1000);
    const item = await story.callerSays(null, { ms: 300 });
    story.model.emit({ type: 'transcript_failed', itemId: item });
    await story.elapse(1000);
    expect(story.model.unanswered).toBe(1);
  });
});

describe('one response at a time', () => {
  test('a caller who goes on after a breath gets one answer, to all of it', async () => {
    const story = call();
    await story.callerSays('אני רוצה לקבוע תור');
    const early = story.model.accepts();
    await story.callerSays('למחר בבוקר');
    await story.elapse(100);
    story.model.says({ text: 'למחר בבוקר, בסדר', ms: 1000 });
    await story.elapse(2000);
    expect(story.model.given('cancel_response').map((command) => command.responseId)).toEqual([early.responseId]);
    expect(story.model.given('create_response')).toHaveLength(2);
    expect(story.model.refusals).toBe(0);
  });

  test('what is wanted while the agent is being generated waits for its end', async () => {
    const story = call();
    await story.callerSays('שלום');
    story.model.says({ text: 'שלום וברכה', ms: 6000, speed: 2 });
    await story.elapse(500);
    await story.callerSays('עוד משהו, בבקשה', { ms: 900 });
    expect(story.model.given('create_response')).toHaveLength(1);
    await story.elapse(3000);
    expect(story.model.given('create_response')).toHaveLength(2);
    expect(story.model.refusals).toBe(0);
  });

  test('a response the server began by itself holds the place of ours, and ours is asked for after it', async () => {
    const story = call();
    await story.callerSays('שלום');
    const [asked] = story.model.given('create_response');
    const code = 'conversation_already_has_active_response';
    story.model.emit({ type: 'error', code, message: '', eventId: asked?.eventId ?? '', permanent: false });
    await story.elapse(500);
    expect(story.model.given('create_response')).toHaveLength(1);
    story.model.emit({ type: 'response_done', responseId: 'own', status: 'completed', code: null, permanent: false });
    expect(story.model.given('create_response')).toHaveLength(2);
  });

  test('should its end never be reported, the caller is answered all the same', async () => {
    const story = call();
    await story.callerSays('שלום');
    const [asked] = story.model.given('create_response');
    const code = 'conversation_already_has_active_response';
    story.model.emit({ type: 'error', code, message: '', eventId: asked?.eventId ?? '', permanent: false });
    await story.elapse(6500);
    expect(story.model.given('create_response')).toHaveLength(2);
  });

  test('a finished reply that waits its turn at the line survives the next utterance', async () => {
    const story = call();
    await story.callerSays('שאלה ראשונה', { ms: 1000 });
    story.model.says({ text: 'תשובה ראשונה ארוכה', ms: 9000, speed: 20 });
    await story.elapse(600);
    await story.callerSays('שאלה שנייה', { ms: 1000 });
    const second = story.model.says({ text: 'תשובה שנייה', ms: 1000, speed: 20 });
    await story.elapse(200);
    await story.callerSays('שאלה שלישית', { ms: 1000 });
    await story.callerSays('בעצם רביעית', { ms: 1000 });
    expect(story.model.given('delete_item')).toEqual([]);
    await story.elapse(8000);
    expect(story.line.playedMsOf(second.line)).toBe(1000);
    expect(story.transcript).toContain('agent: תשובה שנייה');
  });
});

describe('a reply that never comes', () => {
  test('is asked for again, after the silent one is reported over', async () => {
    const story = call();
    await story.callerSays('שלום');
    const silent = story.model.accepts();
    await story.elapse(6200);
    expect(story.model.given('cancel_response').map((command) => command.responseId)).toEqual([silent.responseId]);
    expect(story.model.refusals).toBe(0);
    story.model.says({ text: 'סליחה, שלום', ms: 1000 });
    await story.elapse(1500);
    expect(story.transcript.at(-1)).toBe('agent: סליחה, שלום');
  });

  test('twice: the caller hears an apology to its end, and the call is over', async () => {
    const story = call();
    await story.callerSays('שלום');
    await story.elapse(4100);
    await story.elapse(4100);
    expect(story.line.audible).toBe(true);
    await story.elapse(2000);
    expect(story.endReason).toBe('model_unavailable');
    expect(story.transcript.at(-1)).toBe('agent: סליחה, יש תקלה.');
  });

  test('a failed response is asked for once more', async () => {
    const story = call();
    await story.callerSays('שלום');
    story.model.says({ text: '', ms: 0, status: 'failed' });
    await story.elapse(100);
    story.model.says({ text: 'שלום', ms: 1000 });
    await story.elapse(1500);
    expect(story.transcript.at(-1)).toBe('agent: שלום');
  });

  test('one that stops in mid-sentence without an end does not leave the caller unanswered for ever', async () => {
    const story = call();
    await story.callerSays('שלום');
    const { responseId, itemId } = story.model.accepts();
    story.model.join(itemId);
    story.model.emit({ type: 'audio', responseId, itemId, contentIndex: 0, audio: new Uint8Array(8000) });
    story.model.emit({ type: 'words', responseId, itemId, delta: 'שלום, הגע' });
    await story.elapse(4000);
    await story.callerSays('הלו? מישהו שם?');
    await story.elapse(6000);
    story.model.says({ text: 'כן, אני כאן', ms: 1000 });
    await story.elapse(1500);
    expect(story.transcript.slice(-2)).toEqual(['caller: הלו? מישהו שם?', 'agent: כן, אני כאן']);
    expect(story.model.refusals).toBe(0);
  });
});

test('a response without a sound or a tool is asked for once more, and does not end the call', async () => {
  const story = call();
  await story.callerSays('שלום');
  for (let attempt = 0; attempt < 2; attempt++) {
    const { responseId } = story.model.says({ text: '', ms: 0 });
    story.model.emit({ type: 'item_added', responseId, itemId: `empty_${attempt}`, kind: 'message' });
    await story.elapse(100);
  }
  expect(story.model.given('create_response')).toHaveLength(2);
  await story.elapse(15_000);
  expect(story.endReason).toBeNull();
  expect(story.transcript).toEqual(['caller: שלום']);
});

test('words a plugin puts into the mouth of the agent are said word for word', async () => {
  const story = call({ plugins: [testPlugin('sayer', { onDtmf: () => [{ type: 'say', text: 'לחצת אחת' }] })] });
  story.session.dtmf('1');
  expect(story.model.given('create_response')[0]?.instructions).toContain('«לחצת אחת»');
});

test('a model that breaks off in every sentence is given up, and does not begin again for ever', async () => {
  const story = call();
  await story.callerSays('שלום');
  for (let attempt = 0; attempt < 2; attempt++) {
    story.model.says({ text: 'שלום, במה', ms: 600, status: 'failed' });
    await story.elapse(1500);
  }
  expect(story.model.unanswered).toBe(0);
  await story.elapse(3000);
  expect(story.endReason).toBe('model_unavailable');
});
