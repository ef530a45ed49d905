import { randomBytes } from 'node:crypto';

/** @returns a new trace of AWS X-Ray that is not sampled: `Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=0` */
export function traceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
