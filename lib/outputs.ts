/**
 * Names of the stack outputs. `addOutputs` writes them; `npm run verify` and operators read them.
 * Lists are separated by commas, an empty one is `none`; numbers are written in decimal.
 */
export const Output = {
  /** `https://api.example.com` */
  HTTP_URL: 'HttpUrl',
  /** `wss://ws.example.com` */
  WEBSOCKET_URL: 'WebSocketUrl',
  /** Id of the hosted zone that holds the records of both hosts. */
  HOSTED_ZONE_ID: 'HostedZoneId',
  /** ARN of the certificate of the HTTP lane; the same as the WebSocket lane's for a SAN certificate. */
  HTTP_CERTIFICATE_ARN: 'HttpCertificateArn',
  /** ARN of the certificate of the WebSocket lane's host; of us-east-1 where a distribution presents it. */
  WEBSOCKET_CERTIFICATE_ARN: 'WebSocketCertificateArn',
  LOAD_BALANCER_ARN: 'LoadBalancerArn',
  /** ARN of the web ACL in front of the load balancer; absent if there is none. */
  WEB_ACL_ARN: 'WebAclArn',
  /** ARN of the HTTPS listener. */
  LISTENER_ARN: 'ListenerArn',
  TARGET_GROUP_ARN: 'TargetGroupArn',
  /** Scalable target of the HTTP lane: `service/CLUSTER/SERVICE` or `function:NAME:ALIAS`; absent if nothing is scaled. */
  HTTP_SCALABLE_TARGET: 'HttpScalableTarget',
  /** Capacity of that target: `MIN-MAX`. */
  HTTP_CAPACITY: 'HttpCapacity',
  WEBSOCKET_API_ID: 'WebSocketApiId',
  WEBSOCKET_STAGE: 'WebSocketStage',
  /** Rate limit of the stage, in requests per second. */
  WEBSOCKET_RATE_LIMIT: 'WebSocketRateLimit',
  /** Burst limit of the stage, in requests. */
  WEBSOCKET_BURST_LIMIT: 'WebSocketBurstLimit',
  /** Endpoint of `@connections`, at the API's own host: `https://ws.example.com`. */
  MANAGEMENT_ENDPOINT: 'ManagementEndpoint',
  /** ARN of the certificate of that host; the same as the WebSocket lane's where there is no distribution. */
  MANAGEMENT_CERTIFICATE_ARN: 'ManagementCertificateArn',
  /** CloudFront's own name of the distribution in front of the WebSocket API, `d1.cloudfront.net`; absent if there is none. */
  DISTRIBUTION_DOMAIN_NAME: 'DistributionDomainName',
  /** Scaled aliases of the WebSocket lane: `function:NAME:ALIAS=MIN-MAX`, a list. */
  WEBSOCKET_SCALABLE_TARGETS: 'WebSocketScalableTargets',
  /** Every function with its promised reserved concurrency, `NAME=50`, or `NAME=` where none is reserved; a list. */
  FUNCTIONS: 'Functions',
  /** Claim `iss` of accepted tokens; absent without authentication. */
  TOKEN_ISSUER: 'TokenIssuer',
  /** Claim `aud` of accepted tokens; for a user pool, the id of the client to sign in with. */
  TOKEN_AUDIENCE: 'TokenAudience',
  /** URL of the issuer's public keys, a JSON Web Key Set; absent without authentication. */
  TOKEN_KEYS_URL: 'TokenKeysUrl',
  MESSAGE_LOG_TABLE: 'MessageLogTable',
  CONNECTION_TABLE: 'ConnectionTable',
  /** Table of tickets, logouts and rate limits; absent without authentication. */
  ADMISSION_TABLE: 'AdmissionTable',
  /** `true` where tables and load balancer are promised to refuse deletion. */
  DELETION_PROTECTION: 'DeletionProtection',
} as const;
