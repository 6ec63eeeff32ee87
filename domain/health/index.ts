export { judge, readHealth, type Health, type HealthFacts, type Part, type PartState } from './health.ts';
