import { useEffect, useRef, useState } from 'react';
import type { RecordingDetail } from '../../domain/recordings/index.ts';
import { Card } from './card.tsx';
import { Moment } from './moment.tsx';

/** How the player and the transcript hear of each other: ms on the call's clock. */
export interface Playback {
  /** Where the recording stands; null while it was not played. */
  readonly atMs: number | null;
  /** Plays from there. Null until the player is there. */
  readonly playFrom: ((ms: number) => void) | null;
}

const FAILURES: Readonly<Record<string, string>> = {
  recording_not_started: 'ההקלטה לא התחילה: ספק הטלפוניה סירב או לא ענה.',
  file_too_large: 'ההקלטה גדולה מדי ולא נשמרה.',
  recording_unreadable: 'ספק הטלפוניה מסר קובץ שאי אפשר לנגן.',
};

interface RecordingCardProps {
  readonly recording: RecordingDetail;
  readonly src: string;
  readonly onPlayback: (playback: Playback) => void;
}

/** The sound of the call: a waveform over the browser's own player, which alone is enough. */
export function RecordingCard({ recording, src, onPlayback }: RecordingCardProps) {
  return (
    <Card id="recording" title="הקלטה">
      {recording.status === 'stored' ? (
        <Player recording={recording} src={src} onPlayback={onPlayback} />
      ) : (
        <p className="text-muted">
          <RecordingState recording={recording} />
        </p>
      )}
    </Card>
  );
}

function RecordingState({ recording }: { recording: RecordingDetail }) {
  switch (recording.status) {
    case 'requested':
    case 'recording':
      return 'השיחה מוקלטת. ההקלטה תופיע כאן אחרי שתסתיים.';
    case 'fetching':
      return 'ההקלטה בדרך. היא תופיע כאן בעוד רגע.';
    case 'absent':
      return 'לא הוקלט דבר בשיחה הזאת.';
    case 'removed':
      return (
        <>
          ההקלטה נמחקה
          {recording.removedAt === null ? null : (
            <>
              {' '}
              (<Moment at={recording.removedAt} />)
            </>
          )}
          , לפי משך השמירה של העסק.
        </>
      );
    case 'failed':
      return FAILURES[recording.reason ?? ''] ?? 'לא ניתן היה לקבל את ההקלטה מספק הטלפוניה.';
    case 'stored':
      return null;
  }
}

function Player({ recording, src, onPlayback }: RecordingCardProps) {
  const audio = useRef<HTMLAudioElement>(null);
  const { offsetMs } = recording;
  useEffect(() => {
    const player = audio.current;
    if (player === null) return;
    const playFrom = (ms: number) => {
      player.currentTime = Math.max(0, (ms - offsetMs) / 1000);
      // A browser that does not let it play leaves its own button.
      player.play().catch(() => undefined);
    };
    const tell = () => onPlayback({ atMs: player.currentTime * 1000 + offsetMs, playFrom });
    onPlayback({ atMs: null, playFrom });
    const events = ['timeupdate', 'seeked', 'play'] as const;
    for (const event of events) player.addEventListener(event, tell);
    return () => {
      for (const event of events) player.removeEventListener(event, tell);
    };
  }, [offsetMs, onPlayback]);
  return (
    <>
      <Waveform audio={audio} recording={recording} />
      <audio ref={audio} controls preload="metadata" src={src} className="w-full" aria-label="הקלטת השיחה" />
    </>
  );
}

/** A colour of the page in the form that a canvas takes, whatever the scheme makes of it. */
function colourIn(container: HTMLElement): (name: string) => string {
  return (name) => {
    const probe = container.appendChild(document.createElement('span'));
    probe.style.color = `var(${name})`;
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}

/** The loudness of both sides, drawn from what the server computed; clicked, the player goes there. Decoration to others. */
function Waveform({ audio, recording }: { audio: React.RefObject<HTMLAudioElement>; recording: RecordingDetail }) {
  const box = useRef<HTMLDivElement>(null);
  const [isDrawn, setDrawn] = useState(false);
  const { peaks, durationMs } = recording;
  useEffect(() => {
    const media = audio.current;
    const container = box.current;
    if (media === null || container === null || peaks.length === 0 || durationMs === null) return;
    let undo = () => {};
    let gone = false;
    const draw = async () => {
      const { default: WaveSurfer } = await import('wavesurfer.js');
      if (gone) return;
      const colour = colourIn(container);
      const surfer = WaveSurfer.create({
        container,
        media,
        peaks: peaks.map((channel) => channel.map((peak) => peak / 100)),
        duration: durationMs / 1000,
        height: 44,
        barWidth: 2,
        barGap: 1,
        barRadius: 2,
        cursorWidth: 2,
        normalize: true,
        splitChannels: peaks.map((_, channel) => ({
          waveColor: colour(channel === 0 ? '--edge' : '--rail-mark'),
          progressColor: colour('--accent'),
        })),
        // The answer's nonce, which its scripts still know: the waveform brings a style along.
        cspNonce: document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '',
      });
      setDrawn(true);
      undo = () => surfer.destroy();
    };
    draw().catch(() => setDrawn(false));
    return () => {
      gone = true;
      undo();
    };
  }, [audio, peaks, durationMs]);
  if (peaks.length === 0) return null;
  return (
    <div
      ref={box}
      dir="ltr"
      aria-hidden="true"
      className={`mb-3 min-h-22 ${isDrawn ? '' : 'rounded-control bg-sunken'}`}
    />
  );
}
