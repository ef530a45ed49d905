/** @returns a logical id without the eight hexadecimal digits that the CDK appends: `Orders` for `Orders5F2A91C0` */
export function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
