export { createBusiness, type CreatedBusiness, type NewBusiness } from './create.ts';
export {
  changeBusiness,
  getBusiness,
  isTimeZone,
  updateBusiness,
  type BusinessFacts,
  type BusinessPatch,
} from './business.ts';
