import { describe, expect, it } from 'vitest';
import { AppError } from '../../platform/errors.ts';
import { createLog, logEvent, type LogFields, type LogLevel } from '../../platform/log.ts';

function write(event: string, fields: LogFields, level: LogLevel = 'info'): string[] {
  const lines: string[] = [];
  const log = createLog({ level, destination: { write: (line) => void lines.push(line) } });
  logEvent(log, event, fields);
  return lines;
}

describe('a log line', () => {
  it('is one line of JSON with the event’s name twice and its fields', () => {
    const [line, ...more] = write('call_ended', {
      callSid: 'CA1',
      businessId: 'b',
      endReason: 'silence',
      durationMs: 7,
    });
    expect(more).toEqual([]);
    expect(line).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(line ?? '')).toMatchObject({
      level: 'info',
      event: 'call_ended',
      msg: 'call_ended',
      callSid: 'CA1',
      businessId: 'b',
      endReason: 'silence',
      durationMs: 7,
    });
  });

  it('keeps what only sounds like a secret', () => {
    const fields = { tokenId: 'id', inputTokens: 12, asked: 'is it you? yes', dates: [new Date(0)], token: null };
    expect(JSON.parse(write('usage', fields)[0] ?? '')).toMatchObject({
      ...fields,
      dates: ['1970-01-01T00:00:00.000Z'],
    });
  });

  it('carries no telephone number, in whatever an error says', () => {
    const message = 'Key (business_id, phone)=(b, +972523456789) already exists.';
    const err = Object.assign(new Error(message), { meta: { detail: message } });
    const line = write('job_failed', { err, at: '2026-01-01T10:00:00+00:00' })[0] ?? '';
    expect(line).not.toContain('523456789');
    expect(JSON.parse(line)).toMatchObject({
      at: '2026-01-01T10:00:00+00:00',
      err: { message: 'Key (business_id, phone)=(b, [redacted]) already exists.' },
    });
  });

  it('stays away below its level', () => {
    expect(write('listening', {}, 'warn')).toEqual([]);
  });

  it('carries an error’s code, cause and stack', () => {
    const err = new AppError('queue_unavailable', { cause: new Error('ECONNREFUSED') });
    const line = JSON.parse(write('job_failed', { err })[0] ?? '') as { err: Record<string, string> };
    expect(line.err).toMatchObject({ code: 'queue_unavailable' });
    expect(line.err['stack']).toContain('ECONNREFUSED');
  });

  it.each([
    [{ authorization: 'Bearer hunter2' }],
    [{ headers: { authorization: 'hunter2', cookie: 'hunter2', 'set-cookie': ['hunter2'] } }],
    [{ req: { headers: { cookie: 'hunter2', 'x-twilio-signature': 'hunter2' } } }],
    [{ token: 'hunter2', body: { password: 'hunter2', apiToken: 'hunter2' } }],
    [{ config: { appSecret: 'hunter2', openaiApiKey: 'hunter2', twilioAuthToken: 'hunter2' } }],
    [{ err: Object.assign(new Error('refused'), { config: { headers: { authorization: 'hunter2' } } }) }],
    [{ err: new Error('no route to postgresql://prosaas:hunter2@db:5432/prosaas') }],
    [{ url: 'https://hooks.example.com/in?key=hunter2' }],
    [{ pathname: '/reset-password/hunter2' }],
    [{ path: '/invitation/hunter2.data', err: new Error('no place for https://x.test/invitation/hunter2') }],
  ])('never carries a secret: %j', (fields) => {
    const line = write('request', fields)[0] ?? '';
    expect(line).not.toContain('hunter2');
    expect(line).toContain('[redacted]');
  });
});
