import { WebSocket } from 'ws';
import type { RealtimeServerEvent } from '../../sandbox/realtime/wire.ts';
import type { Message, Stream } from './twilio/application.ts';

/**
 * The least application there can be between Twilio's stream and the model: it greets, passes audio both ways, and
 * replies to every commit. With `mute` it accepts the call and never says a word.
 */
export function bridge(stream: Stream, modelUrl: string, options: { readonly mute?: boolean } = {}): void {
  const model = new WebSocket(`${modelUrl}?model=gpt-realtime-2.1`, { headers: { Authorization: 'Bearer key' } });
  let streamSid = '';
  let rest: Buffer = Buffer.alloc(0);
  const send = (event: object): void => {
    if (model.readyState === model.OPEN) model.send(JSON.stringify(event));
  };
  stream.socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message & { streamSid?: string; media?: { payload: string } };
    if (message.event === 'start') streamSid = message.streamSid ?? '';
    if (message.event === 'media') send({ type: 'input_audio_buffer.append', audio: message.media?.payload });
  });
  stream.socket.on('close', () => model.close());
  model.on('message', (data: Buffer) => {
    const event = JSON.parse(data.toString()) as RealtimeServerEvent;
    if (event.type === 'session.created') send({ type: 'session.update', session: SESSION });
    if (options.mute === true) return;
    if (event.type === 'session.updated' || event.type === 'input_audio_buffer.committed')
      send({ type: 'response.create' });
    if (event.type === 'input_audio_buffer.speech_started') stream.send({ event: 'clear', streamSid });
    if (event.type === 'response.output_audio.delta') {
      const bytes = Buffer.concat([rest, Buffer.from(event.delta, 'base64')]);
      const whole = bytes.length - (bytes.length % 160);
      rest = bytes.subarray(whole);
      const payload = bytes.subarray(0, whole).toString('base64');
      if (whole > 0) stream.send({ event: 'media', streamSid, media: { payload } });
    }
  });
}

const SESSION = {
  type: 'realtime',
  audio: {
    input: {
      format: { type: 'audio/pcmu' },
      transcription: { model: 'gpt-transcribe', languages: ['he'] },
      turn_detection: {
        type: 'server_vad',
        silence_duration_ms: 300,
        create_response: false,
        interrupt_response: false,
      },
    },
    output: { format: { type: 'audio/pcmu' }, voice: 'cedar' },
  },
};
