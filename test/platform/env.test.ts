import { describe, expect, it } from 'vitest';
import { readEnv } from '../../platform/env.ts';
import { isAppError } from '../../platform/errors.ts';

const complete = {
  DATABASE_URL: 'postgresql://user:password@db:5432/prosaas',
  PUBLIC_URL: 'https://calls.example.com/',
  TWILIO_AUTH_TOKEN: 'token',
  OPENAI_API_KEY: 'key',
  APP_SECRET: 'a secret of more than thirty-two characters',
};

function problems(source: Record<string, string>, mode: 'production' | 'development' = 'production'): string[] {
  try {
    readEnv(source, mode);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'environment_incomplete') throw error;
    return error.details['missing'] as string[];
  }
  return [];
}

describe('the environment of production', () => {
  it('is complete with five names; the rest has defaults', () => {
    expect(readEnv(complete, 'production')).toEqual({
      mode: 'production',
      databaseUrl: complete.DATABASE_URL,
      databaseDirectUrl: complete.DATABASE_URL,
      redisUrl: undefined,
      publicUrl: 'https://calls.example.com',
      secureCookies: true,
      port: 3000,
      host: undefined,
      appSecret: complete.APP_SECRET,
      previousAppSecrets: [],
      twilioAuthToken: 'token',
      twilioAccountSid: null,
      twilioApiUrl: 'https://api.twilio.com',
      openaiApiKey: 'key',
      openaiBaseUrl: 'https://api.openai.com/v1',
      openaiRealtimeUrl: 'wss://api.openai.com/v1/realtime',
      openaiRealtimeModels: ['gpt-realtime-2.1', 'gpt-realtime-2.1-mini'],
      openaiTranscriptionModels: ['gpt-transcribe', 'gpt-4o-transcribe', 'gpt-4o-mini-transcribe', 'whisper-1'],
      recordings: { folder: '.data/recordings', s3: null, keepAtTwilio: false },
      openaiAnalysisModels: ['gpt-4.1-mini', 'gpt-5-mini', 'gpt-4o-mini'],
      callTimeouts: { connectMs: 5000, firstAudioMs: 4000, toolMs: 8000 },
      apiRequestsPerMinute: 600,
      webhookAllowHosts: [],
      mail: null,
      logLevel: 'info',
      warnings: [],
    });
  });

  it('names everything that is missing, empty or wrong at once', () => {
    const found = problems({ ...complete, DATABASE_URL: '', APP_SECRET: '  ', PORT: 'web', PUBLIC_URL: 'calls' });
    expect(found.map((line) => line.split(/[ :]/)[0])).toEqual(['DATABASE_URL', 'APP_SECRET', 'PUBLIC_URL', 'PORT']);
    expect(problems({})).toHaveLength(5);
  });

  it('takes mail whole or not at all', () => {
    const mail = { SMTP_URL: 'smtps://user:pass@smtp.example.com', MAIL_FROM: 'ProSaaS <calls@example.com>' };
    expect(readEnv({ ...complete, ...mail }, 'production').mail).toEqual({
      smtpUrl: mail.SMTP_URL,
      from: mail.MAIL_FROM,
    });
    expect(problems({ ...complete, SMTP_URL: mail.SMTP_URL })[0]).toContain('MAIL_FROM is missing');
    expect(problems({ ...complete, MAIL_FROM: mail.MAIL_FROM })[0]).toContain('SMTP_URL is missing');
  });

  it('takes models in order of preference, and how long a call waits', () => {
    const env = readEnv(
      {
        ...complete,
        OPENAI_TRANSCRIPTION_MODELS: ' b , a ',
        CALL_TOOL_TIMEOUT_MS: '12000',
        CALL_CONNECT_TIMEOUT_MS: '',
      },
      'production',
    );
    expect(env.openaiTranscriptionModels).toEqual(['b', 'a']);
    expect(env.callTimeouts).toEqual({ connectMs: 5000, firstAudioMs: 4000, toolMs: 12_000 });
    expect(problems({ ...complete, OPENAI_TRANSCRIPTION_MODELS: ' , ' })).toHaveLength(1);
    const bucket = { RECORDINGS_S3_BUCKET: 'calls', RECORDINGS_S3_ENDPOINT: 'https://s3.example.com' };
    expect(problems({ ...complete, ...bucket })).toHaveLength(2);
    const keys = { RECORDINGS_S3_ACCESS_KEY_ID: 'id', RECORDINGS_S3_SECRET_ACCESS_KEY: 'key' };
    expect(readEnv({ ...complete, ...bucket, ...keys }, 'production').recordings.s3).toMatchObject({
      bucket: 'calls',
      region: 'us-east-1',
    });
    const analysis = (value: string) =>
      readEnv({ ...complete, OPENAI_ANALYSIS_MODELS: value }, 'production').openaiAnalysisModels;
    expect([analysis('a,b'), analysis('none')]).toEqual([['a', 'b'], []]);
    for (const wrong of ['4s', '100', '3600000']) {
      expect(problems({ ...complete, CALL_FIRST_AUDIO_TIMEOUT_MS: wrong })).toHaveLength(1);
    }
  });

  it('never repeats a value', () => {
    const found = problems({ ...complete, DATABASE_URL: 'mysql://root:hunter2@db', REDIS_URL: 'hunter2' });
    expect(found).toHaveLength(2);
    expect(found.join()).not.toContain('hunter2');
  });

  it('warns of a short secret without stopping for it', () => {
    expect(readEnv({ ...complete, APP_SECRET: 'short' }, 'production').warnings).toHaveLength(1);
  });

  it('sends cookies over http where the public address is http', () => {
    expect(readEnv({ ...complete, PUBLIC_URL: 'http://127.0.0.1:3000' }, 'production').secureCookies).toBe(false);
  });
});

