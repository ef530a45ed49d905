import type { PlannedResource } from '../preflight/planned-stack';
import { readCanary } from './read-canary';
import { FUNCTIONS, type FunctionName, type Stage, type StageFunction, type StageService } from './stage';

type Properties = PlannedResource['properties'];

/** Log groups that never expire count as a year. */
const DAYS_OF_YEAR = 365;

/** Reads the billed settings of a stage from the resources of its template. Values that only a deployment knows are not needed. */
export function readStage(resources: readonly PlannedResource[]): Stage {
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  const count = (type: string) => of(type).length;
  const balancers = of('AWS::ElasticLoadBalancingV2::LoadBalancer').map(({ properties }) => properties);
  const services = of('AWS::ECS::Service').map((service) => readService(service, resources));
  const httpService = services.find(({ connectionsPerTask }) => connectionsPerTask === undefined);
  const servers = services.find(({ connectionsPerTask }) => connectionsPerTask !== undefined);
  const hasApi = of('AWS::ApiGatewayV2::Api').some(({ properties }) => properties.ProtocolType === 'WEBSOCKET');
  const stages = of('AWS::ApiGatewayV2::Stage').map(({ properties }) => properties);
  const acls = of('AWS::WAFv2::WebACL').map(({ properties }) => properties);
  const mappings = of('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties);
  const policies = of('AWS::ApplicationAutoScaling::ScalingPolicy').map(({ properties }) => properties);
  const alarms = of('AWS::CloudWatch::Alarm').map(({ properties }) => properties);
  const insights = of('AWS::ECS::Cluster').flatMap(({ properties }) => list(properties.ClusterSettings));
  const logDays = of('AWS::Logs::LogGroup').map(({ properties }) => Number(properties.RetentionInDays ?? DAYS_OF_YEAR));
  const hintQueues = resources.filter(({ id, type }) => type === 'AWS::SQS::Queue' && /HintQueue[0-9A-F]{8}$/.test(id));
  const dispatch = mappings.find((mapping) => refersToFunction(mapping.FunctionName, 'Dispatch'));
  const deliver = mappings.find((mapping) => refersToFunction(mapping.FunctionName, 'Deliver'));
  const canary = readCanary(resources);
  const concurrency = Number(object(deliver?.ScalingConfig).MaximumConcurrency);
  return {
    ...(hasApi ? { entry: 'apiGateway' } : servers && { entry: 'servers' }),
    gateway: count('AWS::CloudFront::Distribution') > 0 ? 'cloudFront' : 'none',
    zones: Math.max(1, ...balancers.map(({ Subnets }) => list(Subnets).length)),
    loadBalancers: balancers.length,
    addresses:
      count('AWS::EC2::EIP') +
      sum(balancers.map(({ Scheme, Subnets }) => (Scheme === 'internet-facing' ? list(Subnets).length : 0))),
    natGateways: count('AWS::EC2::NatGateway'),
    interfaceEndpoints: sum(
      of('AWS::EC2::VPCEndpoint').map(({ properties }) =>
        properties.VpcEndpointType === 'Interface' ? list(properties.SubnetIds).length : 0,
      ),
    ),
    hostedZones: new Set(of('AWS::Route53::RecordSet').map(({ properties }) => JSON.stringify(properties.HostedZoneId)))
      .size,
    webAcls: acls.length,
    webAclRules: sum(acls.map(({ Rules }) => list(Rules).length)),
    secrets: count('AWS::SecretsManager::Secret'),
    keys: count('AWS::KMS::Key'),
    images: count('AWS::ECS::TaskDefinition'),
    functions: readFunctions(resources),
    httpService,
    servers,
    routesWithMetrics: stages.some(
      ({ DefaultRouteSettings }) => object(DefaultRouteSettings).DetailedMetricsEnabled === true,
    )
      ? count('AWS::ApiGatewayV2::Route')
      : 0,
    writesAccessLog: stages.some(({ AccessLogSettings }) => AccessLogSettings !== undefined),
    flowLogs: count('AWS::EC2::FlowLog'),
    balancersWithLogs: balancers.filter(({ LoadBalancerAttributes }) =>
      list(LoadBalancerAttributes).some(({ Key, Value }) => Key === 'access_logs.s3.enabled' && Value === 'true'),
    ).length,
    clustersWithInsights: {
      standard: insights.filter(({ Value }) => Value === 'enabled').length,
      enhanced: insights.filter(({ Value }) => Value === 'enhanced').length,
    },
    mappingsWithMetrics: mappings.filter(({ MetricsConfig }) => MetricsConfig !== undefined).length,
    polledQueues: mappings.filter(({ EventSourceArn }) => isQueue(EventSourceArn, resources)).length,
    hasHintQueue: hintQueues.length > 0,
    logDays: Math.max(0, ...logDays),
    messageSeconds: Math.max(0, ...resources.flatMap(messageSeconds)),
    tables: {
      recovered: of('AWS::DynamoDB::Table').some(
        ({ properties }) => object(properties.PointInTimeRecoverySpecification).PointInTimeRecoveryEnabled === true,
      ),
    },
    userPools: tierOf(of('AWS::Cognito::UserPool')[0]?.properties),
    alarmMetrics: sum(alarms.filter((alarm) => !isFast(alarm)).map(metricsOf)),
    fastAlarmMetrics: sum(alarms.filter(isFast).map(metricsOf)),
    scalingPolicies: {
      standard: policies.filter((policy) => !isFastPolicy(policy)).length,
      fast: policies.filter(isFastPolicy).length,
    },
    compositeAlarms: count('AWS::CloudWatch::CompositeAlarm'),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    ...(canary && { canary }),
    ...(concurrency > 0 && { concurrency }),
    maxBatchingWindow: Number(dispatch?.MaximumBatchingWindowInSeconds ?? 0),
  };
}

function readFunctions(resources: readonly PlannedResource[]): Stage['functions'] {
  const found: Partial<Record<FunctionName, StageFunction>> = {};
  for (const name of FUNCTIONS) {
    const fn = resources.find(
      ({ id, type }) => type === 'AWS::Lambda::Function' && new RegExp(`${name}Function[0-9A-F]{8}$`).test(id),
    );
    if (fn) {
      const { MemorySize, TracingConfig, Environment } = fn.properties;
      const target = resources.find(
        ({ type, properties }) =>
          type === 'AWS::ApplicationAutoScaling::ScalableTarget' &&
          properties.ServiceNamespace === 'lambda' &&
          refersToFunction(properties.ResourceId, name),
      );
      found[name] = {
        memory: Number(MemorySize ?? 128),
        traced: object(TracingConfig).Mode === 'Active',
        writesMetrics: METRICS_VARIABLE in object(object(Environment).Variables),
        provisioned: Number(target?.properties.MinCapacity ?? 0),
      };
    }
  }
  return found;
}

/** Variable with which code writes metrics. */
const METRICS_VARIABLE = 'METRIC_LANE';

function readService(service: PlannedResource, resources: readonly PlannedResource[]): StageService {
  const task = resources.find(
    ({ id, type }) => type === 'AWS::ECS::TaskDefinition' && refers(service.properties.TaskDefinition, id),
  );
  const { Cpu, Memory, RuntimePlatform, ContainerDefinitions } = task?.properties ?? {};
  const environment = new Map(
    list(ContainerDefinitions)
      .flatMap((container) => list(container.Environment))
      .map(({ Name, Value }) => [String(Name), Value]),
  );
  const scaling = resources.filter(({ type }) => type.startsWith('AWS::ApplicationAutoScaling::'));
  const target = scaling.find(({ properties }) => refers(properties.ResourceId, service.id));
  const requests = scaling
    .filter(({ properties }) => target !== undefined && refers(properties.ScalingTargetId, target.id))
    .map(({ properties }) => object(properties.TargetTrackingScalingPolicyConfiguration))
    .find(
      ({ PredefinedMetricSpecification }) =>
        object(PredefinedMetricSpecification).PredefinedMetricType === 'ALBRequestCountPerTarget',
    );
  const connections = environment.get('CONNECTIONS_PER_TASK');
  const minTasks = Number(target?.properties.MinCapacity ?? service.properties.DesiredCount ?? 1);
  return {
    minTasks,
    maxTasks: Number(target?.properties.MaxCapacity ?? minTasks),
    cpu: Number(Cpu),
    memory: Number(Memory),
    architecture: object(RuntimePlatform).CpuArchitecture === 'ARM64' ? 'arm64' : 'x86',
    writesMetrics: environment.has(METRICS_VARIABLE),
    ...(requests && { requestsPerTask: Number(requests.TargetValue) }),
    ...(connections !== undefined && { connectionsPerTask: Number(connections) }),
  };
}

/** Seconds for which a function or a task keeps messages. */
function messageSeconds({ properties }: PlannedResource): number[] {
  const variables = object(object(properties.Environment).Variables).MESSAGE_RETENTION_SECONDS;
  const ofTasks = list(properties.ContainerDefinitions)
    .flatMap((container) => list(container.Environment))
    .filter(({ Name }) => Name === 'MESSAGE_RETENTION_SECONDS')
    .map(({ Value }) => Number(Value));
  return [...(variables === undefined ? [] : [Number(variables)]), ...ofTasks].filter((value) => value > 0);
}

function isQueue(arn: unknown, resources: readonly PlannedResource[]): boolean {
  return resources.some(({ id, type }) => type === 'AWS::SQS::Queue' && refers(arn, id));
}

function tierOf(pool: Properties | undefined): Stage['userPools'] {
  const tier = pool && String(pool.UserPoolTier ?? 'ESSENTIALS');
  return tier === 'LITE' || tier === 'PLUS' || tier === undefined ? tier : 'ESSENTIALS';
}

/** Metrics that AWS bills for an alarm: each that an expression reads. */
function metricsOf({ Metrics }: Properties): number {
  return Metrics === undefined ? 1 : list(Metrics).filter(({ MetricStat }) => MetricStat !== undefined).length;
}

/** True for an alarm with a period below a minute. */
function isFast({ Period, Metrics }: Properties): boolean {
  const periods = [Period, ...list(Metrics).map(({ MetricStat }) => object(MetricStat).Period)];
  return periods.some((period) => typeof period === 'number' && period < 60);
}

/** True for a policy whose metric has a value each 20 s. */
function isFastPolicy({ TargetTrackingScalingPolicyConfiguration }: Properties): boolean {
  const { PredefinedMetricSpecification } = object(TargetTrackingScalingPolicyConfiguration);
  return String(object(PredefinedMetricSpecification).PredefinedMetricType).endsWith('HighResolution');
}

/** True if a value refers to a resource with a logical id, or to its alias. */
function refers(value: unknown, id: string): boolean {
  return new RegExp(`"${id}(Alias\\w*)?"`).test(JSON.stringify(value ?? null));
}

/** True if a value refers to the function of a lane, or to its alias. */
function refersToFunction(value: unknown, name: FunctionName): boolean {
  return new RegExp(`"\\w*${name}Function([0-9A-F]{8}|Alias)\\w*"`).test(JSON.stringify(value ?? null));
}

function list(value: unknown): readonly Properties[] {
  return Array.isArray(value) ? value : [];
}

function object(value: unknown): Properties {
  return typeof value === 'object' && value !== null ? (value as Properties) : {};
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
