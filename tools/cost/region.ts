/** Region of all prices of the price list. */
export const PRICED_REGION = 'us-east-1';
