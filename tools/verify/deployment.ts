import { z } from 'zod';
import { Output } from '../../lib/outputs';
import { CommandError } from '../cli';
import type { StackOutputs } from './stack-outputs';

/** A scalable target of Application Auto Scaling, and its expected limits. */
export interface Scaling {
  /** `service/CLUSTER/SERVICE` or `function:NAME:ALIAS`, as Application Auto Scaling names it. */
  readonly resourceId: string;
  readonly min: number;
  readonly max: number;
}

/** The tokens that both lanes accept. */
export interface Tokens {
  readonly issuer: string;
  readonly audience: string;
  /** URL of the issuer's keys; absent if the service discovers it. */
  readonly keysUrl?: string;
  readonly algorithms: readonly string[];
}

/** Target of the records of a host. */
export interface AliasTarget {
  readonly name: string;
  /** Id of the hosted zone of the name, which alias records in Route 53 need. */
  readonly zoneId: string;
}

/** A queue of SQS. */
export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
}

/** The WebSocket API and its stage. */
export interface WebSocketApi {
  readonly id: string;
  readonly stage: string;
  readonly host: string;
  /** Path of the host at which the API answers, without the slash: `socket` with a gateway, and else empty. */
  readonly mappingKey: string;
  readonly certificateArn: string;
  /** Requests a second. */
  readonly rateLimit: number;
  /** Requests. */
  readonly burstLimit: number;
}

/** A CloudFront distribution in front of both lanes. */
export interface Distribution {
  /** Host that clients use: `app.example.com`. */
  readonly host: string;
  readonly id: string;
  /** Target of the records of the host. */
  readonly alias: AliasTarget;
  readonly certificateArn: string;
  /** True if a bucket answers the paths that the lanes do not use. */
  readonly hasPage: boolean;
  /** True if it reaches the load balancers within the VPC. False if public ones require its secret. */
  readonly internalLoadBalancers: boolean;
}

/** The functions that post messages to servers. */
interface Posting {
  /** Ids of their security groups. */
  readonly securityGroups: readonly string[];
  /** Names of the functions. */
  readonly functions: readonly string[];
}

/** A client that checks both lanes: a function with a schedule, or a canary of CloudWatch Synthetics. */
export interface Canary {
  readonly type: 'scheduled' | 'synthetics';
  /** Name of the function, or of the canary. */
  readonly name: string;
  /** Absent if it does not sign in. */
  readonly secretArn?: string;
}

/** The alarms of the lanes, the dashboard and the canary. */
export interface Operation {
  /** Topic that the alarms notify. */
  readonly alarmTopicArn: string;
  /** Names of the alarms that notify: composite ones, and metric alarms of conditions that last. */
  readonly healthAlarms: readonly string[];
  /** Absent without a dashboard. */
  readonly dashboard?: string;
  /** Names of the alarms on errors and latency of both lanes. */
  readonly rollbackAlarms: readonly string[];
  /** True if such an alarm rolls back a deployment of a service of its lane. */
  readonly deploymentAlarms: boolean;
  /** Absent without a canary. */
  readonly canary?: Canary;
}

/** Servers of a lane behind a load balancer. */
export interface Servers {
  readonly loadBalancerArn: string;
  readonly listenerArn: string;
  readonly targetGroupArn: string;
}

