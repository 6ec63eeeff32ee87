import { describe, expect, test } from 'vitest';
import { parseTwiml } from '../../../sandbox/twilio/twiml.ts';

describe('TwiML', () => {
  test('attributes, text and children are read with their entities', () => {
    const body = `<?xml version="1.0" encoding="UTF-8"?>
      <!-- greeting -->
      <Response>
        <Say language="he-IL">&#x5e9;לום &amp; ברכה</Say>
        <Redirect method="GET"><![CDATA[/next?a=1&b=2]]></Redirect>
        <Connect action="https://x/?a=1&amp;b=2"><Stream url="wss://h/m"><Parameter name="t" value="&lt;1&quot;"/></Stream></Connect>
      </Response>`;
    expect(parseTwiml(body)).toEqual({
      kind: 'document',
      unknown: [],
      verbs: [
        { name: 'Say', attributes: { language: 'he-IL' }, text: 'שלום & ברכה', children: [] },
        { name: 'Redirect', attributes: { method: 'GET' }, text: '/next?a=1&b=2', children: [] },
        {
          name: 'Connect',
          attributes: { action: 'https://x/?a=1&b=2' },
          text: '',
          children: [
            {
              name: 'Stream',
              attributes: { url: 'wss://h/m' },
              text: '',
              children: [{ name: 'Parameter', attributes: { name: 't', value: '<1"' }, text: '', children: [] }],
            },
          ],
        },
      ],
    });
  });

  test('an unknown verb is named and left out, names count letter by letter', () => {
    expect(parseTwiml('<Response><Dance/><hangup/><Hangup/></Response>')).toMatchObject({
      unknown: ['Dance', 'hangup'],
      verbs: [{ name: 'Hangup' }],
    });
  });

  test.each([
    ['', 12100],
    ['hello', 12100],
    ['<Response><Hangup></Response>', 12100],
    ['<Response><Say>Fish & chips</Say></Response>', 12100],
    ['<response/>', 12102],
  ])('%j is error %i', (body, code) => {
    expect(parseTwiml(body)).toMatchObject({ kind: 'error', code });
  });

  test('an answer that is no XML by its content type is error 12300', () => {
    expect(parseTwiml('<Response/>', 'application/json')).toMatchObject({ kind: 'error', code: 12300 });
    expect(parseTwiml('<Response/>', 'text/html; charset=utf-8')).toMatchObject({ kind: 'document' });
  });
});
