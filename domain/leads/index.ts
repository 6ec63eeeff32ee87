export { saveLeadDetails, type LeadDetails, type LeadFields } from './save.ts';
