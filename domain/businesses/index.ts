export { createBusiness, type CreatedBusiness, type NewBusiness } from './create.ts';
export { getBusiness, updateBusiness, type BusinessFacts, type BusinessPatch } from './business.ts';
