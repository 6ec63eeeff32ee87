import type { Outcome } from '../outcome.ts';
import type { CallEvent, EventKind } from '../timeline.ts';
import { eventsOf, fits, matches, turnLine, turnWord, wordOf } from './match.ts';
import type { CallExpectation, TurnWord } from './schema.ts';

/** Why an expectation is not judged. */
export const NOT_SEEN = 'not seen over real sockets';

/** What became of one expectation. */
export interface Verdict {
  /** Where it stands in the file. */
  readonly path: readonly (string | number)[];
  readonly expected: string;
  /** Null: it was met. */
  readonly happened: string | null;
  /** Why it could not be judged; null when it was. */
  readonly skipped: string | null;
}

type Report = (path: readonly (string | number)[], expected: string, happened: string | null) => void;
type Checks = { readonly [Key in keyof CallExpectation]-?: (word: NonNullable<CallExpectation[Key]>) => void };

/** Holds the call as a whole against its `expect` block. */
export function judgeCall(expectation: CallExpectation, outcome: Outcome): Verdict[] {
  const verdicts: Verdict[] = [];
  const report: Report = (path, expected, happened) =>
    verdicts.push({ path: ['expect', ...path], expected, happened, skipped: null });
  const skip = (path: readonly (string | number)[], expected: string) =>
    verdicts.push({ path: ['expect', ...path], expected, happened: null, skipped: NOT_SEEN });
  const sees = (path: readonly (string | number)[], expected: string, kinds: readonly EventKind[]): boolean => {
    const seen = kinds.every((kind) => outcome.sees.has(kind));
    if (!seen) skip(path, expected);
    return seen;
  };
  const { events, turns } = outcome;
  const spoken = turns.filter((turn) => turn.text !== '');
  const { lateMs, earlyMs, truncateMs, holeMs } = outcome.tolerance;
  const within = (path: readonly (string | number)[], what: string, took: number | null, max: number) =>
    report(
      path,
      `${what} within ${max} ms`,
      took === null ? 'it never came' : took > max + lateMs ? `after ${round(took)} ms` : null,
    );
  const first = (kind: EventKind) => events.find((event) => event.kind === kind)?.at ?? null;

  const checks: Checks = {
    end: (reasons) => {
      const ok = reasons.some((reason) => reason === outcome.endReason);
      report(
        ['end'],
        `the call ends by ${reasons.join(' or ')}`,
        ok ? null : `it ended by ${outcome.endReason ?? 'nothing'}`,
      );
    },
    transcript: (words) => {
      words.forEach((word, index) => {
        const turn = spoken[index];
        const happened = turn === undefined ? 'no such turn' : fits(turn, word) ? null : turnLine(turn);
        report(['transcript', index], `turn ${index + 1} is «${turnWord(word)}»`, happened);
      });
      const more = spoken.slice(words.length);
      if (more.length > 0)
        report(['transcript'], `${words.length} turns`, `${more.length} more: ${more.map(turnLine).join(' | ')}`);
    },
    transcript_has: (words) => {
      let from = 0;
      words.forEach((word: TurnWord, index) => {
        const found = spoken.findIndex((turn, place) => place >= from && fits(turn, word));
        report(
          ['transcript_has', index],
          `a turn «${turnWord(word)}» in this order`,
          found >= 0 ? null : `the turns: ${spoken.map(turnLine).join(' | ')}`,
        );
        if (found >= 0) from = found + 1;
      });
    },
    transcript_lacks: (words) => {
      words.forEach((word, index) => {
        const found = spoken.find((turn) => matches(turn.text, word));
        report(['transcript_lacks', index], `no turn is «${word}»`, found === undefined ? null : turnLine(found));
      });
    },
    played_to_end: (wanted) =>
      report(
        ['played_to_end'],
        wanted ? 'the script is played to its end' : 'the call ends before its script',
        outcome.playedToEnd === wanted
          ? null
          : wanted
            ? 'the call ended before its script did'
            : 'it was played to its end',
      ),
    never: (words) => {
      words.forEach(({ what, matching, after, before }, index) => {
        const name = wordOf({ what, matching, nth: undefined });
        const when = `${after === undefined ? '' : ` after ${wordOf(after)}`}${before === undefined ? '' : ` before ${wordOf(before)}`}`;
        const path = ['never', index];
        const kinds = [
          what,
          ...(after === undefined ? [] : [after.what]),
          ...(before === undefined ? [] : [before.what]),
        ];
        if (!sees(path, `no ${name}${when}`, kinds)) return;
        const start = after === undefined ? null : eventsOf(events, after)[0];
        const end = before === undefined ? null : eventsOf(events, before)[0];
        if (start === undefined)
          return report(path, `no ${name}${when}`, `there was no ${wordOf(after as never)} at all`);
        const begins = start === null ? -1 : events.indexOf(start);
        const ends = end === null || end === undefined ? Infinity : events.indexOf(end);
        const found = eventsOf(events, { what, matching, nth: undefined }).find((event) => {
          const place = events.indexOf(event);
          return place > begins && place < ends;
        });
        report(path, `no ${name}${when}`, found === undefined ? null : describe(found));
      });
    },
    counts: (words) => {
      for (const [kind, amount] of Object.entries(words)) {
        if (amount === undefined) continue;
        const { min, max } = amount;
        const wanted = min === max ? `${min}` : `${min} to ${max}`;
        if (!sees(['counts', kind], `${kind} ${wanted} time(s)`, [kind as EventKind])) continue;
        const count = events.filter((event) => event.kind === kind).length;
        report(['counts', kind], `${kind} ${wanted} time(s)`, count >= min && count <= max ? null : `${count} time(s)`);
      }
    },
    times: (words) => {
      words.forEach(({ from, to, max_ms, min_ms }, index) => {
        const limits = `${min_ms === undefined ? '' : ` at least ${min_ms} ms`}${max_ms === undefined ? '' : ` at most ${max_ms} ms`}`;
        const expected = `from ${wordOf(from)} to ${wordOf(to)}${limits}`;
        if (!sees(['times', index], expected, [from.what, to.what])) return;
        const start = eventsOf(events, from)[0];
        const end = eventsOf(events, to).find(
          (event) => start !== undefined && event.at >= start.at && event !== start,
        );
        const took = start === undefined || end === undefined ? null : end.at - start.at;
        const ok = took !== null && took <= (max_ms ?? Infinity) + lateMs && took >= (min_ms ?? 0) - earlyMs;
        const missing = start === undefined ? from : to;
        report(
          ['times', index],
          expected,
          ok ? null : took === null ? `there was no ${wordOf(missing)}` : `${round(took)} ms`,
        );
      });
    },
    first_agent_audio_within_ms: (max) => {
      const opened = first('stream_open');
      const audible = first('agent_audible');
      within(
        ['first_agent_audio_within_ms'],
        'the agent is heard',
        audible === null || opened === null ? null : audible - opened,
        max,
      );
    },
    hang_up_within_ms: (max) => {
      const over = first('line_over');
      const { lastAudibleAt } = outcome;
      within(
        ['hang_up_within_ms'],
        'the line is hung up',
        over === null || lastAudibleAt === null ? null : over - lastAudibleAt,
        max,
      );
      if (over !== null && lastAudibleAt !== null && over < lastAudibleAt - 1 - earlyMs)
        report(
          ['hang_up_within_ms'],
          'the last words are heard to their end',
          `hung up ${round(lastAudibleAt - over)} ms before`,
        );
    },
    truncates: ({ count, within_ms: max }) => {
      const { truncates } = outcome;
      if (truncates === null) return skip(['truncates'], `every truncate within ${max} ms of what was heard`);
      if (count !== undefined) {
        const ok = truncates.length >= count.min && truncates.length <= count.max;
        report(
          ['truncates', 'count'],
          `${count.min}${count.max === count.min ? '' : ` to ${count.max}`} truncate(s)`,
          ok ? null : `${truncates.length}`,
        );
      }
      truncates.forEach(({ toldMs, playedMs }, index) => {
        const off = Math.abs(toldMs - playedMs);
        report(
          ['truncates', 'within_ms'],
          `truncate ${index + 1} within ${max} ms of what was heard`,
          off <= max + truncateMs
            ? null
            : `the model was told ${round(toldMs)} ms, the caller heard ${round(playedMs)} ms`,
        );
      });
    },
    underruns: (max) => {
      const underruns = outcome.heard.underruns.filter(({ gapMs }) => gapMs > holeMs);
      const list = underruns.map(({ at, gapMs }) => `${round(gapMs)} ms at ${round(at)}`).join(', ');
      report(
        ['underruns'],
        max === 0 ? 'no hole in the agent’s speech' : `at most ${max} hole(s)`,
        underruns.length <= max ? null : list,
      );
    },
    gaps_ms: (max) => {
      const longest = Math.max(0, ...outcome.heard.underruns.map(({ gapMs }) => gapMs));
      report(['gaps_ms'], `no hole longer than ${max} ms`, longest <= max + holeMs ? null : `${round(longest)} ms`);
    },
    cleared_ms: (max) => {
      const most = Math.max(0, ...outcome.heard.dropped.filter(({ reason }) => reason === 'clear').map(({ ms }) => ms));
      const happened = most <= max + lateMs ? null : `${round(most)} ms`;
      report(['cleared_ms'], `no clear throws away more than ${max} ms`, happened);
    },
    log: (words) => {
      words.forEach(({ event, fields, count }, index) => {
        const found = events.filter(
          (line) =>
            line.kind === 'log' &&
            line.fields['event'] === event &&
            Object.entries(fields).every(([key, value]) => JSON.stringify(line.fields[key]) === JSON.stringify(value)),
        ).length;
        const { min, max } = count ?? { min: 1, max: Infinity };
        const wanted = `log line ${event}${Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`}`;
        report(['log', index], wanted, found >= min && found <= max ? null : `${found} of them`);
      });
    },
    no_log: (words) => {
      words.forEach((name, index) => {
        const found = events.find((line) => line.kind === 'log' && line.fields['event'] === name);
        report(['no_log', index], `no log line ${name}`, found === undefined ? null : describe(found));
      });
    },
    model_heard: (words) => {
      const { modelHeard } = outcome;
      const ok =
        words.length === modelHeard.length && words.every((word, index) => matches(modelHeard[index] ?? '', word));
      report(['model_heard'], `the model hears ${words.join(' | ')}`, ok ? null : modelHeard.join(' | '));
    },
    lead: (wanted) => {
      const { lead } = outcome;
      if (lead === null) return skip(['lead'], 'the details of the caller');
      for (const [key, value] of Object.entries(wanted)) {
        const saved = lead[key];
        report(
          ['lead', key],
          `${key} is «${value}»`,
          saved !== undefined && matches(saved, value) ? null : (saved ?? 'nothing was saved'),
        );
      }
    },
    allow: () => {},
  };
  for (const key of Object.keys(checks) as (keyof CallExpectation)[]) {
    const word = expectation[key];
    // Sound: each check takes the word of its own key.
    if (word !== undefined) (checks[key] as (value: unknown) => void)(word);
  }
  return verdicts;
}

export function describe(event: CallEvent): string {
  return `${event.kind} at ${(event.at / 1000).toFixed(3)} s: ${event.text}`;
}

function round(ms: number): number {
  return Math.round(ms);
}