/** The stack's outputs, parsed: the resources to check, and the expected numbers. */
export interface Deployment {
  readonly stack: string;
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Host of the HTTP lane itself, which a distribution can be in front of. */
  readonly httpHost: string;
  /** Host of the WebSocket lane itself. The lanes have the same host if their load balancer is the gateway. */
  readonly webSocketHost: string;
  /** Path at which clients open WebSockets: `/socket` with a gateway, and else empty. */
  readonly socketPath: string;
  /** Absent without a distribution in front of both lanes. */
  readonly distribution?: Distribution;
  /** Absent if the records are in another account or at another DNS provider. */
  readonly hostedZoneId?: string;
  /** Target of the records of the HTTP host. Absent for an internal load balancer, whose host has no records. */
  readonly httpAlias?: AliasTarget;
  /** Target of the records of the WebSocket host. Absent for an internal load balancer. */
  readonly webSocketAlias?: AliasTarget;
  readonly httpCertificateArn: string;
  readonly webSocketCertificateArn: string;
  readonly loadBalancerArn: string;
  /** Expected address type of the load balancer: `dualstack` or `ipv4`. */
  readonly ipAddressType: string;
  /** Absent if the load balancer has no web ACL. */
  readonly webAclArn?: string;
  readonly listenerArn: string;
  readonly targetGroupArn: string;
  /** Absent if the HTTP lane is not scaled. */
  readonly httpScaling?: Scaling;
  /** Absent if the WebSocket lane has another entry. */
  readonly webSocketApi?: WebSocketApi;
  /** Servers of the WebSocket lane; absent if it has another entry. */
  readonly webSocketServers?: Servers;
  /** Absent if no functions post to servers. */
  readonly posting?: Posting;
  readonly webSocketScaling: readonly Scaling[];
  /** `reserved` is the expected reserved concurrency, absent if there is none. `traced` is true for a function with tracing. */
  readonly functions: readonly { readonly name: string; readonly reserved?: number; readonly traced: boolean }[];
  /** Accepted tokens; absent if authentication is disabled. */
  readonly tokens?: Tokens;
  readonly messageLogTable: string;
  readonly connectionTable: string;
  /** Absent if authentication is disabled. */
  readonly admissionTable?: string;
  /** The queue of hints about new messages. */
  readonly hintQueue: Queue;
  /** The queue between the functions that deliver messages. Absent if no messages are delivered from the log. */
  readonly deliveryQueue?: Queue;
  readonly deadLetterQueues: readonly Queue[];
  /** Absent if the stack has no alarms. */
  readonly operation?: Operation;
  /** True if the tables and the load balancer must have deletion protection. */
  readonly deletionProtection: boolean;
}

