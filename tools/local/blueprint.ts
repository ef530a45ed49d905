import type { ImageSource } from './images/image-plan';
import type { IdentifiedSecret } from './secret-id';

/**
 * The resources of a cloud assembly that the runner emulates, with every reference resolved. Plain data, so that it can be
 * sent to other processes. `assembly/` creates it, and nothing else in this package knows CloudFormation.
 */
export interface Blueprint {
  /** Account of a person who calls with keys of their own: that of the first stack with an entry point. */
  readonly accountId: string;
  readonly roles: readonly RoleBlueprint[];
  readonly functions: readonly FunctionBlueprint[];
  /** Functions of the assembly that cannot run here: ARN → the reason, as a sentence. Their invocations fail. */
  readonly functionsThatDoNotRun: Readonly<Record<string, string>>;
  readonly eventSources: readonly EventSourceBlueprint[];
  readonly tables: readonly TableBlueprint[];
  readonly queues: readonly QueueBlueprint[];
  readonly ssmParameters: readonly SsmParameterBlueprint[];
  readonly secrets: readonly SecretBlueprint[];
  readonly topics: readonly TopicBlueprint[];
  readonly eventBuses: readonly EventBusBlueprint[];
  readonly rules: readonly RuleBlueprint[];
  readonly userPools: readonly UserPoolBlueprint[];
  readonly webSocketApis: readonly WebSocketApiBlueprint[];
  readonly loadBalancers: readonly LoadBalancerBlueprint[];
  readonly services: readonly ServiceBlueprint[];
  readonly distributions: readonly DistributionBlueprint[];
  /** Buckets that distributions read. */
  readonly buckets: readonly BucketBlueprint[];
  /** Resource types that are not emulated, each with the consequence for the user. */
  readonly notEmulated: readonly {
    readonly type: string;
    readonly logicalIds: readonly string[];
    readonly meaning: string;
  }[];
}

/** Properties of every resource. */
interface Named {
  /** Unique in the assembly: with its stack if several stacks have the logical id, as in `Blue.Orders`. */
  readonly logicalId: string;
  /** The physical name: from the template, or generated from the logical id. Unique only in its account and Region. */
  readonly name: string;
  readonly arn: string;
}

/** Properties of every resource in a Region. */
interface Regional extends Named {
  /** Name of its stack; its path in the app if several stacks have the name. */
  readonly stack: string;
  /** Region of its stack: `us-east-1`. */
  readonly region: string;
  /** Account of its stack: `000000000000`. */
  readonly accountId: string;
}

export interface RoleBlueprint extends Named {
  /** Every policy document that is attached to the role, inline or by AWS::IAM::Policy, resolved; AWS managed policies by ARN. */
  readonly policies: readonly { readonly name: string; readonly document: object }[];
  readonly managedPolicyArns: readonly string[];
  /** The policy document of the principals that can assume the role, resolved. @default - no principal can */
  readonly trustPolicy?: object;
}

export interface FunctionBlueprint extends Regional {
  /** `index.handler` */
  readonly handler: string;
  /** `nodejs24.x`, `python3.13` */
  readonly runtime: string;
  /** The unpacked asset's folder, or inline source of `index.js` or `index.py`. */
  readonly code: { readonly directory: string } | { readonly inline: string };
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  readonly reservedConcurrency?: number;
  /** Settings of asynchronous invocations. @default - two retries within 6 hours, and no destinations */
  readonly asynchronous?: {
    readonly maximumRetryAttempts: number;
    readonly maximumEventAgeSeconds: number;
    /** ARN of a queue, a topic, a function or an event bus. */
    readonly onSuccess?: string;
    readonly onFailure?: string;
  };
  /** ARN of the queue or topic for events of asynchronous invocations that failed. */
  readonly deadLetterArn?: string;
  readonly roleArn: string;
  /** Folder with the merged content of its layers, which is `/opt` on Lambda. @default - it has no layers */
  readonly layersFolder?: string;
  /** Folders from which the SDK of the managed runtime is resolved, before the runner's own. @default - none */
  readonly sdkFolders?: readonly string[];
  /** Path of the interpreter of a Python function. @default - it is no Python function */
  readonly interpreter?: string;
}

