import type { CallDetail } from '../../domain/calls/index.ts';
import type { ReceivedDelivery } from '../../sandbox/receiver/index.ts';
import type { Script } from '../../sandbox/script/schema.ts';
import type { SandboxCall } from '../../sandbox/twilio/index.ts';

/** What `--json` prints. */
export interface DemoOutcome {
  readonly callSid: string;
  readonly endReason: string | null;
  /** From the database, in the order of the conversation. */
  readonly turns: readonly {
    readonly speaker: 'agent' | 'caller';
    readonly text: string;
    readonly interrupted: boolean;
    readonly startedMs: number;
    readonly endedMs: number | null;
  }[];
  readonly transcript: string;
  /** As the receiver got them. */
  readonly deliveries: readonly {
    readonly status: number | string;
    readonly body: unknown;
    readonly headers: unknown;
  }[];
  readonly timings: DemoTimings;
}

export interface DemoTimings {
  /** From the ring to the TwiML of the first webhook, ms. */
  readonly answeredMs: number | null;
  /** From the start of the media stream to the first agent audio at the caller's ear, ms. */
  readonly firstAgentAudioMs: number | null;
  /** From the end of the call to its arrival at the receiver, ms. */
  readonly endToDeliveryMs: number | null;
  /** What the caller heard of each scripted agent line, on the sandbox Twilio's playout: ms since the stream began. */
  readonly heard: readonly {
    readonly line: number;
    readonly text: string | null;
    readonly fromMs: number;
    readonly toMs: number;
    readonly playedMs: number;
  }[];
  /** Named moments the product recorded: ms on the call's clock. */
  readonly call: Readonly<Record<string, number>>;
}

/** Puts together what the database, the receiver and the sandbox's Twilio saw of one call. */
export function outcomeOf(parts: {
  readonly call: SandboxCall;
  readonly detail: CallDetail;
  readonly deliveries: readonly ReceivedDelivery[];
  readonly script: Script;
  /** Wall clock of the end of the call, ms since 1970. */
  readonly endedAt: number;
}): DemoOutcome {
  const { call, detail, deliveries, script, endedAt } = parts;
  const streamStart = call.streams[0]?.startedAt ?? call.createdAt;
  const first = call.heard.audible()[0];
  return {
    callSid: call.sid,
    endReason: detail.endReason,
    turns: detail.turns.map(({ speaker, text, interrupted, startedMs, endedMs }) => ({
      speaker,
      text,
      interrupted,
      startedMs,
      endedMs,
    })),
    transcript: detail.transcript ?? '',
    deliveries: deliveries.map(({ answered, body, headers }) => ({ status: answered, body, headers })),
    timings: {
      answeredMs: call.answeredAt === null ? null : rounded(call.answeredAt - call.createdAt),
      firstAgentAudioMs: first === undefined ? null : rounded(first.from - streamStart),
      endToDeliveryMs: deliveries[0] === undefined ? null : rounded(deliveries[0].at - endedAt),
      heard: call.heard.lines().map((line) => {
        const runs = call.heard.runs.filter((run) => run.line === line);
        const entry = script.conversation[line];
        return {
          line,
          text: entry?.kind === 'agent' ? entry.agent : null,
          fromMs: rounded((runs[0]?.startedAt ?? streamStart) - streamStart),
          toMs: rounded((runs.at(-1)?.endedAt ?? streamStart) - streamStart),
          playedMs: rounded(call.heard.playedMsOf(line)),
        };
      }),
      call: detail.timings,
    },
  };
}

function rounded(ms: number): number {
  return Math.round(ms);
}
