import { describe, expect, test } from 'vitest';
import { call } from '../../helpers/call-harness.ts';

const NOTHING_LEFT = { timers: 0, model: false, stream: false };

describe('the model is lost', () => {
  test('refused at connect: the caller hears the apology to its end, then the call is over', async () => {
    const story = call({ modelReady: false });
    story.model.emit({ type: 'closed', code: 'http_401', permanent: true });
    expect(story.alerts).toEqual(['model_key']);
    await story.elapse(1400);
    expect(story.line.audible).toBe(true);
    expect(story.hangUpsAsked).toEqual([]);
    await story.elapse(1000);
    expect(story.line.ledger.audibleMs()).toBe(1500);
    expect(story.transcript).toEqual(['agent: סליחה, יש תקלה.']);
    expect(story.ends.map((end) => end.reason)).toEqual(['model_unavailable']);
    expect(story.leftovers).toEqual(NOTHING_LEFT);
  });

  test('in mid-sentence, for good: the sentence is cut at what was heard and the apology follows at once', async () => {
    const story = call();
    await story.callerSays('ספרו לי');
    story.model.says({ text: 'אחת שתיים שלוש ארבע חמש שש שבע שמונה', ms: 4000, speed: 1 });
    await story.elapse(2000);
    const code = 'account_deactivated';
    story.model.emit({ type: 'error', code, message: '', eventId: null, permanent: true });
    expect(story.line.clears).toEqual([story.at]);
    await story.elapse(100);
    expect(story.line.audible).toBe(true);
    await story.elapse(3000);
    expect(story.transcript[1]).toMatch(/^agent: אחת .+ —$/u);
    expect(story.transcript[2]).toBe('agent: סליחה, יש תקלה.');
    expect(story.endReason).toBe('model_unavailable');
    // Nobody is there to trim the memory of.
    expect(story.model.given('truncate')).toEqual([]);
  });

  test('after a sentence that is complete: it is heard to its end before the apology', async () => {
    const story = call();
    await story.callerSays('ספרו לי');
    const reply = story.model.says({ text: 'אחת שתיים', ms: 3000, speed: 10 });
    await story.elapse(1000);
    story.model.emit({ type: 'closed', code: 'closed_1001' });
    await story.elapse(5000);
    expect(story.line.playedMsOf(reply.line)).toBe(3000);
    expect(story.transcript.slice(1)).toEqual(['agent: אחת שתיים', 'agent: סליחה, יש תקלה.']);
  });

  test.for([
    ['an error', { type: 'error', code: 'insufficient_quota', message: '', eventId: null, permanent: true }],
    [
      'a response',
      { type: 'response_done', responseId: 'resp_1', status: 'failed', code: 'insufficient_quota', permanent: true },
    ],
  ] as const)('for good, says %s of the account: no second attempt', async ([, event]) => {
    const story = call();
    await story.callerSays('שלום');
    story.model.accepts();
    story.model.emit(event);
    await story.elapse(4000);
    expect(story.model.given('create_response')).toHaveLength(1);
    expect(story.endReason).toBe('model_unavailable');
  });

  test('while a farewell plays: the call ends for the reason it had', async () => {
    const story = call({ maxCallMs: 1000 });
    await story.elapse(1000);
    story.model.says({ text: 'להתראות', ms: 2000, speed: 20 });
    await story.elapse(500);
    story.model.emit({ type: 'closed', code: 'closed_1006' });
    await story.elapse(4000);
    expect(story.transcript).toEqual(['agent: להתראות']);
    expect(story.endReason).toBe('max_duration');
  });

  test('twice in one call, by an error and by its socket: one apology', async () => {
    const story = call();
    const { session } = story;
    session.modelEvent({ type: 'error', code: 'invalid_api_key', message: '', eventId: null, permanent: true });
    session.modelEvent({ type: 'closed', code: 'closed_1008' });
    await story.elapse(4000);
    expect(story.line.ledger.audibleMs()).toBe(1500);
    expect(story.ends).toHaveLength(1);
  });

  test('the caller talks through the apology: it is heard to its end all the same', async () => {
    const { bargeIn } = await import('../../../plugins/barge-in/index.ts');
    const story = call({ plugins: [bargeIn] });
    story.model.emit({ type: 'closed', code: 'http_401', permanent: true });
    await story.sound(1000);
    await story.elapse(2000);
    expect(story.line.ledger.audibleMs()).toBe(1500);
  });
});

test('an error that can be recovered from ends nothing', async () => {
  const story = call();
  const message = 'Audio content of 900ms is already shorter than 1000ms';
  story.model.emit({ type: 'error', code: 'invalid_value', message, eventId: 'truncate_7', permanent: false });
  await story.callerSays('שלום');
  expect(story.model.unanswered).toBe(1);
  expect(story.logged('model_error')).toHaveLength(1);
});