export interface EventSourceBlueprint {
  readonly logicalId: string;
  readonly functionArn: string;
  /** ARN of a table's stream, or of a queue. */
  readonly source: { readonly stream: string } | { readonly queue: string };
  readonly batchSize: number;
  readonly maximumBatchingWindowSeconds: number;
  /** Event patterns, as JSON. A record passes if any pattern matches; without patterns all records pass. */
  readonly filters: readonly string[];
  readonly reportBatchItemFailures: boolean;
  /** Streams only. -1: until the record expires. */
  readonly maximumRetryAttempts: number;
  readonly bisectBatchOnFunctionError: boolean;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Streams only: ARN of the queue that receives failed records. */
  readonly onFailureQueue?: string;
  /** Queues only. */
  readonly maximumConcurrency?: number;
}

export interface TableBlueprint extends Regional {
  /** Properties of CreateTable: KeySchema, AttributeDefinitions, indexes. */
  readonly definition: object;
  readonly timeToLiveAttribute?: string;
  readonly streamViewType?: string;
  readonly streamArn?: string;
}

export interface QueueBlueprint extends Regional {
  readonly fifo: boolean;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly delaySeconds: number;
  /** `queue`: ARN of a queue of the same account and Region. */
  readonly deadLetter?: { readonly queue: string; readonly maxReceiveCount: number };
}

/** A parameter of Parameter Store. */
export interface SsmParameterBlueprint {
  /** The name, for a value of the options. */
  readonly logicalId: string;
  /** `/shop/host` */
  readonly name: string;
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly value: string;
  /** @default 'Standard' */
  readonly tier?: 'Standard' | 'Advanced';
  /** @default 'text' */
  readonly dataType?: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  /** Region and account of its stack. Undefined for a value of the options, which each Region and account has. */
  readonly region?: string;
  readonly accountId?: string;
}

/** A secret of Secrets Manager. */
export interface SecretBlueprint extends IdentifiedSecret {
  /** The name, for a value of the options. */
  readonly logicalId: string;
  /** Undefined for a secret without a value. */
  readonly value?: string;
  readonly description?: string;
}

/** A topic of SNS. */
export interface TopicBlueprint extends Regional {
  readonly displayName: string;
  readonly fifo: boolean;
  readonly contentBasedDeduplication: boolean;
  readonly subscriptions: readonly SubscriptionBlueprint[];
}

export interface SubscriptionBlueprint {
  readonly logicalId: string;
  readonly arn: string;
  readonly protocol: 'sqs' | 'lambda';
  /** ARN of a queue or a function of the assembly. */
  readonly endpoint: string;
  /** True if the queue receives the message without an envelope. */
  readonly raw: boolean;
  /** JSON. @default - the subscription receives every message */
  readonly filterPolicy?: string;
  readonly filterPolicyScope: 'MessageAttributes' | 'MessageBody';
  /** ARN of the queue that receives messages whose delivery failed. */
  readonly deadLetterArn?: string;
}

/** An event bus of EventBridge beside `default`, which every account and Region has. */
export type EventBusBlueprint = Regional;

/** An enabled rule of EventBridge with an event pattern. */
export interface RuleBlueprint extends Regional {
  readonly busArn: string;
  /** JSON. */
  readonly eventPattern: string;
  readonly targets: readonly RuleTargetBlueprint[];
}

export interface RuleTargetBlueprint {
  /** ARN of a queue, a topic, a function or an event bus of the assembly. */
  readonly arn: string;
  /** Role with which EventBridge calls the target. */
  readonly roleArn?: string;
  /** A constant text for the target. `input`, `inputPath` and `inputTransformer` exclude each other. @default - the whole event */
  readonly input?: string;
  /** `$.detail` */
  readonly inputPath?: string;
  readonly inputTransformer?: { readonly paths: Readonly<Record<string, string>>; readonly template: string };
  /** For FIFO queues. */
  readonly messageGroupId?: string;
  /** ARN of the queue that receives events whose delivery failed. */
  readonly deadLetterArn?: string;
}

