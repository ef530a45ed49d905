import { z } from 'zod';
import { Output } from '../lib/outputs';
import { CannotVerify } from './cannot-verify';
import type { StackOutputs } from './stack-outputs';

/** What Application Auto Scaling may scale, and the promised limits. */
export interface Scaling {
  /** `service/CLUSTER/SERVICE` or `function:NAME:ALIAS`, as Application Auto Scaling names it. */
  readonly resourceId: string;
  readonly min: number;
  readonly max: number;
}

/** The stack's outputs, understood: where to look, and the promises that are numbers. */
export interface Deployment {
  readonly stack: string;
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly apiHost: string;
  readonly webSocketHost: string;
  readonly hostedZoneId: string;
  readonly apiCertificateArn: string;
  readonly webSocketCertificateArn: string;
  readonly loadBalancerArn: string;
  readonly listenerArn: string;
  readonly targetGroupArn: string;
  /** Absent where nothing of the HTTP lane is scaled. */
  readonly httpScaling?: Scaling;
  readonly apiId: string;
  readonly stage: string;
  /** Requests a second. */
  readonly rateLimit: number;
  /** Requests. */
  readonly burstLimit: number;
  readonly webSocketScaling: readonly Scaling[];
  /** `reserved` is the promised reserved concurrency, absent where none is reserved. */
  readonly functions: readonly { readonly name: string; readonly reserved?: number }[];
  readonly messageLogTable: string;
  readonly connectionTable: string;
  /** Whether tables and load balancer are promised to refuse deletion. */
  readonly deletionProtection: boolean;
}

/** Reads the outputs. @throws {CannotVerify} naming every output that is missing or cannot be understood */
export function understand({ stack, values }: StackOutputs): Deployment {
  const parsed = Outputs.safeParse(values);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new CannotVerify(`The outputs of ${stack} cannot be used: ${problems.join('; ')}`);
  }
  const outputs = parsed.data;
  const [, partition = '', , region = '', account = ''] = outputs[Output.LOAD_BALANCER_ARN].split(':');
  const resourceId = outputs[Output.HTTP_SCALABLE_TARGET];
  const capacity = outputs[Output.HTTP_CAPACITY];
  return {
    stack,
    partition,
    region,
    account,
    apiHost: new URL(outputs[Output.API_URL]).hostname,
    webSocketHost: new URL(outputs[Output.WEBSOCKET_URL]).hostname,
    hostedZoneId: outputs[Output.HOSTED_ZONE_ID],
    apiCertificateArn: outputs[Output.API_CERTIFICATE_ARN],
    webSocketCertificateArn: outputs[Output.WEBSOCKET_CERTIFICATE_ARN],
    loadBalancerArn: outputs[Output.LOAD_BALANCER_ARN],
    listenerArn: outputs[Output.LISTENER_ARN],
    targetGroupArn: outputs[Output.TARGET_GROUP_ARN],
    httpScaling: resourceId && capacity ? scaling(resourceId, capacity) : undefined,
    apiId: outputs[Output.WEBSOCKET_API_ID],
    stage: outputs[Output.WEBSOCKET_STAGE],
    rateLimit: Number(outputs[Output.WEBSOCKET_RATE_LIMIT]),
    burstLimit: Number(outputs[Output.WEBSOCKET_BURST_LIMIT]),
    webSocketScaling: items(outputs[Output.WEBSOCKET_SCALABLE_TARGETS]).map(([name, limits]) => scaling(name, limits)),
    functions: items(outputs[Output.FUNCTIONS]).map(([name, reserved]) => ({
      name,
      reserved: reserved === '' ? undefined : Number(reserved),
    })),
    messageLogTable: outputs[Output.MESSAGE_LOG_TABLE],
    connectionTable: outputs[Output.CONNECTION_TABLE],
    deletionProtection: outputs[Output.DELETION_PROTECTION] === 'true',
  };
}

const SCALABLE_TARGET = '(?:service/[^/,=]+/[^/,=]+|function:[^:,=]+:[^:,=]+)';

const like = (pattern: string, example: string) =>
  z.string({ error: 'is missing' }).regex(new RegExp(`^(?:${pattern})$`), {
    error: ({ input }) => `must look like ${example}, got ${JSON.stringify(input)}`,
  });
const text = like('.+', 'a name');
const arn = (service: string) => like(`arn:[^:]+:${service}:[^:]+:[0-9]+:.+`, `an ARN of ${service}`);
const count = like('[0-9]+', '500');

const Outputs = z
  .object({
    [Output.API_URL]: like('https://[a-z0-9.-]+/?', 'https://api.example.com'),
    [Output.WEBSOCKET_URL]: like('wss://[a-z0-9.-]+/?', 'wss://ws.example.com'),
    [Output.HOSTED_ZONE_ID]: text,
    [Output.API_CERTIFICATE_ARN]: arn('acm'),
    [Output.WEBSOCKET_CERTIFICATE_ARN]: arn('acm'),
    [Output.LOAD_BALANCER_ARN]: arn('elasticloadbalancing'),
    [Output.LISTENER_ARN]: arn('elasticloadbalancing'),
    [Output.TARGET_GROUP_ARN]: arn('elasticloadbalancing'),
    [Output.HTTP_SCALABLE_TARGET]: like(SCALABLE_TARGET, 'service/CLUSTER/SERVICE').optional(),
    [Output.HTTP_CAPACITY]: like('[0-9]+-[0-9]+', '2-10').optional(),
    [Output.WEBSOCKET_API_ID]: text,
    [Output.WEBSOCKET_STAGE]: text,
    [Output.WEBSOCKET_RATE_LIMIT]: count,
    [Output.WEBSOCKET_BURST_LIMIT]: count,
    [Output.WEBSOCKET_SCALABLE_TARGETS]: list(`${SCALABLE_TARGET}=[0-9]+-[0-9]+`, 'function:NAME:ALIAS=1-5'),
    [Output.FUNCTIONS]: list('[^,=]+=[0-9]*', 'NAME=50,OTHER='),
    [Output.MESSAGE_LOG_TABLE]: text,
    [Output.CONNECTION_TABLE]: text,
    [Output.DELETION_PROTECTION]: like('true|false', 'true'),
  })
  .refine(
    (outputs) => outputs[Output.HTTP_SCALABLE_TARGET] === undefined || outputs[Output.HTTP_CAPACITY] !== undefined,
    {
      path: [Output.HTTP_CAPACITY],
      error: `is missing, though ${Output.HTTP_SCALABLE_TARGET} is there`,
      // Also where other outputs are wrong: all problems are told at once.
      when: () => true,
    },
  );

function list(item: string, example: string) {
  return like(`none|${item}(?:,${item})*`, example);
}

/** `a=1,b=` → `[['a', '1'], ['b', '']]`, `none` → `[]` */
function items(text: string): [string, string][] {
  return (text === 'none' ? [] : text.split(',')).map((item) => {
    const [name = '', value = ''] = item.split('=');
    return [name, value];
  });
}

function scaling(resourceId: string, limits: string): Scaling {
  const [min, max] = limits.split('-');
  return { resourceId, min: Number(min), max: Number(max) };
}
