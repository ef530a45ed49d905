import { clientInvocations } from '../scale/client-functions';
import { dispatching } from '../scale/dispatching';
import { Cost } from '../scale/facts';
import { postingFunctions, type Work } from '../scale/functions';
import { httpRequestsPerSecond } from '../scale/http-requests';
import type { CostLoad } from './cost-load';
import type { FunctionName, Stage } from './stage';

/** Work of each function of a stage each second, of those that a load invokes. */
export function invocationsOf(stage: Stage, load: CostLoad): Readonly<Partial<Record<FunctionName, Work>>> {
  const answering = (invocations: number): Work => ({ invocations, seconds: invocations * Cost.answerSeconds.value });
  const { connect, disconnect, message } = clientInvocations(load);
  const { push, deliver } = postingFunctions(load);
  const works: Readonly<Partial<Record<FunctionName, Work>>> = {
    Connect: answering(connect),
    Disconnect: answering(disconnect),
    Message: answering(message),
    Dispatch: dispatching(load),
    Push: push,
    Deliver: deliver,
    Service: answering(httpRequestsPerSecond(load, load.httpRequestsPerSecond)),
  };
  return Object.fromEntries(Object.entries(works).filter(([name]) => name in stage.functions));
}
