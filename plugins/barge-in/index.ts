import { z } from 'zod';
import { type Hooks, definePlugin } from '../../voice/plugin.ts';
import { speechDetector } from './detector.ts';

/** The agent has the word and plays nothing at this moment. */
const PAUSE = new Uint8Array(160).fill(0xff);

const settings = z.object({ barge_in_enabled: z.boolean().default(true) });

/** The caller may interrupt: while the agent speaks, clear speech of the caller takes the floor. */
export const bargeIn = definePlugin({
  name: 'barge-in',
  settings,
  card: { tab: 'ai', title: 'קטיעת הסוכן' },
  fields: {
    barge_in_enabled: {
      control: 'switch',
      label: 'לאפשר ללקוח לקטוע את הסוכן באמצע דיבור',
      help: 'כשהלקוח מתחיל לדבר, הסוכן משתתק ומקשיב. רעשים קצרים אינם קוטעים.',
    },
  },
  call({ barge_in_enabled }): Hooks {
    if (!barge_in_enabled) return {};
    const detector = speechDetector();
    let paused = false;
    const reset = () => {
      detector.reset();
      paused = false;
    };
    return {
      onCallerFrame(frame, view) {
        // Every frame is listened to: what the line sounds like without a voice is learnt all the time.
        const verdict = detector.push({ ...frame, reference: frame.reference ?? (view.agentSpeaking ? PAUSE : null) });
        // Once a hang-up is decided the agent's last words are heard to their end.
        if (!view.agentSpeaking || view.pendingHangup !== null) return;
        if (verdict === 'speaking') {
          reset();
          return [{ type: 'offer_floor' }];
        }
        if (verdict === 'suspected' && !paused) {
          paused = true;
          return [{ type: 'pause_playout' }];
        }
        if (verdict === 'quiet' && paused) {
          paused = false;
          return [{ type: 'resume_playout' }];
        }
        return;
      },
      onAgentSpeechStarted: reset,
      onPlayoutFinished: reset,
    };
  },
});