/** Parses the outputs. @throws {CommandError} with the name of every output that is missing or invalid */
export function parseDeployment({ stack, values }: StackOutputs): Deployment {
  const parsed = Outputs.safeParse(values);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new CommandError(
      `The outputs of ${stack} are invalid: ${problems.join('; ')}. Fix: pass a Twinlane stack that this version deployed.`,
    );
  }
  const outputs = parsed.data;
  const [, partition = '', , region = '', account = ''] = outputs[Output.LOAD_BALANCER_ARN].split(':');
  const resourceId = outputs[Output.HTTP_SCALABLE_TARGET];
  const capacity = outputs[Output.HTTP_CAPACITY];
  const issuer = outputs[Output.TOKEN_ISSUER];
  const audience = outputs[Output.TOKEN_AUDIENCE];
  const keysUrl = outputs[Output.TOKEN_KEYS_URL];
  const algorithms = outputs[Output.TOKEN_ALGORITHMS]?.split(',');
  const deliveryQueueUrl = outputs[Output.DELIVERY_QUEUE_URL];
  const untraced = listed(outputs[Output.UNTRACED_FUNCTIONS]);
  const queue = (url: string): Queue => {
    const name = url.slice(url.lastIndexOf('/') + 1);
    return { name, arn: `arn:${partition}:sqs:${region}:${account}:${name}`, url };
  };
  return {
    stack,
    partition,
    region,
    account,
    httpHost: outputs[Output.HTTP_HOST] ?? new URL(outputs[Output.HTTP_URL]).hostname,
    webSocketHost: outputs[Output.WEBSOCKET_HOST] ?? new URL(outputs[Output.WEBSOCKET_URL]).hostname,
    socketPath: pathOf(outputs[Output.WEBSOCKET_URL]),
    distribution: distributionIn(outputs),
    hostedZoneId: outputs[Output.HOSTED_ZONE_ID],
    httpAlias: aliasTarget(outputs[Output.HTTP_ALIAS_TARGET], outputs[Output.HTTP_ALIAS_TARGET_ZONE_ID]),
    webSocketAlias: aliasTarget(outputs[Output.WEBSOCKET_ALIAS_TARGET], outputs[Output.WEBSOCKET_ALIAS_TARGET_ZONE_ID]),
    httpCertificateArn: outputs[Output.HTTP_CERTIFICATE_ARN],
    webSocketCertificateArn: outputs[Output.WEBSOCKET_CERTIFICATE_ARN],
    loadBalancerArn: outputs[Output.LOAD_BALANCER_ARN],
    ipAddressType: outputs[Output.LOAD_BALANCER_IP_ADDRESS_TYPE],
    webAclArn: outputs[Output.WEB_ACL_ARN],
    listenerArn: outputs[Output.LISTENER_ARN],
    targetGroupArn: outputs[Output.TARGET_GROUP_ARN],
    httpScaling: resourceId && capacity ? scaling(resourceId, capacity) : undefined,
    webSocketApi: webSocketApiIn(outputs),
    webSocketServers: webSocketServersIn(outputs),
    posting: postingIn(outputs),
    webSocketScaling: items(outputs[Output.WEBSOCKET_SCALABLE_TARGETS]).map(([name, limits]) => scaling(name, limits)),
    functions: items(outputs[Output.FUNCTIONS]).map(([name, reserved]) => ({
      name,
      reserved: reserved === '' ? undefined : Number(reserved),
      traced: !untraced.includes(name),
    })),
    tokens: issuer && audience && algorithms ? { issuer, audience, keysUrl, algorithms } : undefined,
    messageLogTable: outputs[Output.MESSAGE_LOG_TABLE],
    connectionTable: outputs[Output.CONNECTION_TABLE],
    admissionTable: outputs[Output.ADMISSION_TABLE],
    hintQueue: queue(outputs[Output.HINT_QUEUE_URL]),
    deliveryQueue: deliveryQueueUrl === undefined ? undefined : queue(deliveryQueueUrl),
    deadLetterQueues: listed(outputs[Output.DEAD_LETTER_QUEUE_URLS]).map(queue),
    operation: operationIn(outputs),
    deletionProtection: outputs[Output.DELETION_PROTECTION] === 'true',
  };
}

const SCALABLE_TARGET = '(?:service/[^/,=]+/[^/,=]+|function:[^:,=]+:[^:,=]+)';

const QUEUE_URL = 'https://[^/,\\s]+/[0-9]+/[^/,\\s]+';

const like = (pattern: string, example: string) =>
  z.string({ error: 'is missing' }).regex(new RegExp(`^(?:${pattern})$`), {
    error: ({ input }) => `must look like ${example}, got ${JSON.stringify(input)}`,
  });
const text = like('.+', 'a name');
const arn = (service: string) => like(`arn:[^:]+:${service}:[^:]+:[0-9]+:.+`, `an ARN of ${service}`);
const issuerUrl = like('https://[^?#\\s]+', 'https://login.example.com/');
const keysUrl = like('https://[^#\\s]+', 'https://login.example.com/keys');
const dnsName = like('[A-Za-z0-9.-]+', 'd-1.execute-api.us-east-1.amazonaws.com');
const host = like('[a-z0-9.-]+', 'api.example.com');
const count = like('[0-9]+', '500');

