export { judge, readHealth, worstOf, type Health, type HealthFacts, type Part, type PartState } from './health.ts';
