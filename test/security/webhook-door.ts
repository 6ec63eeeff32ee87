import fc from 'fast-check';
import { ENTRIES } from '../isolation/entries/index.ts';
import type { Ids, SignedEntry } from '../isolation/entry.ts';
import type { FuzzedDoor } from './door.ts';
import { inPath, requestBytes, sendRaw } from './raw-http.ts';
import { weirdKey, weirdText } from './weird.ts';

/** Twilio's webhooks: three of four correctly signed, over a form with one thing changed. */

interface WebhookInput {
  readonly entry: number;
  readonly signed: 'yes' | 'no' | 'other form' | 'junk';
  readonly spot: 'value' | 'key' | 'missing' | 'twice' | 'query' | 'path' | 'nothing';
  readonly at: number;
  readonly text: string;
  readonly key: string;
}

const entries = ENTRIES.filter((entry): entry is SignedEntry => entry.kind === 'signed');
/** Of Twilio's own, which ours do not ask for. */
const OTHERS = [
  'CallStatus',
  'CallSid',
  'From',
  'To',
  'Called',
  'StreamError',
  'RecordingUrl',
  'Timestamp',
  'ApiVersion',
];

const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');

export const WEBHOOK_DOOR: FuzzedDoor<WebhookInput> = {
  name: 'webhooks',
  share: 20,
  inputsOfRun: 1,
  inputs: fc.record<WebhookInput>({
    entry: fc.nat(9_999),
    signed: fc.oneof(
      { weight: 9, arbitrary: fc.constant('yes' as const) },
      { weight: 3, arbitrary: fc.constantFrom('no' as const, 'other form' as const, 'junk' as const) },
    ),
    spot: fc.oneof(
      { weight: 6, arbitrary: fc.constant('value' as const) },
      {
        weight: 6,
        arbitrary: fc.constantFrom(
          'key' as const,
          'missing' as const,
          'twice' as const,
          'query' as const,
          'path' as const,
          'nothing' as const,
        ),
      },
    ),
    at: fc.nat(99),
    text: weirdText,
    key: weirdKey,
  }),
  async play({ house, neighbours, port, tally, watch }, input) {
    const entry = entries[input.entry % entries.length];
    if (entry === undefined) return null;
    const ids: Ids = await entry.make(house, neighbours.stranger);
    const ask = entry.ask(ids);
    const { at, key, spot } = input;
    // As it arrives: what is no text becomes the letter that says so.
    const text = wellFormed(input.text);
    let path: string = ask.path;
    let pairs = Object.entries(ask.form);
    const index = at % Math.max(1, pairs.length);
    const pair = pairs[index];
    if (spot === 'value' && pair !== undefined) pairs[index] = [pair[0], text];
    if (spot === 'key') pairs.push([at % 2 === 0 ? wellFormed(key) : (OTHERS[at % OTHERS.length] ?? key), text]);
    if (spot === 'missing') pairs = pairs.filter((_, place) => place !== index);
    if (spot === 'twice' && pair !== undefined) pairs.push([pair[0], text]);
    if (spot === 'query') path = `${path}?a=${inPath(text, false)}`;
    if (spot === 'path') path = `${path}/${inPath(text, false)}`;

    const form: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
    for (const [name, value] of pairs) form[name] = form[name] === undefined ? value : [form[name], value].flat();
    const signature = {
      yes: () => house.sign(path, form as Record<string, string>),
      no: () => null,
      'other form': () => house.sign(path, { ...ask.form, CallSid: 'CA0' }),
      junk: () => 'A'.repeat(27).concat('='),
    }[input.signed]();
    const answer = await sendRaw(
      port,
      requestBytes(
        'POST',
        path,
        [
          ['Host', `127.0.0.1:${port}`],
          ['X-Forwarded-For', `198.51.${at}.${text.length % 250}`],
          ['Content-Type', 'application/x-www-form-urlencoded'],
          ...(signature === null ? [] : [['X-Twilio-Signature', signature] as const]),
        ],
        new URLSearchParams(pairs).toString(),
      ),
    );
    if (answer === null) {
      tally.note('webhooks', 'closed', false);
      return null;
    }
    tally.note('webhooks', String(answer.status), ![403, 413, 415, 429].includes(answer.status));
    return watch.answer(answer.status, answer.text);
  },
};
