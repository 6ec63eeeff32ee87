import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { openAlerts } from '../../domain/alerts/index.ts';
import { settingsRegistry, updateSettings } from '../../domain/settings/index.ts';
import { dispatchWaiting } from '../../domain/outbox/index.ts';
import { type LineSource, missingTexts, readRendered, textHash, textsOfSources } from '../../domain/speech/index.ts';
import { plugins } from '../../plugins/index.ts';
import { ENGINE_TEXTS } from '../../voice/lines.ts';
import { RenderError, type RenderSpeech } from '../../voice/model/openai/render.ts';
import { renderLines } from '../../worker/speech-render.ts';
import { createLog } from '../../platform/log.ts';
import { aBusiness } from '../domain/fixtures.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { aContext } from './fixtures.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const never = new AbortController().signal;
const registry = settingsRegistry(plugins);
const GREETING = 'שלום, הגעתם למוסך של אבי. איך אפשר לעזור?';

/** A model that says everything, except what `failing` names; keeps what it was asked. */
function aModel(failing: Readonly<Record<string, RenderError>> = {}) {
  const asked: { text: string; voice: string }[] = [];
  const render: RenderSpeech = async (text, voice) => {
    asked.push({ text, voice });
    const error = failing[text];
    if (error !== undefined) throw error;
    return { audio: Buffer.from(`${voice}: ${text}`), durationMs: 1200 };
  };
  return { asked, render };
}

function aWorker(model: ReturnType<typeof aModel>, texts?: readonly string[]) {
  const log = createLog({ level: 'silent' });
  const run = aContext(test.db, {
    renderSpeech: model.render,
    textsOf: texts === undefined ? textsOfSources(plugins, ENGINE_TEXTS, log) : () => texts,
  });
  return { ...run, context: { ...run.context, registry } };
}

const kept = async (businessId: string, voice = 'cedar') =>
  (await test.db.withBusiness(businessId, (tx) => tx.renderedSpeech.findMany({ where: { voice } }))).map(
    ({ text }) => text,
  );

describe('rendering a business’s sentences', () => {
  it('renders what its calls may say under its settings, the greeting first, in its voice', async () => {
    const { businessId } = await aBusiness(test.db);
    const settings = {
      call_notice_enabled: false,
      bot_speaks_first: true,
      greeting_message: GREETING,
      voice: 'marin',
      silence_ends_call: true,
    };
    await updateSettings(test.db, businessId, settings, registry, { actor: TEST_ACTOR });
    const model = aModel();
    await renderLines(aWorker(model).context, { businessId }, never);

    expect(model.asked[0]).toEqual({ text: GREETING, voice: 'marin' });
    expect(new Set(model.asked.map(({ voice }) => voice))).toEqual(new Set(['marin']));
    const texts = model.asked.map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining([...ENGINE_TEXTS, 'הלו, אתם עדיין איתי?']));
    const [greeting] = await readRendered(test.db, businessId, 'marin', [textHash(GREETING)]);
    expect(greeting).toMatchObject({ text: GREETING, durationMs: 1200 });
    expect(Buffer.from(greeting?.audio ?? []).toString()).toBe(`marin: ${GREETING}`);
  });

  it('run again it asks the model for nothing', async () => {
    const { businessId } = await aBusiness(test.db);
    await renderLines(aWorker(aModel()).context, { businessId }, never);
    const again = aModel();
    const run = aWorker(again);
    await renderLines(run.context, { businessId }, never);
    expect(again.asked).toEqual([]);
    expect(run.lines).toEqual([]);
  });

  it('another voice renders all of it again, and what nobody needs any more is forgotten', async () => {
    const { businessId } = await aBusiness(test.db);
    await renderLines(aWorker(aModel(), ['א', 'ב']).context, { businessId }, never);
    await updateSettings(test.db, businessId, { voice: 'marin' }, registry, { actor: TEST_ACTOR });
    await renderLines(aWorker(aModel(), ['ב', 'ג']).context, { businessId }, never);
    expect(await kept(businessId, 'cedar')).toEqual([]);
    expect((await kept(businessId, 'marin')).sort()).toEqual(['ב', 'ג']);
  });

  it('a sentence that fails keeps the others not back, and asks for another run, which renders it alone', async () => {
    const { businessId } = await aBusiness(test.db);
    const model = aModel({ ב: new RenderError('line_broken', 'closed_1006') });
    const run = aWorker(model, ['א', 'ב', 'ג']);
    await expect(renderLines(run.context, { businessId }, never)).rejects.toMatchObject({
      code: 'speech_render_incomplete',
      permanent: false,
    });
    expect((await kept(businessId)).sort()).toEqual(['א', 'ג']);
    expect(run.lines.some((line) => line.includes('speech_line_failed') && line.includes('closed_1006'))).toBe(true);
    const mended = aModel();
    await renderLines(aWorker(mended, ['א', 'ב', 'ג']).context, { businessId }, never);
    expect(mended.asked.map(({ text }) => text)).toEqual(['ב']);
  });

  it('a model that says something else is not asked again and again', async () => {
    const { businessId } = await aBusiness(test.db);
    const run = aWorker(aModel({ ב: new RenderError('wrong_words', 'closeness_0.20') }), ['א', 'ב']);
    await expect(renderLines(run.context, { businessId }, never)).rejects.toMatchObject({
      code: 'speech_render_incomplete',
      permanent: true,
    });
    expect(await kept(businessId)).toEqual(['א']);
  });

  it('an account that is refused ends it at once: no further sentence is tried', async () => {
    const { businessId } = await aBusiness(test.db);
    const model = aModel({ א: new RenderError('model_error', 'insufficient_quota', true) });
    await expect(renderLines(aWorker(model, ['א', 'ב']).context, { businessId }, never)).rejects.toMatchObject({
      code: 'speech_render_refused',
      permanent: true,
    });
    expect(model.asked).toHaveLength(1);
    expect(await openAlerts(test.db, businessId)).toMatchObject([{ kind: 'model_quota', count: 1 }]);
    // Mended: the next rendering goes through, and the alert with it.
    await renderLines(aWorker(aModel(), ['א']).context, { businessId }, never);
    expect(await openAlerts(test.db, businessId)).toEqual([]);
  });

  it('two runs at the same moment keep each sentence once', async () => {
    const { businessId } = await aBusiness(test.db);
    const runs = [1, 2].map(() => renderLines(aWorker(aModel(), ['א', 'ב']).context, { businessId }, never));
    await Promise.all(runs);
    expect((await kept(businessId)).sort()).toEqual(['א', 'ב']);
  });

  it('a business that is gone is no failure', async () => {
    const gone = { businessId: '00000000-0000-4000-8000-000000000000' };
    await expect(renderLines(aWorker(aModel()).context, gone, never)).resolves.toBeUndefined();
  });
});

