import type { ModelCounts, ModelUsage } from '../model/speech-model.ts';

/** What a call used, one entry a model and kind, in the order of their first use. */
export type CallUsage = readonly ModelUsage[];

/** The sum with one more use in it. */
export function addUsage(total: CallUsage, used: ModelUsage): CallUsage {
  const isSame = (entry: ModelUsage) => entry.model === used.model && entry.kind === used.kind;
  if (!total.some(isSame)) return [...total, used];
  return total.map((entry) => (isSame(entry) ? { ...entry, ...sum(entry, used) } : entry));
}

function sum(a: ModelCounts, b: ModelCounts): ModelCounts {
  return {
    textIn: a.textIn + b.textIn,
    textInCached: a.textInCached + b.textInCached,
    audioIn: a.audioIn + b.audioIn,
    audioInCached: a.audioInCached + b.audioInCached,
    textOut: a.textOut + b.textOut,
    audioOut: a.audioOut + b.audioOut,
    seconds: a.seconds + b.seconds,
  };
}
