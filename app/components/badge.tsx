import type { ReactNode } from 'react';
import type { Label, Tone } from '../labels.he.ts';

const TONES: Readonly<Record<Tone, string>> = {
  neutral: 'bg-sunken text-muted ring-line',
  accent: 'bg-accent-soft text-accent-text ring-transparent',
  ok: 'bg-ok-soft text-ok ring-transparent',
  warn: 'bg-warn-soft text-warn ring-transparent',
  danger: 'bg-danger-soft text-danger ring-transparent',
};

/** A state in a word or two. With `live` a dot pulses before it; children stand behind it. */
export function Badge({ label, live = false, children }: { label: Label; live?: boolean; children?: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-sm font-medium whitespace-nowrap ring-1 ring-inset forced-colors:border ${TONES[label.tone]}`}
    >
      {live ? <span className="live-dot size-2 rounded-full bg-current" aria-hidden="true" /> : null}
      {label.text}
      {children}
    </span>
  );
}