export interface UserPoolBlueprint extends Regional {
  /** `us-east-1_abcdefghi` */
  readonly userPoolId: string;
  /** The claim `iss` of its tokens on AWS: `https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdefghi`. */
  readonly issuer: string;
  readonly clientIds: readonly string[];
}

export interface WebSocketApiBlueprint extends Regional {
  readonly apiId: string;
  /** `$request.body.action` */
  readonly routeSelectionExpression: string;
  readonly routes: readonly WebSocketRouteBlueprint[];
  readonly stage: {
    readonly name: string;
    readonly rateLimit?: number;
    readonly burstLimit?: number;
    readonly variables: Readonly<Record<string, string>>;
  };
  /** Custom domains mapped to the stage: host and mapping key, '' for none. */
  readonly domains: readonly { readonly host: string; readonly mappingKey: string }[];
  readonly defaultEndpointDisabled: boolean;
}

export interface WebSocketRouteBlueprint {
  readonly routeKey: string;
  readonly integration: IntegrationBlueprint;
  readonly timeoutMs: number;
  /** True if the integration's response is sent to the client. */
  readonly returnsResponse: boolean;
  /** `$connect` only: handshakes must be signed, by a role that may invoke the route. @default false */
  readonly requiresSignature?: boolean;
  readonly authorizer?: { readonly functionArn: string; readonly identitySources: readonly string[] };
}

/** An integration of a route. */
export type IntegrationBlueprint =
  | { readonly type: 'AWS_PROXY'; readonly functionArn: string }
  | (MappingBlueprint & { readonly type: 'MOCK' })
  | (MappingBlueprint & {
      readonly type: 'AWS';
      readonly target: { readonly functionArn: string } | AwsTarget;
      /** ARN of the role whose policies decide. @default - none: calls of a service are not signed */
      readonly credentialsArn?: string;
    })
  /** Every request fails, because of the reason: `the service states does not run here`. */
  | { readonly type: 'NONE'; readonly reason: string };

/** An operation of an AWS service (`PutItem`), or a path of its endpoint (`000000000000/orders`). */
export type AwsTarget = { readonly service: string; readonly region: string } & (
  { readonly action: string } | { readonly path: string }
);

/** Conversion of requests and responses by an integration that is not a proxy. Names as in CloudFormation. */
export interface MappingBlueprint {
  /** Templates by the key that the expression selects. */
  readonly requestTemplates: Readonly<Record<string, string>>;
  /** `${request.body.action}`, `\$default`, or a key. */
  readonly templateSelectionExpression?: string;
  readonly passthroughBehavior: string;
  /** `integration.request.header.Content-Type` → `'text/plain'`, with the quotes, or a source: `context.connectionId`. */
  readonly requestParameters: Readonly<Record<string, string>>;
  readonly responses: readonly {
    /** `$default`, `200`, or a regular expression: `/4\d\d/`. */
    readonly key: string;
    readonly templates: Readonly<Record<string, string>>;
    readonly templateSelectionExpression?: string;
    /** `route.response.header.Sec-WebSocket-Protocol` → `'chat'`, or a source. */
    readonly parameters: Readonly<Record<string, string>>;
  }[];
}

export interface LoadBalancerBlueprint extends Regional {
  readonly dnsName: string;
  /** Hosts whose alias records point to the load balancer, and hosts for which distributions reach it within the VPC. */
  readonly hosts: readonly string[];
  /** Attributes as AWS names them: `idle_timeout.timeout_seconds`, `routing.http.drop_invalid_header_fields.enabled`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly listeners: readonly ListenerBlueprint[];
}

export interface ListenerBlueprint {
  readonly logicalId: string;
  readonly arn: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly attributes: Readonly<Record<string, string>>;
  /** Rules by ascending priority, then the default action, without conditions. Both in CloudFormation's form, resolved. */
  readonly rules: readonly { readonly conditions: readonly object[]; readonly actions: readonly object[] }[];
  /** Target groups of its actions, by ARN. */
  readonly targetGroups: readonly TargetGroupBlueprint[];
}

