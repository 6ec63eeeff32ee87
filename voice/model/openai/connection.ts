import WebSocket from 'ws';
import type { ConnectModel } from '../speech-model.ts';
import { CONNECT_TIMEOUT_MS, OpenAiProtocol, type Transport, type TransportListener } from './protocol.ts';

/** A peer that does not answer the close must not keep the socket. */
const CLOSE_LIMIT_MS = 2000;

export interface OpenAiRealtimeOptions {
  /** Base without query, e.g. `wss://api.openai.com/v1/realtime`. */
  readonly url: string;
  readonly apiKey: string;
  /** Speech models in order of preference: the next is tried when one does not open. At least one. */
  readonly models: readonly string[];
  /** Transcription models in order of preference: the next is tried when one is refused. At least one. */
  readonly transcriptionModels: readonly string[];
  /** Milliseconds a server may take to answer, and to accept the configuration. Default {@link CONNECT_TIMEOUT_MS}. */
  readonly connectTimeoutMs?: number;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** Connects to the OpenAI Realtime API over a plain WebSocket. */
export function openAiRealtime(options: OpenAiRealtimeOptions): ConnectModel {
  const { models, transcriptionModels, connectTimeoutMs = CONNECT_TIMEOUT_MS, log } = options;
  const socket = { ...options, connectTimeoutMs };
  const open = (model: string, listener: TransportListener) => openSocket(socket, model, listener);
  return (onEvent) => new OpenAiProtocol({ open, after, models, transcriptionModels, connectTimeoutMs, log }, onEvent);
}

/** How a socket to the model is opened, whatever it is for. */
export interface SocketOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly connectTimeoutMs: number;
  /** What the connection is for, told to the server; without it nothing is. */
  readonly userAgent?: string;
}

/** Calls back once after `delayMs`; returns how to prevent it. */
export function after(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}

/** Opens one socket to one speech model. What becomes of it is reported, never thrown. */
export function openSocket(options: SocketOptions, model: string, listener: TransportListener): Transport {
  const { url: base, apiKey, connectTimeoutMs, userAgent } = options;
  const url = new URL(base);
  url.searchParams.set('model', model);
  const socket = new WebSocket(url, {
    headers: {
      Authorization: `Bearer ${apiKey}`,
      ...(userAgent === undefined ? {} : { 'User-Agent': userAgent }),
    },
    perMessageDeflate: false,
    handshakeTimeout: connectTimeoutMs,
  });
  socket.on('message', (data, isBinary) => {
    if (!isBinary) listener.message((data as Buffer).toString('utf8'));
  });
  socket.on('unexpected-response', (request, response) => {
    request.destroy();
    listener.broken(`http_${response.statusCode ?? 0}`);
  });
  socket.on('error', (error) => listener.broken('code' in error ? String(error.code).toLowerCase() : 'socket_error'));
  socket.on('close', (code) => listener.broken(`closed_${code}`));
  return {
    isOpen: () => socket.readyState === WebSocket.OPEN,
    // Bytes, which `ws` masks into one piece with their header: a text goes out in two.
    send: (text) => socket.send(Buffer.from(text), { binary: false }),
    close() {
      socket.close(1000);
      setTimeout(() => socket.terminate(), CLOSE_LIMIT_MS).unref();
    },
    terminate: () => socket.terminate(),
  };
}
