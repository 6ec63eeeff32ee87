import { describe, expect, test } from 'vitest';
import { type CallOptions, call } from '../../helpers/call-harness.ts';
import { goodbyePlugin, testPlugin } from '../../helpers/test-plugin.ts';

const NOTHING_LEFT = { timers: 0, model: false, stream: false };

/** The caller says goodbye, and the agent's answer to it is in the air. */
async function farewell(options: CallOptions = {}) {
  const story = call({ plugins: [goodbyePlugin()], ...options });
  await story.callerSays('ביי');
  const reply = story.model.says({ text: 'להתראות, יום נעים', ms: 2000 });
  return { story, reply };
}

describe('the line is hung up', () => {
  test('after the last word was heard, and within a second of it', async () => {
    const { story, reply } = await farewell();
    await story.elapse(1900);
    expect(story.hangUpsAsked).toEqual([]);
    await story.elapse(1100);
    expect(story.line.playedMsOf(reply.line)).toBe(2000);
    expect(story.hangUpsAsked).toHaveLength(1);
    expect(story.transcript).toEqual(['caller: ביי', 'agent: להתראות, יום נעים']);
  });

  test('once, with one end, one settlement, and nothing left of the call', async () => {
    const { story } = await farewell();
    await story.elapse(10_000);
    expect(story.hangUpsAsked).toHaveLength(1);
    expect(story.ends.map((end) => end.reason)).toEqual(['user_goodbye']);
    expect(story.settledAt).toHaveLength(1);
    expect(story.disposed).toBe(1);
    expect(story.leftovers).toEqual(NOTHING_LEFT);
  });

  test('although the marks of the last words were lost on the way', async () => {
    const { story } = await farewell();
    story.line.losesMarks = true;
    await story.elapse(5000);
    expect(story.endReason).toBe('user_goodbye');
  });

  test('although the model never gives the farewell, ten seconds after the decision', async () => {
    const story = call({ plugins: [goodbyePlugin()], timeouts: { firstAudioMs: 30_000 } });
    await story.callerSays('ביי');
    story.model.accepts();
    const decided = story.at;
    await story.elapse(25_000);
    expect(story.hangUpsAsked.map((at) => Math.round((at - decided) / 1000))).toEqual([10]);
  });

  test('after a farewell of the plugin, which follows the turn in the air', async () => {
    const story = call({ plugins: [goodbyePlugin('תודה ולהתראות')] });
    await story.callerSays('ביי');
    story.model.says({ text: 'ביי', ms: 600 });
    await story.elapse(300);
    expect(story.model.given('create_response').at(-1)?.instructions).toContain('תודה ולהתראות');
    story.model.says({ text: 'תודה ולהתראות', ms: 1000 });
    await story.elapse(2000);
    expect(story.transcript).toEqual(['caller: ביי', 'agent: ביי', 'agent: תודה ולהתראות']);
    expect(story.endReason).toBe('user_goodbye');
  });

  test('what the caller still says is written down but not answered', async () => {
    const { story } = await farewell();
    await story.callerSays('ותודה רבה על הכול', { ms: 600 });
    await story.elapse(3000);
    expect(story.model.given('create_response')).toHaveLength(1);
    expect(story.transcript).toContain('caller: ותודה רבה על הכול');
  });
});

test('no plugin interrupts the last words', async () => {
  const rude = testPlugin('rude', { onDtmf: () => [{ type: 'interrupt' }, { type: 'pause_playout' }] });
  const { story, reply } = await farewell({ plugins: [goodbyePlugin(), rude] });
  await story.elapse(500);
  story.session.dtmf('1');
  const pressedAt = Math.round(story.at);
  await story.elapse(3000);
  expect(story.line.playedMsOf(reply.line)).toBe(2000);
  expect(story.endReason).toBe('user_goodbye');
  // Keys are written down until the call is over.
  story.session.dtmf('2');
  expect(story.sideEvents).toEqual([{ kind: 'dtmf', atMs: pressedAt, digit: '1' }]);
});

