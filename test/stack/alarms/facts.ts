import { Environment } from '../../../lambda/environment';
import type { Resources } from './concrete';

/** Settings of a stack on which thresholds depend, read from its template. */
export interface Facts {
  /** Logical ids of functions and queues, except the canary's function: a run that fails is one without metrics, which its alarm is about. */
  readonly functions: readonly string[];
  readonly deadLetterQueues: readonly string[];

  /** Bounds of the tasks of a lane; undefined for a lane without tasks. */
  readonly httpTasks: Bounds | undefined;
  readonly webSocketTasks: Bounds | undefined;

  readonly reservedConcurrencyOfHttp: number | undefined;

  /** Kind of the canary; undefined without one. */
  readonly canary: 'scheduled' | 'synthetics' | undefined;

  /** True if functions deliver messages from the log. */
  readonly delivers: boolean;

  /** True if the servers of the WebSocket lane have no load balancer of their own. */
  readonly sharesLoadBalancer: boolean;
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** Functions that only CloudFormation invokes, during a deployment. */
const DEPLOY_TIME = /CustomResource|CustomCDK|^Custom/;

export function factsOf(resources: Resources): Facts {
  const ids = (type: string) => Object.keys(resources).filter((id) => resources[id]?.Type === type);
  const isCanary = (id: string) =>
    resources[id]?.Properties?.Environment?.Variables?.[Environment.CANARY_NAME] !== undefined;
  const all = ids('AWS::Lambda::Function').filter((id) => !DEPLOY_TIME.test(id));
  const functions = all.filter((id) => !isCanary(id));
  const scheduled = all.some(isCanary) ? 'scheduled' : undefined;
  const httpFunction = functions.find((id) => /HttpLane/.test(id));
  const boundsOf = (lane: RegExp): Bounds | undefined => {
    const target = ids('AWS::ApplicationAutoScaling::ScalableTarget').find((id) => lane.test(id));
    const { ServiceNamespace, MinCapacity, MaxCapacity } = (target && resources[target]?.Properties) ?? {};
    return ServiceNamespace === 'ecs' ? { least: MinCapacity, most: MaxCapacity } : undefined;
  };
  const webSocketTasks = boundsOf(/WebSocketLane/);
  return {
    functions,
    deadLetterQueues: ids('AWS::SQS::Queue').filter((id) => /DeadLetter/.test(id)),
    httpTasks: boundsOf(/HttpLane/),
    webSocketTasks,
    canary: ids('AWS::Synthetics::Canary').length > 0 ? 'synthetics' : scheduled,
    delivers: functions.some((id) => /Delivery/.test(id)),
    reservedConcurrencyOfHttp: httpFunction && resources[httpFunction]?.Properties.ReservedConcurrentExecutions,
    sharesLoadBalancer:
      webSocketTasks !== undefined &&
      !ids('AWS::ElasticLoadBalancingV2::LoadBalancer').some((id) => /WebSocketLane/.test(id)),
  };
}
