/** The stack, Region and account of a resource in a blueprint. */
export const PLACE = { stack: 'App', region: 'us-east-1', accountId: '000000000000' };
