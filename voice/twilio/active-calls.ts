import type { Session } from '../session/session.ts';

/** The calls this process runs at the moment, by CallSid. */
export class ActiveCalls {
  readonly #sessions = new Map<
    string,
    { readonly session: Session; readonly businessId: string; readonly callId: string }
  >();
  #whenEmpty: (() => void)[] = [];

  add(
    callSid: string,
    call: { readonly session: Session; readonly businessId: string; readonly callId: string },
  ): void {
    this.#sessions.set(callSid, call);
  }

  get(callSid: string): Session | undefined {
    return this.#sessions.get(callSid)?.session;
  }

  /** Forgets a call; only the session that is registered, not a later one of the same call. */
  remove(callSid: string, session: Session): void {
    if (this.#sessions.get(callSid)?.session === session) this.#sessions.delete(callSid);
    if (this.#sessions.size > 0) return;
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** The calls still going on, grouped by business, for renewing their leases. */
  running(): ReadonlyMap<string, readonly string[]> {
    const byBusiness = new Map<string, string[]>();
    for (const { session, businessId, callId } of this.#sessions.values()) {
      if (session.endReason !== null) continue;
      const ids = byBusiness.get(businessId);
      if (ids === undefined) byBusiness.set(businessId, [callId]);
      else ids.push(callId);
    }
    return byBusiness;
  }

  /** Asks every call to end politely. */
  endAll(): void {
    for (const { session } of this.#sessions.values()) session.end();
  }

  /** Resolves when no call is left. */
  empty(): Promise<void> {
    if (this.#sessions.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }
}