describe('the REST API', () => {
  test('fails: it is asked again, and within about three seconds the socket is closed instead', async () => {
    const { story } = await farewell({ hangUps: ['fails'] });
    await story.elapse(10_000);
    const [first = 0] = story.hangUpsAsked;
    expect(story.hangUpsAsked.length).toBeGreaterThanOrEqual(3);
    expect(story.line.closedBecause).toBe('call_over');
    expect(story.ends).toHaveLength(1);
    expect((story.ends[0]?.at ?? Infinity) - first).toBeLessThanOrEqual(3000);
    expect(story.endReason).toBe('user_goodbye');
    expect(story.leftovers).toEqual(NOTHING_LEFT);
  });

  test('never answers: the caller is not left on a silent line, the socket is closed after three seconds', async () => {
    const { story } = await farewell({ hangUps: ['never'] });
    await story.elapse(10_000);
    expect(story.hangUpsAsked).toHaveLength(1);
    const [asked] = story.hangUpsAsked;
    expect(story.ends.map(({ at, reason }) => [at - (asked ?? 0), reason])).toEqual([[3000, 'user_goodbye']]);
    expect(story.leftovers).toEqual(NOTHING_LEFT);
  });

  test('fails once: the second attempt hangs up', async () => {
    const { story } = await farewell({ hangUps: ['fails', 'done'] });
    await story.elapse(10_000);
    expect(story.hangUpsAsked).toHaveLength(2);
    expect(story.line.closedBecause).toBeNull();
    expect(story.ends).toHaveLength(1);
  });

  test('says that the call is gone: that is as good as done', async () => {
    const { story } = await farewell({ hangUps: ['gone'] });
    await story.elapse(10_000);
    expect(story.hangUpsAsked).toHaveLength(1);
    expect(story.endReason).toBe('user_goodbye');
    // The line that is gone forgot its stream.
    expect(story.line.closedBecause).toBe('call_over');
    expect(story.leftovers).toEqual(NOTHING_LEFT);
  });

  test('answers after the line ended its stream: the call still ends once', async () => {
    const { story } = await farewell({ hangUps: ['never'] });
    await story.callerSays(null, { ms: 2500 });
    expect(story.hangUpsAsked).toHaveLength(1);
    story.callerHangsUp();
    story.session.lineOver();
    await story.elapse(5000);
    expect(story.ends.map((end) => end.reason)).toEqual(['user_goodbye']);
  });
});

test('the stop of the line overtakes the answer of REST while words are still outstanding: one end, not two', async () => {
  const { story } = await farewell({ hangUps: ['done'] });
  const item = await story.startsSpeaking();
  await story.elapse(2500);
  story.callerHangsUp();
  await story.elapse(500);
  story.commits(item);
  await story.elapse(200);
  story.transcribed(item, 'אז ביי');
  await story.elapse(5000);
  expect(story.ends).toHaveLength(1);
  expect(story.settledAt).toHaveLength(1);
  expect(story.transcript).toContain('caller: אז ביי');
});

describe('the longest allowed call', () => {
  test('ends with a spoken farewell after the turn in the air', async () => {
    const story = call({ maxCallMs: 4000 });
    await story.callerSays('ספרו לי');
    story.model.says({ text: 'סיפור', ms: 4000 });
    await story.elapse(3000);
    expect(story.model.given('create_response').at(-1)?.instructions).toContain('לזמן המרבי');
    story.model.says({ text: 'הגענו לזמן המרבי של השיחה', ms: 1500 });
    await story.elapse(6000);
    expect(story.transcript.slice(-2)).toEqual(['agent: סיפור', 'agent: הגענו לזמן המרבי של השיחה']);
    expect(story.ends.map((end) => end.reason)).toEqual(['max_duration']);
    expect(story.leftovers).toEqual(NOTHING_LEFT);
  });

  test('a goodbye that is already under way keeps its reason', async () => {
    const { story } = await farewell({ maxCallMs: 2000 });
    await story.elapse(10_000);
    expect(story.endReason).toBe('user_goodbye');
  });
});

test('a process that must stop ends its calls politely: the agent is heard to its end', async () => {
  const story = call();
  await story.callerSays('שלום');
  const reply = story.model.says({ text: 'שלום, במה אפשר לעזור', ms: 2000 });
  await story.elapse(500);
  story.session.end();
  await story.elapse(3000);
  expect(story.line.playedMsOf(reply.line)).toBe(2000);
  expect(story.endReason).toBe('ended_by_staff');
});
