/** Watches the processor that it is on, when it comes before all else there. */
import { answerRequests } from '../part';
import { standstill } from '../standstill';

export interface Watch {
  readonly seconds: number;
}

answerRequests(async ({ seconds }: Watch) => ({ stoodStill: standstill(seconds) }));
