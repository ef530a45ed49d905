import { renewalsPerSecond } from './clients';
import { Cost } from './facts';
import type { Load } from './load';

/** Write units a second of the admission table: tickets of new connections, and the rate limits of publishers. */
export function admissionWrites(load: Load): number {
  return renewalsPerSecond(load) * Cost.ticketWrites.value + load.topics * load.rate * Cost.publishWrites.value;
}