const Outputs = z
  .object({
    [Output.HTTP_URL]: like('https://[a-z0-9.-]+/?', 'https://api.example.com'),
    [Output.WEBSOCKET_URL]: like('wss://[a-z0-9.-]+(?:/[a-z]*)?', 'wss://ws.example.com'),
    [Output.HTTP_HOST]: host.optional(),
    [Output.WEBSOCKET_HOST]: host.optional(),
    [Output.GATEWAY_DISTRIBUTION_ID]: text.optional(),
    [Output.GATEWAY_ALIAS_TARGET]: dnsName.optional(),
    [Output.GATEWAY_ALIAS_TARGET_ZONE_ID]: text.optional(),
    [Output.GATEWAY_CERTIFICATE_ARN]: like(
      'arn:[^:]+:acm:us-east-1:[0-9]+:.+',
      'an ARN of acm in us-east-1',
    ).optional(),
    [Output.GATEWAY_PAGE_BUCKET]: text.optional(),
    [Output.HOSTED_ZONE_ID]: text.optional(),
    [Output.HTTP_ALIAS_TARGET]: dnsName.optional(),
    [Output.HTTP_ALIAS_TARGET_ZONE_ID]: text.optional(),
    [Output.WEBSOCKET_ALIAS_TARGET]: dnsName.optional(),
    [Output.WEBSOCKET_ALIAS_TARGET_ZONE_ID]: text.optional(),
    [Output.HTTP_CERTIFICATE_ARN]: arn('acm'),
    [Output.WEBSOCKET_CERTIFICATE_ARN]: arn('acm'),
    [Output.LOAD_BALANCER_ARN]: arn('elasticloadbalancing'),
    [Output.LOAD_BALANCER_IP_ADDRESS_TYPE]: like('dualstack|ipv4', 'dualstack'),
    [Output.WEB_ACL_ARN]: arn('wafv2').optional(),
    [Output.LISTENER_ARN]: arn('elasticloadbalancing'),
    [Output.TARGET_GROUP_ARN]: arn('elasticloadbalancing'),
    [Output.HTTP_SCALABLE_TARGET]: like(SCALABLE_TARGET, 'service/CLUSTER/SERVICE').optional(),
    [Output.HTTP_CAPACITY]: like('[0-9]+-[0-9]+', '2-10').optional(),
    [Output.WEBSOCKET_API_ID]: text.optional(),
    [Output.WEBSOCKET_STAGE]: text.optional(),
    [Output.WEBSOCKET_RATE_LIMIT]: count.optional(),
    [Output.WEBSOCKET_BURST_LIMIT]: count.optional(),
    [Output.MANAGEMENT_ENDPOINT]: like('https://[a-z0-9.-]+(?:/[a-z]*)?', 'https://ws.example.com').optional(),
    [Output.MANAGEMENT_CERTIFICATE_ARN]: arn('acm').optional(),
    [Output.WEBSOCKET_LOAD_BALANCER_ARN]: arn('elasticloadbalancing').optional(),
    [Output.WEBSOCKET_LISTENER_ARN]: arn('elasticloadbalancing').optional(),
    [Output.WEBSOCKET_TARGET_GROUP_ARN]: arn('elasticloadbalancing').optional(),
    [Output.POSTING_SECURITY_GROUP]: list('sg-[^,]+', 'sg-0123456789abcdef0').optional(),
    [Output.POSTING_FUNCTIONS]: list('[^,=]+', 'NAME,OTHER').optional(),
    [Output.WEBSOCKET_SCALABLE_TARGETS]: list(`${SCALABLE_TARGET}=[0-9]+-[0-9]+`, 'function:NAME:ALIAS=1-5'),
    [Output.FUNCTIONS]: list('[^,=]+=[0-9]*', 'NAME=50,OTHER='),
    [Output.UNTRACED_FUNCTIONS]: list('[^,=]+', 'NAME,OTHER'),
    [Output.TOKEN_ISSUER]: issuerUrl.optional(),
    [Output.TOKEN_AUDIENCE]: text.optional(),
    [Output.TOKEN_KEYS_URL]: keysUrl.optional(),
    [Output.TOKEN_ALGORITHMS]: like('[A-Za-z0-9]+(?:,[A-Za-z0-9]+)*', 'RS256,ES256').optional(),
    [Output.MESSAGE_LOG_TABLE]: text,
    [Output.CONNECTION_TABLE]: text,
    [Output.ADMISSION_TABLE]: text.optional(),
    [Output.HINT_QUEUE_URL]: like(QUEUE_URL, 'https://sqs.us-east-1.amazonaws.com/123456789012/NAME'),
    [Output.DELIVERY_QUEUE_URL]: like(QUEUE_URL, 'https://sqs.us-east-1.amazonaws.com/123456789012/NAME').optional(),
    [Output.DEAD_LETTER_QUEUE_URLS]: list(QUEUE_URL, 'https://sqs.us-east-1.amazonaws.com/123456789012/NAME'),
    [Output.ALARM_TOPIC_ARN]: arn('sns').optional(),
    [Output.HEALTH_ALARMS]: list('[^,]+', 'NAME-http,NAME-websocket').optional(),
    [Output.DASHBOARD_NAME]: text.optional(),
    [Output.ROLLBACK_ALARM_ARNS]: list('arn:[^,]+:alarm:[^,]+', 'an ARN of an alarm').optional(),
    [Output.DEPLOYMENT_ALARMS]: like('true|false', 'true').optional(),
    [Output.CANARY_FUNCTION]: text.optional(),
    [Output.CANARY_NAME]: text.optional(),
    [Output.CANARY_SECRET_ARN]: arn('secretsmanager').optional(),
    [Output.DELETION_PROTECTION]: like('true|false', 'true'),
  })
  .refine(...needs(Output.HTTP_SCALABLE_TARGET, Output.HTTP_CAPACITY))
  .refine(...needsOneOf(Output.HTTP_ALIAS_TARGET, Output.GATEWAY_ALIAS_TARGET))
  .refine(...needsOneOf(Output.WEBSOCKET_ALIAS_TARGET, Output.GATEWAY_ALIAS_TARGET))
  .refine(...needs(Output.HTTP_ALIAS_TARGET, Output.HTTP_ALIAS_TARGET_ZONE_ID))
  .refine(...needs(Output.WEBSOCKET_ALIAS_TARGET, Output.WEBSOCKET_ALIAS_TARGET_ZONE_ID))
  .refine(...needs(Output.GATEWAY_ALIAS_TARGET, Output.GATEWAY_ALIAS_TARGET_ZONE_ID))
  .refine(...needs(Output.GATEWAY_ALIAS_TARGET, Output.GATEWAY_CERTIFICATE_ARN))
  .refine(...needs(Output.GATEWAY_ALIAS_TARGET, Output.GATEWAY_DISTRIBUTION_ID))
  .refine(...needs(Output.GATEWAY_ALIAS_TARGET, Output.HTTP_HOST))
  .refine(...needs(Output.GATEWAY_ALIAS_TARGET, Output.WEBSOCKET_HOST))
  .refine(...needsOneOf(Output.WEBSOCKET_API_ID, Output.WEBSOCKET_TARGET_GROUP_ARN))
  .refine(...needs(Output.WEBSOCKET_API_ID, Output.WEBSOCKET_STAGE))
  .refine(...needs(Output.WEBSOCKET_API_ID, Output.WEBSOCKET_RATE_LIMIT))
  .refine(...needs(Output.WEBSOCKET_API_ID, Output.WEBSOCKET_BURST_LIMIT))
  .refine(...needs(Output.WEBSOCKET_API_ID, Output.MANAGEMENT_ENDPOINT))
  .refine(...needs(Output.WEBSOCKET_API_ID, Output.MANAGEMENT_CERTIFICATE_ARN))
  .refine(...needs(Output.WEBSOCKET_API_ID, Output.WEBSOCKET_ALIAS_TARGET))
  .refine(...needs(Output.WEBSOCKET_API_ID, Output.DELIVERY_QUEUE_URL))
  .refine(...needs(Output.WEBSOCKET_TARGET_GROUP_ARN, Output.WEBSOCKET_LOAD_BALANCER_ARN))
  .refine(...needs(Output.WEBSOCKET_TARGET_GROUP_ARN, Output.WEBSOCKET_LISTENER_ARN))
  .refine(...needs(Output.POSTING_SECURITY_GROUP, Output.POSTING_FUNCTIONS))
  .refine(...needs(Output.POSTING_FUNCTIONS, Output.POSTING_SECURITY_GROUP))
  .refine(...needs(Output.ALARM_TOPIC_ARN, Output.HEALTH_ALARMS))
  .refine(...needs(Output.HEALTH_ALARMS, Output.ALARM_TOPIC_ARN))
  .refine(...needs(Output.DASHBOARD_NAME, Output.ALARM_TOPIC_ARN))
  .refine(...needs(Output.ALARM_TOPIC_ARN, Output.ROLLBACK_ALARM_ARNS))
  .refine(...needs(Output.ALARM_TOPIC_ARN, Output.DEPLOYMENT_ALARMS))
  .refine(...needs(Output.CANARY_FUNCTION, Output.ALARM_TOPIC_ARN))
  .refine(...needs(Output.CANARY_NAME, Output.ALARM_TOPIC_ARN))
  .refine((outputs) => outputs[Output.GATEWAY_ALIAS_TARGET] !== undefined || hasOneHost(outputs), {
    path: [Output.GATEWAY_ALIAS_TARGET],
    error: `is missing, but ${Output.MANAGEMENT_ENDPOINT} has another host than ${Output.WEBSOCKET_URL}`,
  })
  .refine(...needs(Output.TOKEN_ISSUER, Output.TOKEN_AUDIENCE))
  .refine(...needs(Output.TOKEN_ISSUER, Output.TOKEN_ALGORITHMS));

