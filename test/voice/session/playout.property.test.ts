import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PlayoutLedger } from '../../../sandbox/twilio/ledger.ts';
import { Playout as Line } from '../../../sandbox/twilio/playout.ts';
import type { Playout } from '../../../voice/session/playout.ts';
import {
  EMPTY_PLAYOUT,
  complete,
  enqueue,
  heardMs,
  isIdle,
  lineEndsAt,
  markHeard,
  pump,
  setPaused,
} from '../../../voice/session/playout.ts';

type Action =
  | { readonly kind: 'audio'; readonly bytes: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'pause' | 'resume' };

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 3000 }).map((bytes) => ({ kind: 'audio' as const, bytes })) },
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 300 }).map((ms) => ({ kind: 'pass' as const, ms })) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'pause' as const }, { kind: 'resume' as const }) },
);

/** The ledger against the line it sends to; every byte it is given counts up, so that order and loss can be seen. */
class Rig {
  playout: Playout = EMPTY_PLAYOUT;
  at = 0;
  received = 0;
  readonly sent: number[] = [];
  readonly #line = new Line(new PlayoutLedger());
  #padded = false;

  give(bytes: number): void {
    const audio = Uint8Array.from({ length: bytes }, () => this.received++ % 251);
    this.playout = enqueue(this.playout, { itemId: 'a', responseId: 'r', contentIndex: 0 }, audio);
    this.pump();
  }

  pump(): void {
    const result = pump(this.playout, this.at);
    this.playout = result.playout;
    for (const { audio, mark } of result.messages) {
      expect(audio.length % 160).toBe(0);
      expect(this.#padded).toBe(false);
      // Only the very last message may be filled up.
      const content = Math.min(audio.length, this.received - this.sent.length);
      this.#padded = content < audio.length;
      this.sent.push(...audio.subarray(0, content));
      this.#marks(this.#line.push(audio, this.at));
      this.#marks(this.#line.mark(mark, this.at));
    }
    if (result.messages.length > 0) expect(lineEndsAt(this.playout) - this.at).toBeLessThanOrEqual(240);
    this.check();
  }

  /** Time passes; marks come back when the line has played, and the ledger is pumped as a timer would. */
  pass(ms: number): void {
    for (let step = 0; step < ms; step += 5) {
      this.at += 5;
      this.#marks(this.#line.advance(this.at));
      this.pump();
    }
  }

  check(): void {
    const heard = heardMs(this.playout, 'a', this.at) * 8;
    const known = this.playout.items.some((item) => item.itemId === 'a');
    if (!known) return;
    expect(heard).toBeLessThanOrEqual(this.sent.length);
    expect(this.sent.length).toBeLessThanOrEqual(this.received);
  }

  #marks(output: readonly { readonly kind: string; readonly name?: string }[]): void {
    for (const event of output) {
      if (event.kind === 'mark') this.playout = markHeard(this.playout, event.name ?? '', this.at).playout;
    }
  }
}

test('whatever the chunks, bytes go out in order, none lost, none twice; heard ≤ sent ≤ received at all times', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 40 }), (actions) => {
      const rig = new Rig();
      for (const step of actions) {
        if (step.kind === 'audio') rig.give(step.bytes);
        else if (step.kind === 'pass') rig.pass(step.ms);
        else {
          rig.playout = setPaused(rig.playout, step.kind === 'pause');
          rig.pump();
        }
      }
      rig.playout = complete(setPaused(rig.playout, false), 'a').playout;
      rig.pump();
      rig.pass(rig.received / 8 + 500);
      expect(rig.sent).toEqual(Array.from({ length: rig.received }, (_, index) => index % 251));
      expect(isIdle(rig.playout)).toBe(true);
      expect(rig.playout.items).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