describe('what calls for a rendering', () => {
  const waiting = async (businessId: string) => {
    const run = aWorker(aModel());
    const count = await dispatchWaiting(test.db, run.context.queue, businessId, 'speech-render');
    expect(run.enqueued.map(({ job, payload }) => ({ job, payload }))).toEqual(
      Array.from({ length: count }, () => ({ job: 'speech-render', payload: { businessId } })),
    );
    return count;
  };

  it('a new business, and each change of its settings or its name, once each', async () => {
    const { businessId } = await aBusiness(test.db);
    expect(await waiting(businessId)).toBe(1);
    expect(await waiting(businessId)).toBe(0);
    await updateSettings(test.db, businessId, { greeting_message: GREETING }, registry, { actor: TEST_ACTOR });
    expect(await waiting(businessId)).toBe(1);
    await updateSettings(test.db, businessId, {}, registry, { actor: TEST_ACTOR });
    expect(await waiting(businessId)).toBe(0);
  });

  it('not a change that is refused', async () => {
    const { businessId } = await aBusiness(test.db);
    await waiting(businessId);
    await expect(
      updateSettings(test.db, businessId, { voice: 'nobody' }, registry, { actor: TEST_ACTOR }),
    ).rejects.toThrow();
    expect(await waiting(businessId)).toBe(0);
  });
});

describe('the sentences of a business', () => {
  const business = { businessId: 'b', businessName: 'המוסך של אבי' };
  const of = (sources: readonly LineSource[], settings = {}) =>
    textsOfSources(sources, ['סליחה.'], createLog({ level: 'silent' }))(settings, business);
  const source = (name: string, lines: LineSource['lines']): LineSource => ({
    name,
    settings: plugins[0]!.settings,
    ...(lines === undefined ? {} : { lines }),
  });

  it('are the plugins’ in their order, then the engine’s; each once, none blank or endless', () => {
    const first = source('first', (_settings, { businessName }) => [`כאן ${businessName}.`, ' ', 'x'.repeat(721)]);
    const second = source('second', () => ['סליחה.', 'עוד.']);
    expect(of([first, source('silent', undefined), second])).toEqual(['כאן המוסך של אבי.', 'סליחה.', 'עוד.']);
  });

  it('a plugin that throws costs its own alone', () => {
    const broken = source('broken', () => {
      throw new Error('broken');
    });
    expect(of([broken, source('whole', () => ['עוד.'])])).toEqual(['עוד.', 'סליחה.']);
  });

  it('the plugins get their own settings, parsed', () => {
    const greeting = plugins.filter(({ name }) => name === 'greeting-first');
    const own = { call_notice_enabled: false, greeting_message: GREETING };
    expect(of(greeting, { ...own, bot_speaks_first: true })).toContain(GREETING);
    expect(of(greeting, { ...own, bot_speaks_first: false })).not.toContain(GREETING);
  });

  it('of another business are none of ours', async () => {
    const [own, other] = [await aBusiness(test.db), await aBusiness(test.db)];
    await renderLines(aWorker(aModel(), ['א']).context, { businessId: own.businessId }, never);
    expect(await missingTexts(test.db, other.businessId, 'cedar', ['א'])).toEqual(['א']);
    expect(await readRendered(test.db, other.businessId, 'cedar', [textHash('א')])).toEqual([]);
  });
});
