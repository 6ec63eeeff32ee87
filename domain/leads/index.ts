export { saveLeadDetails, type LeadDetails, type LeadFields, type SavedLead } from './save.ts';
export { leadsOfCalls, type LeadsOfCalls } from './of-calls.ts';
export { getLead, listLeads, type LeadFilter, type LeadSummary } from './list.ts';
export { fieldOrigins, type FieldOrigin } from './origins.ts';
export { leadFieldsOf, ownLeadFields, type LeadField, type LeadFieldKind } from './fields.ts';
