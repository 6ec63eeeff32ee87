/** The name of the field in which a form says about which business it is. */
export const BUSINESS = '_business';
