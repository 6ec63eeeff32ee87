import { describe, expect, test } from 'vitest';
import { HOLD_LIMIT_MS, greetingFirst } from '../../../plugins/greeting-first/index.ts';
import { type CallOptions, VOICE_FRAMES, call } from '../../helpers/call-harness.ts';

const GREETING = 'שלום, הגעתם למספרת דנה, במה אפשר לעזור?';
const ON: CallOptions = {
  plugins: [greetingFirst],
  settings: { bot_speaks_first: true, greeting_message: GREETING },
};

describe('the agent speaks first', () => {
  test('the greeting is asked for word for word, as soon as the model is ready', async () => {
    const story = call({ ...ON, modelReady: false });
    await story.elapse(300);
    story.model.ready();
    const [request] = story.model.given('create_response');
    expect(request?.at).toBe(300);
    expect(request?.instructions).toContain(`«${GREETING}»`);
  });

  test('without a text the agent greets in its own words, in the name of the business', () => {
    const story = call({ ...ON, settings: { bot_speaks_first: true } });
    expect(story.model.given('create_response')[0]?.instructions).toMatch(/Greet the caller of "מספרת דנה"/u);
  });

  test('the caller is not listened to until the first audio of the greeting, and that time is counted', async () => {
    const story = call(ON);
    story.voice = true;
    await story.elapse(600);
    expect(story.model.heard).toEqual([]);
    story.model.says({ text: GREETING, ms: 3000 });
    await story.elapse(1000);
    expect(story.model.heardMs).toBe(1000);
    story.callerHangsUp();
    await story.elapse(10);
    expect(story.ends.map((end) => end.heldMs)).toEqual([600]);
  });

  test('from the first audio on every frame passes: the caller may answer into the greeting', async () => {
    const story = call(ON);
    await story.elapse(500);
    story.model.says({ text: GREETING, ms: 3000 });
    await story.elapse(0);
    await story.sound(400);
    expect(story.model.heard).toEqual(VOICE_FRAMES.slice(0, 20));
  });

  test('it is the first line of the transcript', async () => {
    const story = call(ON);
    story.model.says({ text: GREETING, ms: 2000 });
    await story.elapse(3000);
    await story.callerSays('תור למחר');
    expect(story.transcript).toEqual([`agent: ${GREETING}`, 'caller: תור למחר']);
  });

  test('once only: the second reply holds nobody', async () => {
    const story = call(ON);
    story.model.says({ text: GREETING, ms: 1000 });
    await story.elapse(2000);
    const before = story.model.heardMs;
    await story.callerSays('שלום');
    story.model.says({ text: 'כן?', ms: 1000 });
    await story.elapse(1000);
    expect(story.model.heardMs - before).toBe(2400);
  });
});

describe('a model that is slow', () => {
  test('to speak does not leave the caller talking to nobody: they are heard after five seconds', async () => {
    const story = call(ON);
    await story.elapse(HOLD_LIMIT_MS - 10);
    story.voice = true;
    await story.elapse(500);
    expect(story.model.heardMs).toBe(500);
  });

  test('to connect loses nothing that is said after the hold was given up', async () => {
    const story = call({ ...ON, modelReady: false });
    await story.elapse(HOLD_LIMIT_MS - 10);
    await story.sound(400);
    await story.elapse(600);
    expect(story.model.heard).toEqual([]);
    story.model.ready();
    expect(story.model.heardMs).toBe(1000);
    expect(story.model.heard.slice(0, 20)).toEqual(VOICE_FRAMES.slice(0, 20));
  });
});

test('while the model connects, with the switch off, every frame is kept and passed on in order', async () => {
  const story = call({ ...ON, settings: { bot_speaks_first: false }, modelReady: false });
  await story.sound(800);
  story.model.ready();
  expect(story.model.heardMs).toBe(800);
  expect(story.model.given('create_response')).toEqual([]);
  story.callerHangsUp();
  await story.elapse(10);
  expect(story.ends[0]?.heldMs).toBe(0);
});

test('a model that is lost before the greeting: the apology is heard and no hold outlives the call', async () => {
  const story = call({ ...ON, modelReady: false });
  await story.elapse(1000);
  story.model.emit({ type: 'closed', code: 'http_401', permanent: true });
  await story.elapse(4000);
  expect(story.line.ledger.audibleMs()).toBe(1500);
  expect(story.ends.map(({ reason, heldMs }) => [reason, heldMs])).toEqual([['model_unavailable', 1000]]);
  expect(story.leftovers.timers).toBe(0);
});
