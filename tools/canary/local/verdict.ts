import type { CanaryReport } from '../../../lambda/canary/canary';

/** @returns the result of a run in one or two sentences: the lane that fails, and the one that works */
export function verdict({ signIn, http, webSocket, delivery }: CanaryReport['checks']): string {
  const lanes = lanesOf(http.outcome, webSocket.outcome);
  if (signIn.outcome === 'failed') {
    return `The canary cannot sign in. ${lanes}`;
  }
  if (delivery.outcome === 'passed') {
    return `${lanes} A published message arrives.`;
  }
  return delivery.outcome === 'failed' ? `${lanes} But a published message does not arrive.` : lanes;
}

type Outcome = CanaryReport['checks']['http']['outcome'];

function lanesOf(http: Outcome, webSocket: Outcome): string {
  return http === webSocket
    ? { passed: 'Both lanes work.', failed: 'Both lanes fail.', notTried: 'Neither lane was checked.' }[http]
    : `The HTTP lane ${WORDS[http]}. The WebSocket lane ${WORDS[webSocket]}.`;
}

const WORDS: Readonly<Record<Outcome, string>> = { passed: 'works', failed: 'fails', notTried: 'was not checked' };
