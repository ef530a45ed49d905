import type { Resources } from './concrete';

/** Settings of a stack on which thresholds depend, read from its template. */
export interface Facts {
  /** Logical ids of functions and queues. */
  readonly functions: readonly string[];
  readonly deadLetterQueues: readonly string[];

  /** Bounds of the tasks of a lane; undefined for a lane without tasks. */
  readonly httpTasks: Bounds | undefined;
  readonly webSocketTasks: Bounds | undefined;

  readonly reservedConcurrencyOfHttp: number | undefined;

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
  const functions = ids('AWS::Lambda::Function').filter((id) => !DEPLOY_TIME.test(id));
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
    delivers: functions.some((id) => /Delivery/.test(id)),
    reservedConcurrencyOfHttp: httpFunction && resources[httpFunction]?.Properties.ReservedConcurrentExecutions,
    sharesLoadBalancer:
      webSocketTasks !== undefined &&
      !ids('AWS::ElasticLoadBalancingV2::LoadBalancer').some((id) => /WebSocketLane/.test(id)),
  };
}
