import type { SideEvent, TurnRecord } from '../../domain/calls/index.ts';
import { mergeFragments } from '../../domain/calls/fragments.ts';
import { formatLength } from '../format.ts';
import { toolText } from '../labels.he.ts';
import { type BesideLine, conversationParts } from '../lists/conversation.ts';
import { turnAnchor } from '../turn-anchor.ts';
import { AlertIcon, CheckIcon, KeypadIcon, PersonIcon, SparkIcon } from './icons.tsx';
import { Ltr, Spoken } from './ltr.tsx';
import type { Playback } from './recording.tsx';

interface TranscriptProps {
  readonly turns: readonly TurnRecord[];
  /** Keys that were pressed and tools that were used. */
  readonly sideEvents: readonly SideEvent[];
  /** Turns may still come, and a turn without words may still get them. */
  readonly open: boolean;
  /** The agent is saying something whose words are not among the turns yet. */
  readonly agentSpeaking: boolean;
  /** Where the recording stands, and how to go elsewhere in it. Default: there is none. */
  readonly playback?: Playback;
}

/** The conversation as a chat, in the order it was held. */
export function Transcript({ turns, sideEvents, open, agentSpeaking, playback }: TranscriptProps) {
  const shown = mergeFragments(open ? turns : turns.filter((turn) => turn.text.trim() !== ''));
  const parts = conversationParts(shown, sideEvents);
  if (parts.length === 0 && !agentSpeaking) {
    return <p className="text-muted">{open ? 'עוד לא נאמר דבר.' : 'לא נאמר דבר בשיחה הזאת.'}</p>;
  }
  const atMs = playback?.atMs ?? null;
  const current = atMs === null ? null : turnAt(shown, atMs);
  return (
    <ol className="space-y-4">
      {parts.map((part, index) =>
        part.kind === 'turn' ? (
          <Bubble
            key={part.turn.itemId}
            turn={part.turn}
            isCurrent={part.turn.itemId === current}
            playFrom={playback?.playFrom ?? null}
          />
        ) : (
          <Beside key={`beside-${index}`} line={part.line} />
        ),
      )}
      {agentSpeaking ? <SpeakingBubble /> : null}
    </ol>
  );
}

/** Between the bubbles, and quieter than these: a key pressed, a tool used. */
function Beside({ line }: { line: BesideLine }) {
  const Icon = line.kind === 'keys' ? KeypadIcon : line.failed ? AlertIcon : CheckIcon;
  return (
    <li className="flex items-center justify-center gap-2 text-center text-sm text-muted">
      <Icon className={`size-4 shrink-0 ${line.kind === 'tool' && line.failed ? 'text-danger' : ''}`} />
      <span className="min-w-0 wrap-anywhere">
        {line.kind === 'keys' ? (
          <>
            הלקוח הקיש <Ltr className="font-semibold text-ink">{line.keys}</Ltr>
          </>
        ) : (
          toolText(line)
        )}
      </span>
      <Ltr className="tabular-nums">{formatLength(line.atMs)}</Ltr>
    </li>
  );
}

function Face({ agent }: { agent: boolean }) {
  const Icon = agent ? SparkIcon : PersonIcon;
  return (
    <span
      className={`grid size-8 shrink-0 place-items-center rounded-full ${agent ? 'bg-accent text-on-accent' : 'bg-sunken text-muted ring-1 ring-line ring-inset'}`}
    >
      <Icon className="size-4.5" />
    </span>
  );
}

/** Stands where the agent's turn will stand. Not announced: its words will be. */
function SpeakingBubble() {
  return (
    <li className="flex items-end gap-2.5" aria-hidden="true">
      <Face agent />
      <p className="flex items-center gap-2.5 rounded-bubble rounded-es-md bg-accent-soft px-4 py-3 text-sm font-medium text-accent-text">
        הסוכן מדבר
        <span className="flex gap-1">
          <span className="live-dot size-1.5 rounded-full bg-current" />
          <span className="live-dot size-1.5 rounded-full bg-current [animation-delay:0.25s]" />
          <span className="live-dot size-1.5 rounded-full bg-current [animation-delay:0.5s]" />
        </span>
      </p>
    </li>
  );
}

/** The turn that is heard at a moment of the call: the last that had begun by then. */
function turnAt(turns: readonly TurnRecord[], ms: number): string | null {
  return turns.findLast((turn) => turn.startedMs <= ms)?.itemId ?? null;
}

interface BubbleProps {
  readonly turn: TurnRecord;
  /** It is what the recording says now. */
  readonly isCurrent: boolean;
  /** Plays the recording from a moment of the call; null where there is none to play. */
  readonly playFrom: ((ms: number) => void) | null;
}

function Bubble({ turn, isCurrent, playFrom }: BubbleProps) {
  const agent = turn.speaker === 'agent';
  const play = playFrom === null ? undefined : () => playFrom(turn.startedMs);
  // The whole line for a pointer, its button for everyone else. Who marks words to copy them does not want to hear them.
  const playLine = play === undefined ? undefined : () => (window.getSelection()?.toString() ? undefined : play());
  return (
    <li
      id={turnAnchor(turn.itemId)}
      tabIndex={-1}
      data-current={isCurrent}
      aria-current={isCurrent ? 'true' : undefined}
      className={`turn flex scroll-mt-24 items-end gap-2.5 ${agent ? '' : 'flex-row-reverse'}`}
    >
      <Face agent={agent} />
      <div
        onClick={playLine}
        className={`turn-words ${playLine === undefined ? '' : 'cursor-pointer'} max-w-[85%] min-w-0 rounded-bubble px-4 py-2.5 sm:max-w-[75%] ${agent ? 'rounded-es-md bg-accent-soft forced-colors:border' : 'rounded-ee-md border border-line bg-sunken'}`}
      >
        <p className="flex items-baseline gap-2 text-sm text-muted">
          <span className="font-semibold">{agent ? 'סוכן' : 'לקוח'}</span>
          {play === undefined ? (
            <Ltr className="tabular-nums">{formatLength(turn.startedMs)}</Ltr>
          ) : (
            <button
              type="button"
              onClick={(event) => {
                event.stopPropagation();
                play();
              }}
              aria-label={`השמע מ־${formatLength(turn.startedMs)}`}
              className="on-paper inline-flex min-h-6 cursor-pointer items-center rounded-sm text-accent-text tabular-nums underline-offset-4 hover:underline"
            >
              <Ltr>{`▶ ${formatLength(turn.startedMs)}`}</Ltr>
            </button>
          )}
        </p>
        <p dir="auto" className="text-start wrap-break-word whitespace-pre-line">
          {turn.text.trim() === '' ? <span className="text-muted">מתמלל…</span> : <Spoken text={turn.text} />}
          {turn.interrupted ? <span aria-hidden="true"> —</span> : null}
        </p>
        {turn.interrupted ? <p className="mt-1 text-sm text-muted">הופסק באמצע: מוצגות רק המילים שנשמעו</p> : null}
      </div>
    </li>
  );
}
