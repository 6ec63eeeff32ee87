import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBySchema, readTwilioMessage } from '../../../voice/twilio/messages.ts';
import { readUsualMedia } from '../../../voice/twilio/usual-media.ts';

const payload = Buffer.from(Array.from({ length: 160 }, (_, index) => index)).toString('base64');
const media = { track: 'inbound', chunk: '2', timestamp: '5', payload };
const asTwilioWrites = { event: 'media', sequenceNumber: '3', media, streamSid: 'MZ18ad3ab5a668481ce02b83e7395059f0' };
const text = JSON.stringify(asTwilioWrites);

describe('a media message of the usual shape', () => {
  test('is read without the schema, to the same result', () => {
    expect(readUsualMedia(text)).toEqual(readBySchema(text));
    const { event, sequenceNumber, streamSid } = asTwilioWrites;
    const sidFirst = JSON.stringify({ event, sequenceNumber, streamSid, media });
    expect(readUsualMedia(sidFirst)).toEqual(readBySchema(sidFirst));
  });

  test.for<[string, string]>([
    ['names its stream twice', text.replace('"media":{', '"streamSid":"MZ1","media":{')],
    ['names no stream', text.replace(/,"streamSid":"\w+"/u, '')],
    ['has a number that is none', text.replace('"sequenceNumber":"3"', '"sequenceNumber":3')],
    ['has a field more', text.replace('"chunk"', '"extra":1,"chunk"')],
    ['has an escape in its audio', text.replace(payload, 'AA\\u0041A')],
    ['has a quote in its audio', text.replace(payload, 'AA"A')],
    ['goes on behind its end', `${text}{}`],
    ['has a line break before its end', `${text}\n`],
  ])('one that %s is left to the schema', ([, unusual]) => {
    expect(unusual).not.toBe(text);
    expect(readUsualMedia(unusual)).toBeNull();
  });
});

test('whatever is sent, what is read is what the schema makes of it', () => {
  const sid = fc.oneof(fc.constant('MZ1'), fc.string(), fc.constant(undefined));
  const digits = fc.oneof(fc.nat().map(String), fc.string(), fc.nat());
  const audio = fc.oneof(fc.base64String(), fc.string(), fc.constant(undefined));
  const track = fc.oneof(fc.constantFrom('inbound', 'outbound', undefined), fc.string());
  const shaped = fc.record({ sid, sidFirst: fc.boolean(), digits, audio, track }).map((part) => {
    const body = { track: part.track, chunk: part.digits, timestamp: part.digits, payload: part.audio };
    const start = { event: 'media', sequenceNumber: part.digits };
    return JSON.stringify(
      part.sidFirst ? { ...start, streamSid: part.sid, media: body } : { ...start, media: body, streamSid: part.sid },
    );
  });
  const damaged = fc
    .tuple(fc.nat(text.length), fc.nat(3), fc.string({ maxLength: 4 }))
    .map(([at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));
  fc.assert(
    fc.property(fc.oneof(shaped, damaged), (sent) => {
      expect(readTwilioMessage(sent)).toEqual(readBySchema(sent));
    }),
    { numRuns: 2000 },
  );
});
