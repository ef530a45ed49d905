import { SECONDS_OF_MONTH } from '../prices/price';
import { Billed } from './bill-facts';
import { postingFunctions } from './functions';
import type { Load } from './load';
import { posting } from './posting';
import { REQUESTS_OF_ENTRY } from './publish-cost';

/** Requests a second of both queues: hints, and batches of deliveries. Each is sent, received and deleted. */
export function queueRequests(load: Load): number {
  return (load.topics * posting(load).hints + postingFunctions(load).queueBatches) * REQUESTS_OF_ENTRY;
}

/** Requests of a month with which the event source of a queue finds it empty. */
export function emptyPolls(): number {
  return (Billed.queuePollers.value * SECONDS_OF_MONTH) / Billed.pollSeconds.value;
}
