import pg from 'pg';

/**
 * A pool whose lost connections end no process. `onError` hears of those that were idle. One that is lost in use rejects
 * what it was used for; but between the moment a new one stands and the moment its user listens to it nobody does, and
 * a server that goes just then says both in one breath.
 */
export function openPool(config: pg.PoolConfig, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('error', onError);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return pool;
}
