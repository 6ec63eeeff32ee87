import { randomUUID } from 'node:crypto';
import { aborted, type Line, type Outcome, type Source } from './line.ts';
import { parseTwiml, type Verb } from './twiml.ts';
import type { CallStatus, EndedBy } from './types.ts';
import { runVerb } from './verbs.ts';

/** A document that redirects for ever is stopped here. */
const MAX_DOCUMENTS = 200;
/** Verbs that do not answer a ringing call. */
const UNANSWERED = new Set(['Reject', 'Redirect', 'Pause']);

type DocumentOutcome =
  Exclude<Outcome, { kind: 'next' }> | { readonly kind: 'interrupted'; readonly action: Source | null };

/** Carries out TwiML, document after document, until the call is over. */
export async function runDocuments(line: Line, first: Source): Promise<{ by: EndedBy; status: CallStatus }> {
  let source = first;
  for (let count = 0; count < MAX_DOCUMENTS; count++) {
    const signal = line.newScope();
    const outcome = await runDocument(line, source, signal);
    if (signal.aborted) {
      const interruption = line.takeInterruption();
      const action = outcome.kind === 'interrupted' ? outcome.action : null;
      if (interruption === null || interruption.kind === 'end') {
        if (action?.kind === 'url' && line.behaviour.actionAfterHangUp) line.aside(withForm(line, action).request);
        return { by: interruption?.by ?? 'caller', status: interruption?.status ?? 'completed' };
      }
      // Seen on live calls: the action of the interrupted verb is fetched first, its answer has no effect.
      if (action?.kind === 'url' && line.behaviour.actionAfterRedirect)
        await line.request(withForm(line, action).request);
      source = interruption.source;
    } else if (outcome.kind === 'end') {
      return { by: outcome.by, status: outcome.status ?? 'completed' };
    } else if (outcome.kind === 'document') {
      source = outcome.source;
    }
  }
  line.fail(81025, 'too many documents in one call');
  return { by: 'twiml', status: 'completed' };
}

function withForm(line: Line, source: Source & { kind: 'url' }): Source & { kind: 'url' } {
  return { ...source, request: { ...source.request, params: { ...line.form(), ...source.request.params } } };
}

async function runDocument(line: Line, source: Source, signal: AbortSignal): Promise<DocumentOutcome> {
  const document = await load(line, source, signal);
  if (signal.aborted) return { kind: 'interrupted', action: null };
  if (document === null) {
    // Twilio answers, says that an application error has occurred, and hangs up.
    line.answer();
    line.note('application_error');
    return { kind: 'end', by: 'twiml' };
  }
  const base = source.kind === 'url' ? source.request.url : null;
  for (const verb of document) {
    if (!UNANSWERED.has(verb.name)) line.answer();
    line.note(verb.name, { ...verb.attributes, ...(verb.text === '' ? {} : { text: verb.text }) });
    const outcome = await runVerb({ line, verb, base, signal });
    if (signal.aborted) {
      const action = outcome.kind === 'document' && outcome.action ? outcome.source : null;
      return { kind: 'interrupted', action };
    }
    if (outcome.kind !== 'next') return outcome;
  }
  line.answer();
  return { kind: 'end', by: document.at(-1)?.name === 'Connect' ? 'stream' : 'twiml' };
}

/** The verbs of a document, or null when there is none to be had (which was noted). */
async function load(line: Line, source: Source, signal: AbortSignal): Promise<readonly Verb[] | null> {
  if (source.kind === 'inline') return parse(line, source.twiml, 'text/xml');
  const { request } = withForm(line, source);
  const token = randomUUID();
  const answer = line.request(request, token);
  if (source.twice === true) void line.request(request, token);
  const exchange = await Promise.race([answer, aborted(signal)]);
  if (exchange === undefined || exchange.error !== null) return null;
  return parse(line, exchange.body, exchange.contentType);
}

function parse(line: Line, body: string, contentType: string): readonly Verb[] | null {
  const twiml = parseTwiml(body, contentType);
  if (twiml.kind === 'error') {
    line.fail(twiml.code, twiml.message);
    return null;
  }
  for (const name of twiml.unknown) line.fail(12200, `Schema validation warning: <${name}>`);
  return twiml.verbs;
}
