/**
 * The resources of a cloud assembly that the runner emulates, with every reference resolved. Plain data, so that it can be
 * sent to other processes. `assembly/` creates it, and nothing else in this package knows CloudFormation.
 */
export interface Blueprint {
  /** `us-east-1` where the template does not say. */
  readonly region: string;
  /** `000000000000` where the template does not say. */
  readonly accountId: string;
  readonly roles: readonly RoleBlueprint[];
  readonly functions: readonly FunctionBlueprint[];
  readonly eventSources: readonly EventSourceBlueprint[];
  readonly tables: readonly TableBlueprint[];
  readonly queues: readonly QueueBlueprint[];
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
  readonly logicalId: string;
  /** The physical name: from the template, or generated from the logical id. */
  readonly name: string;
  readonly arn: string;
}

export interface RoleBlueprint extends Named {
  /** Every policy document that is attached to the role, inline or by AWS::IAM::Policy, resolved; AWS managed policies by ARN. */
  readonly policies: readonly { readonly name: string; readonly document: object }[];
  readonly managedPolicyArns: readonly string[];
}

export interface FunctionBlueprint extends Named {
  /** `index.handler` */
  readonly handler: string;
  /** `nodejs24.x` */
  readonly runtime: string;
  /** The unpacked asset's folder, or inline source of `index.js`. */
  readonly code: { readonly directory: string } | { readonly inline: string };
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  readonly reservedConcurrency?: number;
  readonly roleArn: string;
}

export interface EventSourceBlueprint {
  readonly logicalId: string;
  readonly functionName: string;
  /** ARN of a table's stream, or name of a queue. */
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
  /** Streams only: name of the queue that receives failed records. */
  readonly onFailureQueue?: string;
  /** Queues only. */
  readonly maximumConcurrency?: number;
}

export interface TableBlueprint extends Named {
  /** Properties of CreateTable: KeySchema, AttributeDefinitions, indexes. */
  readonly definition: object;
  readonly timeToLiveAttribute?: string;
  readonly streamViewType?: string;
  readonly streamArn?: string;
}

export interface QueueBlueprint extends Named {
  readonly fifo: boolean;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly delaySeconds: number;
  readonly deadLetter?: { readonly queue: string; readonly maxReceiveCount: number };
}

export interface UserPoolBlueprint extends Named {
  /** `us-east-1_abcdefghi` */
  readonly userPoolId: string;
  /** The claim `iss` of its tokens on AWS: `https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdefghi`. */
  readonly issuer: string;
  readonly clientIds: readonly string[];
}

export interface WebSocketApiBlueprint extends Named {
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
  /** Name of the function that handles the route. */
  readonly functionName: string;
  readonly timeoutMs: number;
  /** True if the function's response is sent to the client. */
  readonly returnsResponse: boolean;
  readonly authorizer?: { readonly functionName: string; readonly identitySources: readonly string[] };
}

export interface LoadBalancerBlueprint extends Named {
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

export interface TargetGroupBlueprint extends Named {
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
  /** Name of the function, for `lambda`. */
  readonly functionName?: string;
}

export interface ServiceBlueprint extends Named {
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
  /** Folder of the Docker image's context; undefined for an image from a registry, which cannot run here. */
  readonly directory?: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** TCP ports of its port mappings. */
  readonly ports: readonly number[];
  readonly stopTimeoutSeconds: number;
}

/** A CloudFront distribution. */
export interface DistributionBlueprint extends Named {
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

export interface BucketBlueprint extends Named {
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
