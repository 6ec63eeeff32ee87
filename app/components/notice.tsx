import type { ReactNode } from 'react';
import { AlertIcon, CheckIcon, InfoIcon } from './icons.tsx';

type NoticeTone = 'info' | 'ok' | 'warn' | 'danger';

const LOOKS: Readonly<Record<NoticeTone, { box: string; icon: typeof InfoIcon }>> = {
  info: { box: 'bg-accent-soft text-accent-text', icon: InfoIcon },
  ok: { box: 'bg-ok-soft text-ok', icon: CheckIcon },
  warn: { box: 'bg-warn-soft text-warn', icon: AlertIcon },
  danger: { box: 'bg-danger-soft text-danger', icon: AlertIcon },
};

/** A sentence that the reader should not miss. Give the surrounding element a live role where it appears later. */
export function Notice({ tone, children }: { tone: NoticeTone; children: ReactNode }) {
  const { box, icon: Icon } = LOOKS[tone];
  return (
    <div className={`flex items-start gap-2.5 rounded-control px-4 py-3 forced-colors:border ${box}`}>
      <Icon className="mt-0.5 size-5" />
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