export interface TargetGroupBlueprint extends Regional {
  readonly targetType: 'ip' | 'instance' | 'lambda';
  readonly healthCheck: {
    readonly enabled: boolean;
    readonly path: string;
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
    /** `200` or `200-299` */
    readonly matcher: string;
  };
  readonly attributes: Readonly<Record<string, string>>;
  /** ARN of the function, for `lambda`. */
  readonly functionArn?: string;
}

export interface ServiceBlueprint extends Regional {
  readonly minTasks: number;
  /** `arn:aws:ecs:us-east-1:000000000000:task-definition/family:1` */
  readonly taskDefinitionArn: string;
  /** '' for a task without a role, which has no permissions. */
  readonly taskRoleArn: string;
  readonly containers: readonly ContainerBlueprint[];
  readonly targets: readonly {
    readonly targetGroupArn: string;
    readonly containerName: string;
    readonly containerPort: number;
  }[];
}

export interface ContainerBlueprint {
  readonly name: string;
  /** Instructions that build its image; undefined if there are none that can be followed here. */
  readonly image?: ImageSource;
  /** Absolute path in the image: `/app`. */
  readonly workingDirectory: string;
  /** Folder on this machine in which it runs, set when its image is built. */
  readonly directory?: string;
  /** Folders of the image with programs, which are found before those of this machine; set when it is built. */
  readonly programs?: readonly string[];
  /** Reason why it does not run: `its image comes from a registry`. */
  readonly cannotRun?: string;
  /** Program and arguments. Paths are those of the image until it is built. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** TCP ports of its port mappings. */
  readonly ports: readonly number[];
  readonly stopTimeoutSeconds: number;
}

/** A CloudFront distribution. */
export interface DistributionBlueprint extends Regional {
  /** `d111111abcdef8.cloudfront.net` */
  readonly domainName: string;
  /** Alternate domain names: `app.example.com`. */
  readonly hosts: readonly string[];
  /** Object that answers `/`: `index.html`; '' for none. */
  readonly defaultRootObject: string;
  readonly origins: readonly OriginBlueprint[];
  /** By precedence. The last one is the default behavior, with the pattern `*`. */
  readonly behaviors: readonly BehaviorBlueprint[];
}

export interface OriginBlueprint {
  readonly id: string;
  /** `api.example.com` */
  readonly domainName: string;
  /** Prefix of the path in requests to the origin: `/live`; '' for none. */
  readonly path: string;
  /** Headers that the distribution adds, with their values. */
  readonly headers: Readonly<Record<string, string>>;
  readonly readTimeoutSeconds: number;
  readonly keepAliveSeconds: number;
  /** Logical id of a listener or an API, or name of a bucket. Undefined for an origin outside the assembly. */
  readonly target?: { readonly listener: string } | { readonly webSocketApi: string } | { readonly bucket: string };
}

export interface BehaviorBlueprint {
  /** `/v1/*` */
  readonly pathPattern: string;
  readonly originId: string;
  readonly methods: readonly string[];
  /** Parts of the viewer's request that the origin receives, besides path and body. `allExceptHost`: `Host` is the origin's domain name. */
  readonly forwards: 'nothing' | 'all' | 'allExceptHost';
  readonly responseHeaders?: ResponseHeadersBlueprint;
}

/** Response headers that a policy sets and removes. */
export interface ResponseHeadersBlueprint {
  /** Without `override`, a header of the origin's response is kept. */
  readonly set: readonly { readonly name: string; readonly value: string; readonly override: boolean }[];
  readonly remove: readonly string[];
}

export interface BucketBlueprint extends Regional {
  /** Actions that the bucket policy allows CloudFront: `s3:GetObject`. */
  readonly allowsCloudFront: readonly string[];
  /** Folders whose files are uploaded, in order. */
  readonly deployments: readonly {
    readonly directory: string;
    /** `assets/`; '' for none. */
    readonly prefix: string;
    /** Response headers of each file, in lower case: `cache-control`. */
    readonly metadata: Readonly<Record<string, string>>;
  }[];
}
