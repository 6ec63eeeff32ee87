/** PostgreSQL: connection exceptions, too many connections, shutting down, cannot connect now. */
const SQLSTATE = /^(08...|53300|57P0[1-5])$/;
/** Node's sockets and Prisma's words for a server that is away. */
const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'P2037',
]);
/** How deep a cause is looked for. */
const MAX_DEPTH = 5;

/** Whether an error says that a server of ours could not be reached: trying again helps as soon as it is back. */
export function isOutage(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < MAX_DEPTH && typeof cause === 'object' && cause !== null; depth++) {
    const { code, originalCode } = cause as { code?: unknown; originalCode?: unknown };
    for (const one of [code, originalCode]) {
      if (typeof one === 'string' && (AWAY.has(one) || SQLSTATE.test(one) || one === 'queue_unavailable')) return true;
    }
    cause = (cause as { cause?: unknown }).cause;
  }
  return false;
}
