import { describe, expect, test } from 'vitest';
import { clearFor, markFor, mediaFor, readTwilioMessage } from '../../../voice/twilio/messages.ts';

const read = (message: unknown) => readTwilioMessage(JSON.stringify(message));

describe('what Twilio sends', () => {
  test('a start with everything in it is reduced to what the engine uses', () => {
    const message = read({
      event: 'start',
      sequenceNumber: '1',
      streamSid: 'MZ1',
      start: {
        accountSid: 'AC1',
        streamSid: 'MZ1',
        callSid: 'CA1',
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: '8000', channels: '1' },
        customParameters: { token: 't' },
      },
    });
    expect(message).toEqual({
      event: 'start',
      streamSid: 'MZ1',
      start: {
        accountSid: 'AC1',
        callSid: 'CA1',
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000 },
        customParameters: { token: 't' },
      },
    });
  });

  test('media without a track is the caller’s', () => {
    const message = { event: 'media', streamSid: 'MZ1', media: { payload: '////' } };
    expect(read(message)).toEqual({ ...message, media: { payload: '////', track: 'inbound' } });
  });

  test.for<[string, string]>([
    ['', 'not_json'],
    ['{"event":', 'not_json'],
    ['null', 'bad_shape'],
    ['[]', 'bad_shape'],
    ['{"event":5}', 'bad_shape'],
    ['{"event":"start","streamSid":"","start":{"callSid":"CA1"}}', 'bad_shape'],
    ['{"event":"mark","streamSid":"MZ1","mark":{}}', 'bad_shape'],
    ['{"event":"toString"}', 'unknown_event'],
    ['{"event":"flushed"}', 'unknown_event'],
  ])('%s is %s', ([text, problem]) => {
    expect(readTwilioMessage(text)).toEqual({ problem });
  });
});

test('what Twilio is sent has no field too many, and any stream id stays one string', () => {
  const sid = 'MZ"1\\';
  expect(JSON.parse(mediaFor(sid, '////'))).toEqual({ event: 'media', streamSid: sid, media: { payload: '////' } });
  expect(JSON.parse(markFor(sid, 'g0-1'))).toEqual({ event: 'mark', streamSid: sid, mark: { name: 'g0-1' } });
  expect(JSON.parse(clearFor(sid))).toEqual({ event: 'clear', streamSid: sid });
});
