export { audit, commandActor, systemActor, type Actor, type Deed } from './record.ts';
export {
  auditFacets,
  readAudit,
  type AuditFacets,
  type AuditFilter,
  type AuditPage,
  type AuditRecord,
} from './read.ts';