/** True if clients connect to the API's own host, without a distribution in front of it. */
function hasOneHost({ [Output.WEBSOCKET_URL]: url, [Output.MANAGEMENT_ENDPOINT]: endpoint }: Record<string, unknown>) {
  return endpoint === undefined || new URL(String(url)).hostname === new URL(String(endpoint)).hostname;
}

function list(item: string, example: string) {
  return like(`none|${item}(?:,${item})*`, example);
}

/** Requires the output `name` or `other`. */
function needsOneOf(name: string, other: string) {
  const isThere = (outputs: Readonly<Record<string, string | undefined>>) =>
    outputs[name] !== undefined || outputs[other] !== undefined;
  const problem = { path: [name], error: `is missing, and ${other}, too`, when: () => true };
  return [isThere, problem] satisfies [unknown, object];
}

/** Requires the output `other` if `name` is present. */
function needs(name: string, other: string) {
  const isThere = (outputs: Readonly<Record<string, string | undefined>>) =>
    outputs[name] === undefined || outputs[other] !== undefined;
  // Also if other outputs are invalid, so that all problems are reported together.
  const when = () => true;
  const problem = { path: [other], error: `is missing, but ${name} is present`, when };
  return [isThere, problem] satisfies [unknown, object];
}

/** `a,b` → `['a', 'b']`, `none` → `[]` */
function listed(text: string): string[] {
  return text === 'none' ? [] : text.split(',');
}

