import type { EndReason } from '../../voice/plugin.ts';

/** A filter as it stands in its controls; '' where nothing is chosen. Days are `2026-11-28`. */
export interface ShownCallFilter {
  readonly q: string;
  readonly direction: string;
  readonly outcome: string;
  readonly delivery: string;
  readonly from: string;
  readonly to: string;
}

interface CallOutcome {
  readonly text: string;
  readonly reasons: readonly (EndReason | 'live')[];
}

/** How calls ended, in the few groups that somebody looks for. */
export const CALL_OUTCOMES: Readonly<Record<string, CallOutcome>> = {
  live: { text: 'מתקיימות עכשיו', reasons: ['live'] },
  done: {
    text: 'הושלמו',
    reasons: ['user_goodbye', 'lead_captured_confirmed', 'user_verified', 'ai_goodbye_auto_end'],
  },
  hangup: { text: 'הלקוח ניתק', reasons: ['caller_hangup'] },
  handed: { text: 'הועברו או השאירו הודעה', reasons: ['transferred', 'voicemail_recorded', 'ended_by_staff'] },
  quiet: { text: 'שקט או זמן מרבי', reasons: ['silence', 'max_duration'] },
  failed: { text: 'תקלות ודחיות', reasons: ['model_unavailable', 'stream_lost', 'swept', 'rejected'] },
};

/** The address of the list under a filter; what is empty is left out. */
export function filteredAddress(
  path: string,
  filter: Readonly<Record<string, string>> | Partial<ShownCallFilter>,
  cursor?: string | null,
): string {
  const pairs = Object.entries({ ...filter, cursor: cursor ?? '' }).filter(([, value]) => value !== '');
  const search = new URLSearchParams(pairs).toString();
  return search === '' ? path : `${path}?${search}`;
}
