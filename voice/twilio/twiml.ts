import twilio from 'twilio';

/** Where a call's media goes. `parameters` come back in the stream's `start`. */
export interface StreamTarget {
  readonly publicUrl: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Connects the call to our media socket; when the stream ends Twilio asks `/webhook/stream_ended` what is next. */
export function connectStream(target: StreamTarget): string {
  const origin = target.publicUrl.replace(/\/+$/u, '');
  const response = new twilio.twiml.VoiceResponse();
  const stream = response.connect({ action: `${origin}/webhook/stream_ended` }).stream({
    url: `${origin.replace(/^http/u, 'ws')}/ws/twilio-media`,
    statusCallback: `${origin}/webhook/stream_status`,
  });
  for (const [name, value] of Object.entries(target.parameters)) stream.parameter({ name, value });
  return response.toString();
}

export function hangUp(): string {
  const response = new twilio.twiml.VoiceResponse();
  response.hangup();
  return response.toString();
}

/** A short sentence in Hebrew, then the end. Spoken by the line itself, so it works when nothing of ours does. */
export function sayAndHangUp(text: string): string {
  const response = new twilio.twiml.VoiceResponse();
  response.say({ language: 'he-IL' }, text);
  response.hangup();
  return response.toString();
}

/** An answer that asks nothing of the line. */
export function nothing(): string {
  return new twilio.twiml.VoiceResponse().toString();
}
