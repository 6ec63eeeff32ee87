import type { Script } from '../../sandbox/script/schema.ts';
import { type Random, randomOf } from '../soak/random.ts';
import { parseScript } from '../../sandbox/script/parse.ts';
import { playVirtually } from './play.ts';

/** Calls in which the caller speaks over every reply, at random, and what the engine made of it. */

const CANCEL_TOO_LATE = 'response_cancel_not_active';
/** A hole so soon after the caller began to speak is the agent giving way, not a hole, ms. */
const YIELD_MS = 3000;
/** Interruptions in one call. */
const PER_CALL = 10;

const STORIES = [
  'המחירים אצלנו תלויים בסוג הטיפול ובמצב הרכב, ולכן כדאי להגיע לבדיקה ראשונית שאינה עולה כסף ואינה מחייבת אתכם בדבר',
  'אנחנו פתוחים בימים ראשון עד חמישי משמונה בבוקר ועד שש בערב, וביום שישי רק עד הצהריים, ובשבת אנחנו סגורים כמובן',
  'אפשר להגיע אלינו ברכבת או באוטובוס, התחנה נמצאת במרחק הליכה קצר, ויש גם חניה בשפע מאחורי הבניין הגדול והלבן',
];
const TURNS = ['רגע, אני רוצה לשאול על משהו אחר לגמרי', 'לא, חכו, זה לא מה ששאלתי אתכם', 'עצרו, יש לי עוד שאלה חשובה'];
const SHORT_TURNS = ['רגע', 'לא', 'עצור'];
const BACKCHANNELS = ['אהה', 'כן', 'אוקיי'];

/** What many interruptions came to. */
export interface InterruptionFigures {
  readonly calls: number;
  /** Times the line was cleared. */
  readonly interruptions: number;
  readonly truncates: number;
  /** Errors the model answered with, but for a cancel that crossed the reply's own end: that is nobody's fault. */
  readonly rejected: number;
  /** Times the agent got the floor back. */
  readonly resumed: number;
  /** Distance of a truncate from what the telephone played, ms. */
  readonly offMs: { readonly p50: number; readonly p95: number; readonly max: number };
  /** Holes in the agent's speech while the caller is silent. */
  readonly underruns: number;
  /** Seeds of calls that did not end once, or left something behind. */
  readonly failedSeeds: readonly number[];
}

/** One call's script out of a seed. */
export function interruptedCall(seed: number): Script {
  const random = randomOf(seed);
  const conversation: object[] = [{ caller: 'שלום, ספרו לי עליכם בבקשה' }];
  for (let index = 0; index < PER_CALL; index++) {
    const story = STORIES[Math.floor(random() * STORIES.length)] ?? '';
    conversation.push({ agent: `${index + 1}. ${story}.` }, interruption(random));
  }
  conversation.push({ agent: 'בסדר גמור.' }, { hang_up: true });
  // JSON is YAML: the script is checked like one from a file.
  const script = {
    title: `קטיעות ${seed}`,
    settings: { auto_end_on_goodbye: false, silence_reprompt_sec: 120 },
    model: { speed: 2 + Math.floor(random() * 8) },
    twilio: { latency_ms: 5 + Math.floor(random() * 115) },
    conversation,
  };
  return parseScript(JSON.stringify(script), `interruptions ${seed}`);
}

function interruption(random: Random): object {
  const kind = random();
  const words = kind < 0.7 ? TURNS : kind < 0.85 ? SHORT_TURNS : BACKCHANNELS;
  const caller = words[Math.floor(random() * words.length)];
  return { caller, interrupt_after_ms: 300 + Math.floor(random() * 4500) };
}

/** Plays calls until there were `count` interruptions. `progress` is told how many there were. */
export async function playInterruptions(
  { count, seed }: { readonly count: number; readonly seed: number },
  progress: (interruptions: number) => void = () => {},
): Promise<InterruptionFigures> {
  const off: number[] = [];
  const failedSeeds: number[] = [];
  let [calls, interruptions, rejected, resumed, underruns] = [0, 0, 0, 0, 0];
  for (; interruptions < count; calls++) {
    const outcome = await playVirtually(interruptedCall(seed + calls));
    const happened = (kind: string) => outcome.events.filter((event) => event.kind === kind);
    interruptions += happened('clear').length;
    rejected += happened('model_error').filter((event) => event.fields['code'] !== CANCEL_TOO_LATE).length;
    resumed += happened('log').filter((event) => event.fields['event'] === 'agent_resumed').length;
    for (const { toldMs, playedMs } of outcome.truncates ?? []) off.push(Math.abs(toldMs - playedMs));
    const spoken = happened('caller_speaks').map((event) => event.at);
    const isYielded = (holeAt: number) => spoken.some((at) => holeAt > at && holeAt < at + YIELD_MS);
    underruns += outcome.heard.underruns.filter(({ at, gapMs }) => !isYielded(at) && !isYielded(at - gapMs)).length;
    if (outcome.ends !== 1 || outcome.leftovers.length > 0) failedSeeds.push(seed + calls);
    progress(interruptions);
  }
  off.sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round((off[Math.min(off.length - 1, Math.floor(share * off.length))] ?? 0) * 10) / 10;
  return {
    calls,
    interruptions,
    truncates: off.length,
    rejected,
    resumed,
    offMs: { p50: at(0.5), p95: at(0.95), max: at(1) },
    underruns,
    failedSeeds,
  };
}
