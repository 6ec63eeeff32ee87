import { callKind } from './kinds/calls.ts';
import { deliveryKind, leadDeliveryKind } from './kinds/deliveries.ts';
import { doNotCallKind } from './kinds/do-not-call.ts';
import { insightKind } from './kinds/insights.ts';
import { leadKind } from './kinds/leads.ts';
import { recordingKind } from './kinds/recordings.ts';
import { invitationKind, outboxKind, streamTokenKind } from './kinds/short-lived.ts';
import { transcriptKind } from './kinds/transcripts.ts';
import type { DataKind } from './kind.ts';

/**
 * All kinds, in the order in which a person's data is told and erased: what belongs to calls first, the calls
 * themselves last of these, then what belongs to the number (by which the calls were found).
 */
export const DATA_KINDS: readonly DataKind[] = [
  recordingKind,
  insightKind,
  transcriptKind,
  deliveryKind,
  callKind,
  leadDeliveryKind,
  leadKind,
  doNotCallKind,
  streamTokenKind,
  outboxKind,
  invitationKind,
];

/** The Hebrew name of a kind; of one that is no longer there its own name. */
export function kindLabel(name: string): string {
  return DATA_KINDS.find((kind) => kind.name === name)?.label ?? OTHER_LABELS[name] ?? name;
}

/** What the purge removes besides, by the jobs' own knowledge. */
const OTHER_LABELS: Readonly<Record<string, string>> = { rendered_speech: 'משפטים מוקלטים שאין בהם שימוש' };
