import { WebSocket, WebSocketServer } from 'ws';

/**
 * The least a bridge between Twilio and a speech model can do: parse each message, re-serialise it, pass it on. What it
 * costs is the floor that the product is measured against. Runs in a process of its own: `relay.ts PORT MODEL_URL`.
 */
const [, , port, modelUrl] = process.argv;

interface Message {
  readonly event?: string;
  readonly type?: string;
  readonly streamSid?: string;
  readonly media?: { readonly payload: string };
  readonly delta?: string;
}

const server = new WebSocketServer({ port: Number(port), host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (line) => {
  const model = new WebSocket(`${modelUrl ?? ''}?model=relay`, { perMessageDeflate: false });
  let streamSid = '';
  const waiting: string[] = [];
  const toModel = (event: object): void => {
    const text = JSON.stringify(event);
    if (model.readyState === model.OPEN) model.send(text);
    else waiting.push(text);
  };
  model.on('open', () => {
    for (const text of waiting.splice(0)) model.send(text);
  });
  model.on('error', () => line.close());
  line.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as Message;
    if (message.event === 'start') streamSid = message.streamSid ?? '';
    if (message.event === 'media') toModel({ type: 'input_audio_buffer.append', audio: message.media?.payload });
  });
  line.on('close', () => model.close());
  model.on('message', (data: Buffer) => {
    const event = JSON.parse(data.toString('utf8')) as Message;
    if (event.type === 'session.created') toModel({ type: 'session.update', session: {} });
    if (event.type === 'input_audio_buffer.committed') toModel({ type: 'response.create' });
    if (event.type === 'response.output_audio.delta') {
      line.send(JSON.stringify({ event: 'media', streamSid, media: { payload: event.delta } }));
    }
  });
});
server.on('listening', () => process.stdout.write('{"event":"listening"}\n'));
