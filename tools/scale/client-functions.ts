import { framesOfClients, renewalsPerSecond } from './clients';
import type { Load } from './load';

/** Invocations a second of each function that answers clients of an API Gateway API. */
export interface ClientInvocations {
  readonly connect: number;
  readonly disconnect: number;
  readonly message: number;
}

export function clientInvocations(load: Load): ClientInvocations {
  const renewals = renewalsPerSecond(load);
  return { connect: renewals, disconnect: renewals, message: framesOfClients(load) };
}
