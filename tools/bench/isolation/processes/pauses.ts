/** Measures pauses of its processor. Requires real-time priority. */
import { answerRequests } from '../benchmark-process';
import { pausedShareOf } from '../processor-pauses';

export interface PausesRequest {
  readonly seconds: number;
}

answerRequests(async ({ seconds }: PausesRequest) => ({ pausedShare: pausedShareOf(seconds) }));