/** `a=1,b=` → `[['a', '1'], ['b', '']]`, `none` → `[]` */
function items(text: string): [string, string][] {
  return listed(text).map((item) => {
    const [name = '', value = ''] = item.split('=');
    return [name, value];
  });
}

function scaling(resourceId: string, limits: string): Scaling {
  const [min, max] = limits.split('-');
  return { resourceId, min: Number(min), max: Number(max) };
}

/** @returns the path of a URL; empty for the root */
function pathOf(url: string): string {
  return new URL(url).pathname.replace(/\/$/, '');
}

function aliasTarget(name: string | undefined, zoneId: string | undefined): AliasTarget | undefined {
  return name && zoneId ? { name, zoneId } : undefined;
}

function distributionIn(outputs: z.output<typeof Outputs>): Distribution | undefined {
  const id = outputs[Output.GATEWAY_DISTRIBUTION_ID];
  const alias = aliasTarget(outputs[Output.GATEWAY_ALIAS_TARGET], outputs[Output.GATEWAY_ALIAS_TARGET_ZONE_ID]);
  const certificateArn = outputs[Output.GATEWAY_CERTIFICATE_ARN];
  return id && alias && certificateArn
    ? {
        ...{ id, alias, certificateArn },
        host: new URL(outputs[Output.HTTP_URL]).hostname,
        hasPage: outputs[Output.GATEWAY_PAGE_BUCKET] !== undefined,
        internalLoadBalancers: outputs[Output.HTTP_ALIAS_TARGET] === undefined,
      }
    : undefined;
}

