import { useEffect, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { StopIcon, PlayIcon } from './icons.tsx';

type State =
  { readonly kind: 'idle' | 'preparing' | 'playing' } | { readonly kind: 'failed'; readonly message: string };

/** Where a text is spoken. */
export const HEAR_PATH = '/settings/ai/preview';

/**
 * Lets a text be heard as typed, in the voice as chosen. Without JavaScript it is a button of the form that opens the
 * sound by itself. `name`: the control that is heard.
 */
export function HearButton({ name, text }: { name: string; text: string }) {
  const [state, setState] = useState<State>({ kind: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function hear(form: HTMLFormElement): Promise<void> {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    setState({ kind: 'preparing' });
    try {
      const sound = await fetchSpeech(form, name, signal);
      setState({ kind: 'playing' });
      await play(sound, signal);
      if (running.current === controller) setState({ kind: 'idle' });
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Refused ? error.message : 'לא הצלחנו להשמיע. אפשר לנסות שוב בעוד רגע.';
      setState({ kind: 'failed', message });
    }
  }

  const playing = state.kind === 'playing';
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1">
      <Button
        type="submit"
        look="secondary"
        size="small"
        formAction={HEAR_PATH}
        formTarget="_blank"
        name="_hear"
        value={name}
        busy={state.kind === 'preparing'}
        busyText="מכין את ההשמעה…"
        onClick={(event) => {
          const { form } = event.currentTarget;
          if (form === null) return;
          event.preventDefault();
          if (playing) {
            running.current?.abort();
            setState({ kind: 'idle' });
          } else void hear(form);
        }}
      >
        {playing ? <StopIcon className="size-4" /> : <PlayIcon className="size-4" />}
        {playing ? 'עצירה' : text}
      </Button>
      <span role="status" className="text-sm text-danger">
        {state.kind === 'failed' ? state.message : null}
      </span>
    </div>
  );
}

/** The server's own words on why there is nothing to hear. */
class Refused extends Error {}

async function fetchSpeech(form: HTMLFormElement, name: string, signal: AbortSignal): Promise<ArrayBuffer> {
  const typed = new FormData(form);
  const body = new URLSearchParams({ _hear: name });
  for (const key of [name, 'voice']) {
    const value = typed.get(key);
    if (typeof value === 'string') body.set(key, value);
  }
  const response = await fetch(HEAR_PATH, { method: 'POST', body, signal });
  if (response.ok) return response.arrayBuffer();
  const isText = response.headers.get('Content-Type')?.startsWith('text/plain') === true;
  throw isText ? new Refused(await response.text()) : new Error(String(response.status));
}

/** Resolves when the sound is over; rejects when it was stopped. */
async function play(sound: ArrayBuffer, signal: AbortSignal): Promise<void> {
  const context = new AudioContext();
  try {
    const source = context.createBufferSource();
    source.buffer = await context.decodeAudioData(sound);
    source.connect(context.destination);
    await new Promise<void>((resolve, reject) => {
      source.onended = () => resolve();
      signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
      source.start();
    });
  } finally {
    await context.close();
  }
}
