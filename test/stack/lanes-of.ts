import { Environment } from '../../lambda/environment';

/** The parts of a CloudFormation resource that are read here. */
interface Resource {
  Type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a template's properties have any shape
  Properties: any;
  DependsOn?: string | string[];
  /** Has the deployment group of an alias. */
  UpdatePolicy?: unknown;
}

export type Resources = Record<string, Resource>;

export interface Lanes {
  /** Logical ids and external names that the lane is connected to. */
  readonly http: ReadonlySet<string>;
  readonly webSocket: ReadonlySet<string>;
  /** Those of the distribution in front of the lanes, with its page; empty without one. */
  readonly gateway: ReadonlySet<string>;
  /** Those of the canary; empty without one. */
  readonly canary: ReadonlySet<string>;
}

/** Types of a lane's entry points: its API or load balancer, and the target groups to which a listener forwards. */
const ENTRY_POINTS = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
];

/**
 * Walks the template's graph from each lane's entry points along every reference in both directions, so that a role or
 * security group that both lanes use is reached from both. The walk ends at `meetingPoints`, whose other connections do
 * not belong to the lane. Resources that only read metrics of the lanes connect nothing. A third walk begins at the distribution: the function that copies the page, which CloudFormation calls
 * during a deployment, belongs to the gateway, and to no lane. A fourth walk begins at the canary.
 */
export function lanesOf(resources: Resources, meetingPoints: ReadonlySet<string>): Lanes {
  const graph = new Map<string, Set<string>>();
  for (const [id, resource] of Object.entries(resources)) {
    if (onlyReadsMetrics(resource, resources)) continue;
    for (const other of references(resource, resources)) {
      connect(graph, id, other);
      connect(graph, other, id);
    }
  }
  const from = (lane: string) => {
    const entryPoints = ENTRY_POINTS.flatMap((type) => idsOf(resources, type)).filter((id) => id.includes(lane));
    return walk(graph, entryPoints, meetingPoints);
  };
  const distributions = new Set(idsOf(resources, 'AWS::CloudFront::Distribution'));
  const ends = new Set([...meetingPoints].filter((id) => !distributions.has(id)));
  return {
    http: from('HttpLane'),
    webSocket: from('WebSocketLane'),
    gateway: walk(graph, [...distributions], ends),
    canary: walk(graph, canariesIn(resources), meetingPoints),
  };
}

/** @returns the functions of canaries, and those of CloudWatch Synthetics */
function canariesIn(resources: Resources): string[] {
  const functions = idsOf(resources, 'AWS::Lambda::Function').filter(
    (id) => resources[id]?.Properties.Environment?.Variables?.[Environment.CANARY_NAME] !== undefined,
  );
  return [...functions, ...idsOf(resources, 'AWS::Synthetics::Canary')];
}

/**
 * @returns true for a dashboard, and for an alarm that at most notifies a topic. An alarm that scales tasks, or does anything else, can
 * connect lanes
 */
function onlyReadsMetrics({ Type, Properties }: Resource, resources: Resources): boolean {
  if (!/^AWS::CloudWatch::(Alarm|CompositeAlarm)$/.test(Type)) {
    return Type === 'AWS::CloudWatch::Dashboard';
  }
  return ['AlarmActions', 'OKActions', 'InsufficientDataActions']
    .flatMap((actions): unknown[] => Properties[actions] ?? [])
    .every((action) =>
      typeof action === 'string'
        ? /^arn:[\w-]+:sns:/.test(action)
        : resources[(action as { readonly Ref?: string }).Ref ?? '']?.Type === 'AWS::SNS::Topic',
    );
}

export function idsOf(resources: Resources, type: string): string[] {
  return Object.keys(resources).filter((id) => resources[id]?.Type === type);
}

/** Quota of the account that a lane's tasks use; empty for a lane without tasks. */
export function taskQuotas(resources: Resources, lane: ReadonlySet<string>): Set<string> {
  return new Set(idsOf(resources, 'AWS::ECS::Service').some((id) => lane.has(id)) ? ['vCPUs of Fargate'] : []);
}

/**
 * Concurrency pools of a lane's functions: the reserved concurrency of a function, or that of the account. Functions that
 * only CloudFormation invokes, during deployment, do not count.
 */
export function concurrencyPools(resources: Resources, lane: ReadonlySet<string>): Set<string> {
  const deployTime = new Set(
    Object.values(resources).flatMap(({ Properties }) => Properties?.ServiceToken?.['Fn::GetAtt']?.[0] ?? []),
  );
  return new Set(
    idsOf(resources, 'AWS::Lambda::Function')
      .filter((id) => lane.has(id) && !deployTime.has(id))
      .map((id) => (resources[id]?.Properties.ReservedConcurrentExecutions === undefined ? 'account' : id)),
  );
}

/** Names of resources outside the template, for example of another stack or of AWS, except for AWS's managed policies. */
const EXTERNAL = /^(sg-|subnet-|vpc-|arn:(\$\{AWS::Partition\}|[^:$]+):(?!iam::aws:))/;

/** @returns logical ids and external names that a resource refers to. */
export function references({ Properties, UpdatePolicy, DependsOn = [] }: Resource, resources: Resources): Set<string> {
  const found = new Set<string>([DependsOn].flat());
  JSON.stringify({ ...Properties, UpdatePolicy }, (key, value) => {
    if (key === 'Ref' && value in resources) {
      found.add(value);
    } else if (key === 'Fn::GetAtt') {
      found.add(value[0]);
    } else if (key === 'Fn::Join' && !Object.keys(resources).some((id) => JSON.stringify(value).includes(`"${id}"`))) {
      addExternal(joined(value));
    } else if (typeof value === 'string' && !/[:/]$/.test(value)) {
      addExternal(value);
    }
    return value;
  });
  return found;

  function addExternal(name: string): void {
    if (EXTERNAL.test(name)) {
      found.add(name);
    }
  }
}

/** @returns the text of a `Fn::Join`, in which pseudo parameters are `${AWS::AccountId}` */
function joined([separator, parts]: [string, (string | Record<string, string>)[]]): string {
  return parts
    .map((part) => (typeof part === 'string' ? part : (part['Fn::Sub'] ?? `\${${part.Ref}}`)))
    .join(separator);
}

function connect(graph: Map<string, Set<string>>, from: string, to: string): void {
  graph.set(from, (graph.get(from) ?? new Set()).add(to));
}

function walk(graph: ReadonlyMap<string, Set<string>>, start: string[], end: ReadonlySet<string>): Set<string> {
  const reached = new Set<string>(start);
  for (const id of reached) {
    if (!end.has(id)) {
      for (const next of graph.get(id) ?? []) {
        reached.add(next);
      }
    }
  }
  return reached;
}