function webSocketApiIn(outputs: z.output<typeof Outputs>): WebSocketApi | undefined {
  const id = outputs[Output.WEBSOCKET_API_ID];
  const stage = outputs[Output.WEBSOCKET_STAGE];
  const endpoint = outputs[Output.MANAGEMENT_ENDPOINT];
  const certificateArn = outputs[Output.MANAGEMENT_CERTIFICATE_ARN];
  return id && stage && endpoint && certificateArn
    ? {
        ...{ id, stage, certificateArn },
        host: new URL(endpoint).hostname,
        mappingKey: pathOf(endpoint).slice(1),
        rateLimit: Number(outputs[Output.WEBSOCKET_RATE_LIMIT]),
        burstLimit: Number(outputs[Output.WEBSOCKET_BURST_LIMIT]),
      }
    : undefined;
}

function webSocketServersIn(outputs: z.output<typeof Outputs>): Servers | undefined {
  const loadBalancerArn = outputs[Output.WEBSOCKET_LOAD_BALANCER_ARN];
  const listenerArn = outputs[Output.WEBSOCKET_LISTENER_ARN];
  const targetGroupArn = outputs[Output.WEBSOCKET_TARGET_GROUP_ARN];
  return loadBalancerArn && listenerArn && targetGroupArn
    ? { loadBalancerArn, listenerArn, targetGroupArn }
    : undefined;
}

function postingIn(outputs: z.output<typeof Outputs>): Posting | undefined {
  const securityGroups = outputs[Output.POSTING_SECURITY_GROUP];
  const functions = outputs[Output.POSTING_FUNCTIONS];
  return securityGroups && functions
    ? { securityGroups: listed(securityGroups), functions: listed(functions) }
    : undefined;
}

function operationIn(outputs: z.output<typeof Outputs>): Operation | undefined {
  const alarmTopicArn = outputs[Output.ALARM_TOPIC_ARN];
  const healthAlarms = outputs[Output.HEALTH_ALARMS];
  return alarmTopicArn && healthAlarms
    ? {
        alarmTopicArn,
        healthAlarms: listed(healthAlarms),
        dashboard: outputs[Output.DASHBOARD_NAME],
        rollbackAlarms: listed(outputs[Output.ROLLBACK_ALARM_ARNS] ?? 'none').map((alarm) =>
          alarm.replace(/^.*:alarm:/, ''),
        ),
        deploymentAlarms: outputs[Output.DEPLOYMENT_ALARMS] === 'true',
        canary: canaryIn(outputs),
      }
    : undefined;
}

function canaryIn(outputs: z.output<typeof Outputs>): Canary | undefined {
  const fn = outputs[Output.CANARY_FUNCTION];
  const name = fn ?? outputs[Output.CANARY_NAME];
  return name === undefined
    ? undefined
    : { type: fn === undefined ? 'synthetics' : 'scheduled', name, secretArn: outputs[Output.CANARY_SECRET_ARN] };
}
