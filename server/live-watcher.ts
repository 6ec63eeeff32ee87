import { z } from 'zod';
import type { Change } from '../platform/events.ts';
import { type CallPlugin, definePlugin } from '../voice/plugin.ts';

/**
 * Sees when the agent begins to speak and when it is quiet again, which no row of the database says, and publishes it.
 * Shaped as a plugin so that the engine keeps it apart from the call: it gives no commands, has no settings, stands in no
 * list, and is dropped when it throws or is slow. `publish` must return at once.
 */
export function liveWatcher(publish: (change: Change) => void): CallPlugin {
  return definePlugin({
    name: 'live-watcher',
    settings: z.object({}),
    card: { tab: 'ai', title: '' },
    fields: {},
    call(_settings, { businessId, callId }) {
      return {
        onAgentSpeechStarted: () => publish({ kind: 'agent_speaking', businessId, callId }),
        onPlayoutFinished: () => publish({ kind: 'agent_quiet', businessId, callId }),
      };
    },
  });
}
