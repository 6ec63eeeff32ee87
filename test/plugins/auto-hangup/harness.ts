import { autoHangupHooks } from '../../../plugins/auto-hangup/hooks.ts';
import { SAVE_LEAD_DETAILS } from '../../../plugins/auto-hangup/lead-result.ts';
import { autoHangupSettings } from '../../../plugins/auto-hangup/settings.ts';
import type { CallView, Command, Commands, EndReason } from '../../../voice/plugin.ts';

/** Speech enough for every word, ghosts included. */
const CLEAR_MS = 900;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A conversation told to the hooks event by event, with the view an engine would show. */
export class Talk {
  readonly commands: Command[] = [];
  readonly view: Mutable<CallView> = {
    at: 0,
    phase: 'active',
    pendingHangup: null,
    leadCaptured: false,
    goodbyeDetected: false,
    agentSpeaking: false,
    replyPending: false,
    callerSpeaking: false,
    callerTurns: 0,
    agentTurns: 0,
    lastAgentText: null,
  };
  readonly #hooks;
  #items = 0;

  constructor(settings: Record<string, unknown> = {}) {
    this.#hooks = autoHangupHooks(
      autoHangupSettings.parse({ auto_end_after_lead_capture: true, auto_end_on_goodbye: true, ...settings }),
    );
  }

  /** The agent says this and is heard to its end. */
  agent(text: string): this {
    const itemId = this.agentBegins(text);
    return this.agentEnds(itemId, text);
  }

  agentBegins(text: string): string {
    const itemId = `agent_${(this.#items += 1)}`;
    Object.assign(this.view, { agentSpeaking: true, agentTurns: this.view.agentTurns + 1 });
    this.#take(this.#hooks.onAgentSpeechStarted?.({ at: 0, itemId }, this.view));
    this.#take(this.#hooks.onAgentGenerated?.({ at: 0, itemId, text }, this.view));
    return itemId;
  }

  agentEnds(itemId: string, text: string, interrupted = false): this {
    Object.assign(this.view, { agentSpeaking: false, lastAgentText: text });
    this.#take(this.#hooks.onAgentTurn?.({ at: 0, itemId, text, interrupted }, this.view));
    return this;
  }

  /** The caller says this; its words are known at once. */
  caller(text: string, provenSpeechMs = CLEAR_MS): this {
    return this.words(this.callerCommits(provenSpeechMs), text, provenSpeechMs);
  }

  callerCommits(provenSpeechMs = CLEAR_MS): { itemId: string; answers: string | null } {
    const itemId = `caller_${(this.#items += 1)}`;
    this.view.callerSpeaking = false;
    this.#take(this.#hooks.onCallerCommitted?.({ at: 0, itemId, provenSpeechMs }, this.view));
    return { itemId, answers: this.view.lastAgentText };
  }

  words(turn: { itemId: string; answers: string | null }, text: string, provenSpeechMs = CLEAR_MS): this {
    this.view.callerTurns += 1;
    this.#take(this.#hooks.onCallerTurn?.({ at: 0, ...turn, text, provenSpeechMs }, this.view));
    return this;
  }

  tool(saved: Record<string, string>, confirmed = false, missing: string[] = []): this {
    const result = { saved, missing, confirmed, next: '' };
    this.#take(this.#hooks.onToolOutcome?.({ at: 0, name: SAVE_LEAD_DETAILS, result }, this.view));
    return this;
  }

  outcome(name: string, result: unknown): this {
    this.#take(this.#hooks.onToolOutcome?.({ at: 0, name, result }, this.view));
    return this;
  }

  timer(id: string): this {
    this.#take(this.#hooks.onTimer?.(id, this.view));
    return this;
  }

  set(view: Partial<CallView>): this {
    Object.assign(this.view, view);
    return this;
  }

  /** Why the call ends, or null. */
  get ended(): EndReason | null {
    return this.view.pendingHangup;
  }

  get farewell(): string | null {
    const end = this.commands.find((command) => command.type === 'end_call');
    return end?.say ?? null;
  }

  #take(commands: Commands): void {
    for (const command of commands ?? []) {
      this.commands.push(command);
      if (command.type === 'mark') {
        if (command.leadCaptured !== undefined) this.view.leadCaptured = command.leadCaptured;
        if (command.goodbyeDetected !== undefined) this.view.goodbyeDetected = command.goodbyeDetected;
      }
      if (command.type === 'end_call') this.view.pendingHangup ??= command.reason;
    }
  }
}

export const DETAILS = { name: 'דני כהן', phone: '0501234567', topic: 'תור לבדיקת שיניים' };
export const READ_BACK =
  'אז רשמתי: השם דני כהן, הטלפון אפס חמש אפס, אחת שתיים שלוש, ארבע חמש שש שבע, ותור לבדיקת שיניים. נכון?';
