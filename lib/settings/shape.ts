import { isIPv4 } from 'node:net';
import { Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { z } from 'zod';
import {
  FARGATE_MEMORY_MIB,
  LEAST_LAMBDA_MEMORY_MIB,
  LEAST_WEB_ACL_RATE,
  LOG_RETENTION_DAYS,
  LONGEST_BATCHING_WINDOW_SECONDS,
  MOST_LAMBDA_MEMORY_MIB,
  MOST_WEB_ACL_RATE,
  type Quotas,
} from '../aws-limits';
import { hostNameIn, isHostName } from '../domains/host-names';
import { isHttpsUrl, isIssuerUrl } from '../domains/https-url';
import { isOrigin, originFix } from '../domains/origin';
import { isScopePrefix } from '../authentication/scope-prefix';
import { asText, nearestNumber, nearestWord } from './nearest';

/**
 * Shape of one stage's block. rules.ts has the rules for several values together.
 *
 * Each value has a rule, a fix and an example, so that a wrong type, an invalid value and a missing value are reported in
 * the same way.
 */

/** The fix of a value that the shape refuses: kept with zod's issue as its `params`. */
export interface Advice {
  readonly fix: (value: unknown) => string;
}

/** @param example - shown if the value is missing; stored in the JSON Schema as `examples` */
function value<T>(accepts: (value: unknown) => boolean, rule: string, fix: Advice['fix'], example: T) {
  return z.custom<T>(accepts, { error: rule, params: { fix } satisfies Advice }).meta({ examples: [example] });
}

function text(accepts: (text: string) => boolean, rule: string, fix: (text: string) => string, example: string) {
  return value<string>(
    // A text with the mark of a token of the CDK would be resolved at synthesis.
    (value) => typeof value === 'string' && !Token.isUnresolved(value) && accepts(value),
    rule,
    (value) => fix(asText(value)),
    example,
  );
}

/** @param never - a word that is not suggested for a mistyped one, because a wrong suggestion would do harm */
function oneOf<const T extends string>(allowed: readonly T[], never?: T) {
  const words = allowed.map((word) => JSON.stringify(word)).join(' or ');
  return value<T>(
    (value) => allowed.some((each) => each === value),
    `must be ${words}`,
    (value) => {
      const meant = nearestWord(value, allowed);
      return `use ${meant === undefined || meant === never ? words : JSON.stringify(meant)}`;
    },
    allowed[0] as T,
  );
}

function oneNumberOf(allowed: readonly number[], example: number) {
  return value<number>(
    (value) => allowed.some((each) => each === value),
    `must be one of ${allowed.join(', ')}`,
    (value) => numberFix(value, (number) => nearestNumber(number, allowed)),
    example,
  );
}

/** @param reason - added to the rule, in parentheses */
function wholeNumber(example: number, least = 1, reason?: string) {
  return wholeNumberFrom(least, Number.POSITIVE_INFINITY, `, ${least} or more${reason ? ` (${reason})` : ''}`, example);
}

function wholeNumberUpTo(most: number, least: number, example: number) {
  return wholeNumberFrom(least, most, ` from ${least} to ${most}`, example);
}

function wholeNumberFrom(least: number, most: number, range: string, example: number) {
  return value<number>(
    (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most,
    `must be a whole number${range}`,
    (value) => numberFix(value, (number) => Math.min(most, Math.max(least, Math.round(number)))),
    example,
  );
}

/** @param nearest - the allowed number that is nearest to a number */
function numberFix(value: unknown, nearest: (number: number) => number): string {
  const number = typeof value === 'object' ? Number.NaN : Number(asText(value));
  const meant = Number.isFinite(number) ? nearest(number) : Number.NaN;
  const quotes = typeof value === 'number' ? '' : ', without quotes';
  return `use ${Number.isSafeInteger(meant) ? meant : 'a number'}${quotes}`;
}

function block<Shape extends z.core.$ZodShape>(shape: Shape) {
  return z.strictObject(shape, { error: 'must be a block of settings' }).readonly();
}

/** A block whose other settings depend on its `type`. Without one, it is the first block if its type is optional. */
function oneBlockOf<const Blocks extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(
  blocks: Blocks,
  types: string,
) {
  return z.discriminatedUnion('type', blocks, {
    error: ({ code }) => (code === 'invalid_union' ? types : 'must be a block of settings'),
  });
}

function list<Element extends z.ZodType>(element: Element) {
  return z.array(element, { error: 'must be a list' });
}

/** Maximum number of connections of a task: its sockets and the file descriptors of its calls have a limit of 65,535. */
const MOST_CONNECTIONS_PER_TASK = 60_000;

const REGIONS = RegionInfo.regions.map(({ name }) => name);

/** @returns true for the name of an AWS Region that aws-cdk-lib knows */
export function isRegion(name: string): boolean {
  return REGIONS.includes(name);
}

/** The form of a Region's name: `eu-west-1`, `eusc-de-east-1`. */
const REGION_NAME = /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/;

const region = text(
  isRegion,
  'must be an AWS Region that the installed aws-cdk-lib knows',
  (name) => {
    const meant = nearestWord(name, REGIONS);
    if (!REGION_NAME.test(name)) {
      return `use ${meant ? `"${meant}"` : 'the name of a Region, such as "us-east-1"'}`;
    }
    return `${meant ? `use "${meant}"` : 'correct its name'}, or if it is a new Region, run: npm install --save-dev aws-cdk-lib@latest`;
  },
  'us-east-1',
);

const hostName = (example: string) =>
  text(
    isHostName,
    'must be a host name in lower case, without scheme, port, path or final dot',
    (text) => `use ${hostNameIn(text) ? `"${hostNameIn(text)}"` : 'a name such as "api.example.com"'}`,
    example,
  );

const certificateName = text(
  (name) => isHostName(name.replace(/^\*\./, '')),
  'must be a host name, or *. and a host name',
  () => 'use a name of the certificate as ACM shows it, such as "*.example.com"',
  '*.example.com',
);

const origin = text(
  isOrigin,
  'must be the exact origin of a page or an app: https, a loopback host or the scheme of an app, without a path and a final slash',
  originFix,
  'https://app.example.com',
);

const claim = text(
  (name) => /^[\x21-\x7e]{1,128}$/.test(name),
  'must be the name of a claim, 1 to 128 printable characters',
  () => 'use the name of the claim in the tokens, such as "tenant"',
  'tenant',
);

const subnetId = text(
  (id) => /^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id),
  'must be the ID of a subnet: subnet- and 17 (or 8) hexadecimal digits',
  () => 'use the ID as the VPC console shows it, such as "subnet-0123456789abcdef0"',
  'subnet-0123456789abcdef0',
);

const trueOrFalse = value<boolean>(
  (value) => typeof value === 'boolean',
  'must be true or false',
  () => 'use true or false, without quotes',
  true,
);

const reservation = wholeNumber(100, 1, '0 disables the function');

const provisionedConcurrency = block({
  /** Execution environments that are always initialized. AWS bills for them by time. */
  minCapacity: wholeNumber(1, 1, '0 makes later deployments fail; without the block, nothing is provisioned'),
  maxCapacity: wholeNumber(10),
  /** Target utilization of the provisioned concurrency, in the range that the CDK accepts. @default 0.7 */
  utilizationTarget: value<number>(
    (value) => typeof value === 'number' && value >= 0.1 && value <= 0.9,
    'must be a number from 0.1 to 0.9',
    () => 'use a fraction without quotes, such as 0.7 for 70 percent',
    0.7,
  ).optional(),
}).optional();

const fargate = block({
  /** `fargate`: containers that always run; `lambda`: a function. @default `fargate` */
  type: z.literal('fargate').optional(),
  /** At least two, so that one failed zone or task does not take the lane down. */
  minTasks: wholeNumber(2, 2),
  maxTasks: wholeNumber(4),
  /** CPU units of a task; 1,024 are one vCPU. */
  cpu: oneNumberOf([...FARGATE_MEMORY_MIB.keys()], 256),
  /** Memory of a task: a size that Fargate has for `cpu`. */
  memoryMiB: wholeNumber(512),
});

const lambda = block({
  type: z.literal('lambda'),
  /** Memory of the function, and CPU in proportion to it. */
  memoryMiB: wholeNumberUpTo(MOST_LAMBDA_MEMORY_MIB, LEAST_LAMBDA_MEMORY_MIB, 512),
  /** Reserved concurrency of the function: guaranteed to it, and its maximum. So the other lane cannot use it up. */
  reservedConcurrency: reservation,
  /** Provisioned concurrency of the function. @default - none: the function scales from zero */
  provisionedConcurrency,
});

const apiGateway = block({
  /** `apiGateway`: an API Gateway API and functions; `servers`: Fargate tasks with a WebSocket server. @default `apiGateway` */
  type: z.literal('apiGateway').optional(),
  /** Requests per second of the WebSocket API: new connections and messages together. */
  rateLimit: wholeNumber(1000),
  /** Burst of requests of the WebSocket API. */
  burstLimit: wholeNumber(500),
  /**
   * Reserved concurrency of each function: guaranteed to it, and its maximum. So no function can use up another's.
   * @default - no concurrency is reserved
   */
  reservedConcurrency: block({
    connect: reservation.optional(),
    disconnect: reservation.optional(),
    message: reservation.optional(),
    push: reservation.optional(),
    dispatch: reservation.optional(),
    deliver: reservation.optional(),
    revoke: reservation.optional(),
  }).optional(),
  /**
   * Provisioned concurrency of each function: execution environments that are initialized before a request needs them.
   * @default - none: the functions scale from zero
   */
  provisionedConcurrency: block({
    connect: provisionedConcurrency,
    disconnect: provisionedConcurrency,
    message: provisionedConcurrency,
    push: provisionedConcurrency,
    dispatch: provisionedConcurrency,
    deliver: provisionedConcurrency,
    revoke: provisionedConcurrency,
  }).optional(),
});

const servers = block({
  type: z.literal('servers'),
  /** At least two, so that one failed zone or task does not take the lane down. */
  minTasks: wholeNumber(2, 2),
  maxTasks: wholeNumber(4),
  /** CPU units of a task; 1,024 are one vCPU. */
  cpu: oneNumberOf([...FARGATE_MEMORY_MIB.keys()], 256),
  /** Memory of a task: a size that Fargate has for `cpu`. */
  memoryMiB: wholeNumber(512),
  /** Maximum number of connections of a task. @default 5000 */
  connectionsPerTask: wholeNumberUpTo(MOST_CONNECTIONS_PER_TASK, 1, 5000).optional(),
  /** `own`: a load balancer of the WebSocket lane; `shared`: that of the HTTP lane. @default `own` */
  loadBalancer: oneOf(['own', 'shared']).optional(),
  /** Reserved concurrency of each function. @default - no concurrency is reserved */
  reservedConcurrency: block({
    push: reservation.optional(),
    dispatch: reservation.optional(),
    deliver: reservation.optional(),
    revoke: reservation.optional(),
  }).optional(),
  /** Provisioned concurrency of each function. @default - none: the functions scale from zero */
  provisionedConcurrency: block({
    push: provisionedConcurrency,
    dispatch: provisionedConcurrency,
    deliver: provisionedConcurrency,
    revoke: provisionedConcurrency,
  }).optional(),
});

const cloudFront = block({
  /** `cloudFront`: a CloudFront distribution; `loadBalancer`: the load balancer of the HTTP lane, with servers that share it. */
  type: z.literal('cloudFront'),
  /** Host that clients use for both lanes. The hosts of the lanes are those under which CloudFront reaches them. */
  host: hostName('app.example.com'),
  /**
   * `demo`: the demo page of this repository; or a folder with an `index.html`, relative to the folder of `cdk.json`. The page answers
   * all paths that the lanes do not use. @default - no page: the HTTP lane answers them
   */
  page: text(
    (path) => path.trim() !== '',
    'must be "demo" or the path of a folder',
    () => 'use "demo", or the folder of your page, such as "dist"',
    'demo',
  ).optional(),
  /** Content security policy of the page. @default - files, images from data: URLs and connections of the host only */
  contentSecurityPolicy: text(
    (policy) => /^[\x20-\x7e]+$/.test(policy) && policy.trim() !== '',
    'must be a content security policy in one line',
    () => 'use the value of the header, such as "default-src \'self\'"',
    "default-src 'self'; connect-src 'self' https://login.example.com",
  ).optional(),
  /** False for public load balancers that require a secret, instead of internal ones that CloudFront reaches within the VPC. @default true */
  internalLoadBalancers: trueOrFalse.optional(),
  /** ARN of a certificate of us-east-1 for the host. @default - the stack creates one, in us-east-1 with `hostedZone` */
  certificateArn: text(
    (arn) => /^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/.test(arn),
    'must be the ARN of a certificate of us-east-1, where CloudFront requires it',
    () => 'use the ARN as ACM in us-east-1 shows it',
    'arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef',
  ).optional(),
  /** ARN of a web ACL for CloudFront, in us-east-1. @default - `webAcl` creates one, in us-east-1 */
  webAclArn: text(
    (arn) => /^arn:aws:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[\w-]+$/.test(arn),
    'must be the ARN of a web ACL for CloudFront, of us-east-1',
    () => 'use the ARN as AWS WAF shows it for CloudFront',
    'arn:aws:wafv2:us-east-1:123456789012:global/webacl/NAME/01234567-89ab-cdef-0123-456789abcdef',
  ).optional(),
});

const loadBalancer = block({ type: z.literal('loadBalancer') });

const quotas = block({
  fargateVcpus: wholeNumber(100, 0).optional(),
  lambdaConcurrency: wholeNumber(1000, 0).optional(),
  apiGatewayRequestsPerSecond: wholeNumber(10_000, 0).optional(),
  apiGatewayBurst: wholeNumber(5000, 0).optional(),
} satisfies Record<keyof Quotas, z.ZodType>);

export const stageSettings = block({
  /** AWS account id, 12 digits. @default - the account of the credentials that deploy */
  account: text(
    (id) => /^\d{12}$/.test(id),
    'must be an account ID of 12 digits, in quotes',
    () => 'use the ID without hyphens, such as "123456789012"',
    '123456789012',
  ).optional(),
  /** The Region of the stack and of its certificate. */
  region,
  /** Names of at least two Availability Zones of the Region. They are settings, so that synth needs no calls to AWS. */
  availabilityZones: list(
    text(
      (name) => /^[a-z]{2,}(-[a-z]+)+-\d[a-z]$/.test(name),
      'must be the name of an Availability Zone',
      () => 'use the name of a zone, not its ID: a Region and a letter, such as "us-east-1a"',
      'us-east-1a',
    ),
  ).meta({ examples: [['us-east-1a', 'us-east-1b']] }),
  /** An existing VPC for the HTTP lane and for servers of the WebSocket lane. docs/guides/existing-vpc.md has its requirements. @default - the stack creates a VPC */
  network: block({
    vpcId: text(
      (id) => /^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id),
      'must be the ID of a VPC: vpc- and 17 (or 8) hexadecimal digits',
      () => 'use the ID as the VPC console shows it, such as "vpc-0123456789abcdef0"',
      'vpc-0123456789abcdef0',
    ),
    /** Subnets of the load balancer: one in each of `availabilityZones`, in the same order. */
    publicSubnetIds: list(subnetId).meta({ examples: [['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1']] }),
    /** Subnets of the tasks, with a route to the internet: one in each of `availabilityZones`, in the same order. */
    privateSubnetIds: list(subnetId)
      .meta({ examples: [['subnet-0123456789abcdef2', 'subnet-0123456789abcdef3']] })
      .optional(),
    /** True to run the tasks in the public subnets, each with a public IPv4 address. @default false */
    assignPublicIp: trueOrFalse.optional(),
    /** IPv4 CIDR block of the VPC, which internal load balancers of a gateway need. @default - not known */
    vpcCidrBlock: text(
      (cidr) => isIPv4(cidr.replace(/\/(1[6-9]|2[0-8])$/, '')) && cidr.includes('/'),
      'must be an IPv4 CIDR block from /16 to /28',
      () => 'use the block as the VPC console shows it, such as "10.0.0.0/16"',
      '10.0.0.0/16',
    ).optional(),
    /** True if the public subnets have IPv6 CIDR blocks. @default false */
    ipv6: trueOrFalse.optional(),
  }).optional(),
  /**
   * The public hosted zone for the records of both hosts. Without it, `certificate` is needed.
   * @default - none: the records are in another account or at another DNS provider
   */
  hostedZone: block({
    /** The id, `Z0123456789EXAMPLE`. */
    id: text(
      (id) => /^Z[A-Z0-9]{1,31}$/.test(id),
      'must be the ID of a Route 53 hosted zone: Z, then capital letters and digits',
      () => 'use the ID as the Route 53 console shows it, such as "Z0123456789EXAMPLE", without /hostedzone/',
      'Z0123456789EXAMPLE',
    ),
    /** The domain, without a final dot. */
    name: hostName('example.com'),
  }).optional(),
  /** A host name for each lane, in the hosted zone if there is one. */
  hosts: block({
    /** Host name of the HTTP lane. */
    http: hostName('api.example.com'),
    /** Host name of the WebSocket lane. */
    websocket: hostName('ws.example.com'),
  }),
  /** One host in front of both lanes. docs/entry-points.md compares the types. @default - none: each lane has a host of its own */
  gateway: oneBlockOf([cloudFront, loadBalancer], 'must be "cloudFront" or "loadBalancer"')
    .meta({ examples: [{ type: 'cloudFront', host: 'app.example.com' }, { type: 'loadBalancer' }] })
    .optional(),
  /** Origins of the pages and apps that can use the lanes, as browsers send them: at least one without a gateway, whose own origin is added. */
  allowedOrigins: list(origin),
  /** Authentication of both lanes. @default { "type": "cognito" } */
  authentication: block({
    /** `cognito`: a user pool of the stack; `oidc`: another issuer; `none`: anyone can connect. */
    type: oneOf(['cognito', 'oidc', 'none']),
    /** The claim `iss` of the tokens, for `oidc`. */
    issuer: text(
      isIssuerUrl,
      'must be the https URL of an issuer, without a user, a query and a fragment',
      () => 'use the claim iss of its tokens, such as "https://login.example.com/"',
      'https://login.example.com/',
    ).optional(),
    /** The claim `aud` of the tokens, for `oidc`. */
    audience: text(
      (name) => /^\P{C}+$/u.test(name),
      'must be the claim aud of the tokens, as one string without control characters',
      () => 'use the identifier that the issuer has for this API, such as "https://api.example.com"',
      'https://api.example.com',
    ).optional(),
    /** URL of the issuer's keys, for `oidc`. @default - the service discovers it */
    keysUrl: text(
      isHttpsUrl,
      'must be the https URL of a key set, without a user and a fragment',
      () => `use jwks_uri of the issuer's discovery document, or remove it to have it discovered`,
      'https://login.example.com/.well-known/jwks.json',
    ).optional(),
    /** The claim that names the tenant. @default `custom:tenant` for `cognito`, else `tenant` */
    tenantClaim: claim.optional(),
    /** True if a token without a scope for topics has no access to topics. @default true for `oidc`, else false */
    requireScopes: trueOrFalse.optional(),
    /** Text before each scope of this API. @default - scopes have no prefix */
    scopePrefix: text(
      isScopePrefix,
      'must be the text before the scopes, with the separator at its end and without white space',
      () => 'use a prefix such as "api/", or remove it',
      'https://api.example.com/',
    ).optional(),
  })
    .meta({ examples: [{ type: 'cognito' }, { type: 'none' }] })
    .optional(),
  /** An ACM certificate in the stack's Region that covers both hosts. @default - the stack creates one */
  certificate: block({
    arn: text(
      (arn) => /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[a-zA-Z0-9-]+$/.test(arn),
      'must be the ARN of an ACM certificate',
      () => 'use the ARN as ACM shows it: "arn:aws:acm:REGION:ACCOUNT:certificate/ID"',
      'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
    ),
    /** All names of the certificate, with wildcards. They are settings, so that synth needs no calls to ACM. */
    names: list(certificateName),
  }).optional(),
  /** Capacity of each lane. */
  capacity: block({
    /** Compute of the HTTP lane: Fargate tasks, or a function. */
    http: oneBlockOf([fargate, lambda], 'must be "fargate" or "lambda"').meta({
      examples: [
        { minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 },
        { type: 'lambda', memoryMiB: 512, reservedConcurrency: 100 },
      ],
    }),
    /** Entry of the WebSocket lane: an API Gateway API, or servers. */
    websocket: oneBlockOf([apiGateway, servers], 'must be "apiGateway" or "servers"').meta({
      examples: [
        { rateLimit: 1000, burstLimit: 500 },
        { type: 'servers', minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 },
      ],
    }),
  }),
  /** Delivery of messages to connections. @default - immediate */
  delivery: block({
    /** Seconds for which messages wait to be delivered together: fewer posts, delivered later. */
    maxBatchingWindowSeconds: wholeNumberUpTo(LONGEST_BATCHING_WINDOW_SECONDS, 0, 1),
  }).optional(),
  /** The account's quotas in the Region, if they differ from AWS's defaults. @default - defaultQuotas(region) */
  quotas: quotas.optional(),
  /**
   * Creates the role that API Gateway uses to write logs, and sets it for the account and Region. Use it in only one stage
   * of an account and Region. @default false
   */
  accountLoggingRole: trueOrFalse.optional(),
  /** AWS WAF in front of the HTTP lane; in front of both lanes with a gateway of CloudFront. @default - no web ACL */
  webAcl: block({
    /** Requests per minute from one IP address. */
    rateLimit: wholeNumberUpTo(MOST_WEB_ACL_RATE, LEAST_WEB_ACL_RATE, 2000),
  }).optional(),
  /** Alarms, the health of each lane, and a dashboard: `{}` for the defaults. @default - none */
  operation: block({
    /** ARN of a topic of the stack's Region, which is notified when a lane's health changes. @default - the stack creates a topic, without subscriptions */
    alarmTopicArn: text(
      (arn) => /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/.test(arn),
      'must be the ARN of a standard SNS topic',
      () => 'use the ARN as SNS shows it: "arn:aws:sns:REGION:ACCOUNT:NAME"',
      'arn:aws:sns:us-east-1:123456789012:NAME',
    ).optional(),
    /** URL of the runbook, to which the descriptions of the alarms add the section. @default - docs/runbook.md, as a path of this repository */
    runbookUrl: text(
      isHttpsUrl,
      'must be the https URL of the runbook, without a user and a fragment',
      () => 'use the URL of your copy of docs/runbook.md',
      'https://github.com/ORGANIZATION/REPOSITORY/blob/main/docs/runbook.md',
    ).optional(),
    /** True for a dashboard of both lanes. @default true */
    dashboard: trueOrFalse.optional(),
    /** True for alarms on quotas that all stages of the account and Region share. Use it in only one of them. @default false */
    accountAlarms: trueOrFalse.optional(),
    /** A client that checks both lanes every few minutes: `{}` for the defaults. @default - none */
    canary: block({
      /** A function with a schedule, or a canary of CloudWatch Synthetics. @default `scheduled` */
      type: oneOf(['scheduled', 'synthetics'], 'scheduled').optional(),
      /** Minutes between two runs. @default 5 */
      everyMinutes: wholeNumberUpTo(60, 1, 5).optional(),
      /** Runtime of a canary of CloudWatch Synthetics, without a browser. @default - the newest one that was known when this version was written */
      runtime: text(
        (name) => /^syn-nodejs-\d{1,3}\.\d{1,3}$/.test(name),
        'must be the name of a runtime of CloudWatch Synthetics for Node.js without a browser',
        () => 'use the name as CloudWatch shows it, such as "syn-nodejs-5.4"',
        'syn-nodejs-5.4',
      ).optional(),
      /** ARN of the secret with the credentials of the canary. Required for `oidc`. @default - for `cognito`, the stack creates a secret; none without authentication */
      credentialsSecretArn: text(
        (arn) => /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}-[A-Za-z0-9]{6}$/.test(arn),
        'must be the ARN of a secret of Secrets Manager, with the six characters at its end',
        () => 'use the ARN as Secrets Manager shows it: "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX"',
        'arn:aws:secretsmanager:us-east-1:123456789012:secret:NAME-AbCdEf',
      ).optional(),
    })
      .meta({ examples: [{}] })
      .optional(),
    /** True to roll back a deployment of a service or function during which an alarm of its lane fires. @default true */
    deploymentAlarms: trueOrFalse.optional(),
  })
    .meta({ examples: [{}] })
    .optional(),
  /** Days for which logs are kept. */
  logRetentionDays: oneNumberOf(LOG_RETENTION_DAYS, 30),
  /** Removal policy of tables, user pool and logs. */
  removalPolicy: oneOf(['retain', 'destroy'], 'destroy'),
  /**
   * Protects tables, user pool, load balancer and stack against deletion. Set it after the first deployment has succeeded:
   * a rollback cannot delete what is protected. @default false
   */
  deletionProtection: trueOrFalse.optional(),
});

export type StageSettings = z.output<typeof stageSettings>;