describe('single names', () => {
  it.each([
    ['127.0.0.1:9000', ['127.0.0.1:9000']],
    ['n8n.internal:5678, Hooks:80  [::1]:8080', ['n8n.internal:5678', 'hooks:80', '[::1]:8080']],
    ['', []],
  ])('WEBHOOK_ALLOW_HOSTS %j lets webhooks reach %j', (value, hosts) => {
    expect(readEnv({ ...complete, WEBHOOK_ALLOW_HOSTS: value }, 'production').webhookAllowHosts).toEqual(hosts);
  });

  it.each(['127.0.0.1', 'http://127.0.0.1:80', 'host:0', 'host:70000', '*:80'])(
    'WEBHOOK_ALLOW_HOSTS %j is refused',
    (value) => {
      expect(problems({ ...complete, WEBHOOK_ALLOW_HOSTS: value })).toHaveLength(1);
    },
  );

  it('OPENAI_REALTIME_URL is a socket’s base, without a query', () => {
    const read = (value: string): string =>
      readEnv({ ...complete, OPENAI_REALTIME_URL: value }, 'production').openaiRealtimeUrl;
    expect(read('ws://127.0.0.1:9001/v1/realtime/')).toBe('ws://127.0.0.1:9001/v1/realtime');
    expect(read('https://eu.example.com/realtime')).toBe('wss://eu.example.com/realtime');
    expect(problems({ ...complete, OPENAI_REALTIME_URL: 'wss://example.com/?model=x' })).toHaveLength(1);
  });
});

describe('development', () => {
  it('needs nothing: the embedded database and the sandbox stand in', () => {
    const env = readEnv({ PORT: '4000' }, 'development');
    expect(env).toMatchObject({ databaseUrl: null, databaseDirectUrl: null, publicUrl: 'http://127.0.0.1:4000' });
    expect(env.appSecret.length).toBeGreaterThan(31);
  });

  it('still refuses what is wrong', () => {
    expect(problems({ LOG_LEVEL: 'loud' }, 'development')).toHaveLength(1);
  });
});
