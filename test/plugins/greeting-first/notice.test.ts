import { describe, expect, test } from 'vitest';
import { greetingFirst } from '../../../plugins/greeting-first/index.ts';
import { type CallOptions, call } from '../../helpers/call-harness.ts';

const NOTICE = 'השיחה מתנהלת עם סוכן קולי ומתועדת.';
const GREETING = 'שלום, הגעתם למספרת דנה, במה אפשר לעזור?';
const TOGETHER = `${NOTICE} ${GREETING}`;
const ON = { call_notice_enabled: true, call_notice_text: NOTICE };

const aCall = (options: CallOptions) => call({ plugins: [greetingFirst], ...options });
const business = { businessId: 'b', businessName: 'מספרת דנה' };
const defaults = greetingFirst.settings.parse({});
const linesOf = (settings: object) => greetingFirst.lines?.({ ...defaults, ...settings }, business);

describe('the notice', () => {
  test('is on unless it is put off, says what is true, and is never empty', () => {
    expect(defaults).toMatchObject({ call_notice_enabled: true });
    expect(String(defaults['call_notice_text'])).toMatch(/סוכן קולי.*מתועדת/u);
    expect(greetingFirst.settings.safeParse({ call_notice_text: '  ' }).success).toBe(false);
  });

  test('is rendered as one line with the greeting, alone where nobody greets, and not at all when it is off', () => {
    const greets = { bot_speaks_first: true, greeting_message: GREETING };
    expect(linesOf({ ...ON, ...greets })).toEqual([TOGETHER]);
    expect(linesOf({ ...ON, bot_speaks_first: true })).toEqual([NOTICE]);
    expect(linesOf(ON)).toEqual([NOTICE]);
    expect(linesOf({ ...ON, call_notice_enabled: false, ...greets })).toEqual([GREETING]);
    expect(linesOf({ ...ON, call_notice_enabled: false })).toEqual([]);
  });
});

describe('the agent speaks first', () => {
  test('one line holds notice and greeting, at once and without the model', async () => {
    const story = aCall({
      settings: { ...ON, bot_speaks_first: true, greeting_message: GREETING },
      lines: { [TOGETHER]: 3000 },
      modelReady: false,
    });
    await story.elapse(20);
    expect(story.line.audible).toBe(true);
    story.model.ready();
    await story.elapse(4000);
    expect(story.model.given('create_response')).toEqual([]);
    expect(story.records.map(({ text }) => text)).toEqual([TOGETHER]);
  });

  test('where it is not rendered the model is asked for both in one response', () => {
    const story = aCall({ settings: { ...ON, bot_speaks_first: true, greeting_message: GREETING } });
    const asked = story.model.given('create_response');
    expect(asked.map(({ instructions }) => instructions)).toEqual([expect.stringContaining(`«${TOGETHER}»`)]);
  });

  test('a greeting in the agent’s own words comes behind it, in one response', () => {
    const story = aCall({ settings: { ...ON, bot_speaks_first: true } });
    const asked = story.model.given('create_response');
    expect(asked).toHaveLength(1);
    expect(asked[0]?.instructions).toMatch(new RegExp(`«${NOTICE}».*Greet the caller`, 'u'));
  });

  test('the same with the notice rendered: it sounds while the model makes the greeting', async () => {
    const story = aCall({ settings: { ...ON, bot_speaks_first: true }, lines: { [NOTICE]: 2000 }, modelReady: false });
    await story.elapse(20);
    expect(story.line.audible).toBe(true);
    story.model.ready();
    const [asked, ...more] = story.model.given('create_response');
    expect(asked?.instructions).not.toContain(NOTICE);
    expect(more).toEqual([]);
  });
});

describe('the caller speaks first', () => {
  test('nothing is said before they have', async () => {
    const story = aCall({ settings: ON, lines: { [NOTICE]: 2000 } });
    await story.elapse(5000);
    expect(story.line.audible).toBe(false);
    expect(story.model.given('create_response')).toEqual([]);
  });

  test('it begins the first reply, at once, and no response more is asked for', async () => {
    const story = aCall({ settings: ON, lines: { [NOTICE]: 2000 } });
    await story.callerSays('שלום, אני צריך תור');
    await story.elapse(100);
    expect(story.line.audible).toBe(true);
    expect(story.model.given('create_response')).toHaveLength(1);
    story.model.says({ text: 'בשמחה, למתי?', ms: 1000 });
    await story.elapse(4000);
    await story.callerSays('למחר');
    story.model.says({ text: 'רשמתי.', ms: 1000 });
    await story.elapse(3000);
    expect(story.records.map(({ text }) => text)).toEqual([
      'שלום, אני צריך תור',
      NOTICE,
      'בשמחה, למתי?',
      'למחר',
      'רשמתי.',
    ]);
    expect(story.model.given('create_response')).toHaveLength(2);
  });

  test('not rendered, the model is told to begin with it, once in the call', async () => {
    const story = aCall({ settings: ON });
    await story.callerSays('שלום');
    const notes = () => story.model.given('add_message').filter(({ text }) => text.includes(NOTICE));
    expect(notes()).toHaveLength(1);
    expect(story.model.given('create_response').map(({ instructions }) => instructions)).toEqual([undefined]);
    story.model.says({ text: `${NOTICE} במה אפשר לעזור?`, ms: 3000 });
    await story.elapse(4000);
    await story.callerSays('תור למחר');
    expect(notes()).toHaveLength(1);
  });

  test('a line to the model that breaks before it spoke takes the notice to the next one', async () => {
    const story = aCall({ settings: ON, reconnects: 1 });
    await story.callerSays('שלום');
    story.model.emit({ type: 'closed', code: 'socket_closed' });
    await story.elapse(1500);
    expect(story.model.given('add_message').filter(({ text }) => text.includes(NOTICE))).not.toEqual([]);
  });

  test('a model that answers by itself is told before the caller has spoken', () => {
    const story = aCall({ settings: ON, turnTaking: 'server' });
    expect(story.model.given('add_message').filter(({ text }) => text.includes(NOTICE))).toHaveLength(1);
  });

  test('off, a call is what it was without it', async () => {
    const story = aCall({ settings: { ...ON, call_notice_enabled: false }, lines: { [NOTICE]: 2000 } });
    await story.callerSays('שלום');
    await story.elapse(500);
    expect(story.line.audible).toBe(false);
    expect(story.model.given('add_message')).toEqual([]);
  });
});
