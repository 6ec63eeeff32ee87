import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';

/** The figures of the web process, for `/metrics`. */
export function webMetrics(activeCalls: () => number): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'prosaas_active_calls',
    help: 'Calls this process runs at the moment',
    registers: [registry],
    collect() {
      this.set(activeCalls());
    },
  });
  return registry;
}
