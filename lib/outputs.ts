/**
 * Names of the stack outputs. `addOutputs` writes them; `npm run verify` and operators read them.
 * Lists are separated by commas; an empty list is `none`. Numbers are decimal.
 */
export const Output = {
  /** URL of the HTTP lane for clients: `https://api.example.com`, or `https://app.example.com` with a gateway. */
  HTTP_URL: 'HttpUrl',
  /** URL of the WebSocket lane for clients: `wss://ws.example.com`, or `wss://app.example.com/socket` with a gateway. */
  WEBSOCKET_URL: 'WebSocketUrl',
  /** Host of the HTTP lane behind a distribution: `api.example.com`; absent, like the next, if clients use the hosts of the lanes. */
  HTTP_HOST: 'HttpHost',
  /** Host of the WebSocket lane behind a distribution: `ws.example.com`. */
  WEBSOCKET_HOST: 'WebSocketHost',
  /** Id of the distribution in front of both lanes; absent, like the next three, without one. */
  GATEWAY_DISTRIBUTION_ID: 'GatewayDistributionId',
  /** Name of the distribution, to which the records of the gateway's host point: `d111111abcdef8.cloudfront.net`. */
  GATEWAY_ALIAS_TARGET: 'GatewayAliasTarget',
  /** Hosted zone id of that name. */
  GATEWAY_ALIAS_TARGET_ZONE_ID: 'GatewayAliasTargetZoneId',
  /** ARN of the certificate of the gateway's host, in us-east-1. */
  GATEWAY_CERTIFICATE_ARN: 'GatewayCertificateArn',
  /** Name of the bucket with the page of the gateway; absent without a page. */
  GATEWAY_PAGE_BUCKET: 'GatewayPageBucket',
  /** Id of the hosted zone with the records of the hosts; absent if the records are elsewhere. */
  HOSTED_ZONE_ID: 'HostedZoneId',
  /**
   * Name of the load balancer, to which the records of the HTTP host point: `dualstack.lane-1.us-east-1.elb.amazonaws.com`. Absent,
   * like the next, for an internal load balancer, whose host has no records.
   */
  HTTP_ALIAS_TARGET: 'HttpAliasTarget',
  /** Hosted zone id of that name, which alias records in Route 53 need. */
  HTTP_ALIAS_TARGET_ZONE_ID: 'HttpAliasTargetZoneId',
  /**
   * Name of API Gateway, or of the load balancer of servers, to which the records of the WebSocket host point. Absent, like the next, if
   * that load balancer is internal.
   */
  WEBSOCKET_ALIAS_TARGET: 'WebSocketAliasTarget',
  /** Hosted zone id of that name. */
  WEBSOCKET_ALIAS_TARGET_ZONE_ID: 'WebSocketAliasTargetZoneId',
  /** ARN of the certificate of the HTTP lane; the same as the WebSocket lane's for a SAN certificate. */
  HTTP_CERTIFICATE_ARN: 'HttpCertificateArn',
  /** ARN of the certificate of the WebSocket lane's host. */
  WEBSOCKET_CERTIFICATE_ARN: 'WebSocketCertificateArn',
  LOAD_BALANCER_ARN: 'LoadBalancerArn',
  /** Address type of the load balancer: `dualstack`, or `ipv4` without an AAAA record. */
  LOAD_BALANCER_IP_ADDRESS_TYPE: 'LoadBalancerIpAddressType',
  /** ARN of the web ACL of the load balancer; absent without one. */
  WEB_ACL_ARN: 'WebAclArn',
  /** ARN of the HTTPS listener. */
  LISTENER_ARN: 'ListenerArn',
  TARGET_GROUP_ARN: 'TargetGroupArn',
  /** Scalable target of the HTTP lane: `service/CLUSTER/SERVICE` or `function:NAME:ALIAS`; absent without scaling. */
  HTTP_SCALABLE_TARGET: 'HttpScalableTarget',
  /** Capacity of that target: `MIN-MAX`. */
  HTTP_CAPACITY: 'HttpCapacity',
  /** Id of the API of the WebSocket lane; absent, like the next five, without an API. */
  WEBSOCKET_API_ID: 'WebSocketApiId',
  WEBSOCKET_STAGE: 'WebSocketStage',
  /** Rate limit of the stage, in requests per second. */
  WEBSOCKET_RATE_LIMIT: 'WebSocketRateLimit',
  /** Burst limit of the stage, in requests. */
  WEBSOCKET_BURST_LIMIT: 'WebSocketBurstLimit',
  /** Endpoint of `@connections`, at the host of the lane: `https://ws.example.com`, or `https://ws.example.com/socket` with a gateway. */
  MANAGEMENT_ENDPOINT: 'ManagementEndpoint',
  /** ARN of the certificate of that host, which is that of the WebSocket lane. */
  MANAGEMENT_CERTIFICATE_ARN: 'ManagementCertificateArn',
  /** ARN of the load balancer of the servers, which can be that of the HTTP lane; absent, like the next two, without servers. */
  WEBSOCKET_LOAD_BALANCER_ARN: 'WebSocketLoadBalancerArn',
  /** ARN of the listener with the rule for handshakes. */
  WEBSOCKET_LISTENER_ARN: 'WebSocketListenerArn',
  WEBSOCKET_TARGET_GROUP_ARN: 'WebSocketTargetGroupArn',
  /** Id of the security group of the functions that post to servers; absent, like the next, if no function posts to servers. */
  POSTING_SECURITY_GROUP: 'PostingSecurityGroup',
  /** List of the functions that post to servers. */
  POSTING_FUNCTIONS: 'PostingFunctions',
  /** List of the scalable targets of the WebSocket lane: `function:NAME:ALIAS=MIN-MAX`, and `service/CLUSTER/SERVICE=MIN-MAX` for servers. */
  WEBSOCKET_SCALABLE_TARGETS: 'WebSocketScalableTargets',
  /** List of all functions with their reserved concurrency: `NAME=50`, or `NAME=` without one. */
  FUNCTIONS: 'Functions',
  /** List of the functions without tracing. */
  UNTRACED_FUNCTIONS: 'UntracedFunctions',
  /** Claim `iss` of accepted tokens; absent without authentication. */
  TOKEN_ISSUER: 'TokenIssuer',
  /** Claim `aud` of accepted tokens; for a user pool, the id of the client to sign in with. */
  TOKEN_AUDIENCE: 'TokenAudience',
  /** URL of the issuer's public keys, a JSON Web Key Set; absent without authentication, and if the service discovers it. */
  TOKEN_KEYS_URL: 'TokenKeysUrl',
  /** List of accepted signature algorithms; absent without authentication. */
  TOKEN_ALGORITHMS: 'TokenAlgorithms',
  MESSAGE_LOG_TABLE: 'MessageLogTable',
  CONNECTION_TABLE: 'ConnectionTable',
  /** Name of the admission table; absent without authentication. */
  ADMISSION_TABLE: 'AdmissionTable',
  /** URL of the queue of hints about new messages. */
  HINT_QUEUE_URL: 'HintQueueUrl',
  /** URL of the queue between the functions that deliver messages; absent if no messages are delivered from the log. */
  DELIVERY_QUEUE_URL: 'DeliveryQueueUrl',
  /** List of the URLs of the dead-letter queues, where work waits that failed all attempts. */
  DEAD_LETTER_QUEUE_URLS: 'DeadLetterQueueUrls',
  /** ARN of the topic that the alarms notify; absent, like the next two, without operation. */
  ALARM_TOPIC_ARN: 'AlarmTopicArn',
  /** List of the names of the alarms that notify: first the composite alarms, one for the health of each lane, and then those of conditions that last. */
  HEALTH_ALARMS: 'HealthAlarms',
  /** List of the ARNs of up to 5 alarms on errors and latency of both lanes, for `cdk deploy --rollback-trigger-alarm-arns`. */
  ROLLBACK_ALARM_ARNS: 'RollbackAlarmArns',
  /** `true` if an alarm on errors or latency of a lane rolls back a deployment of the service of that lane; absent without operation. */
  DEPLOYMENT_ALARMS: 'DeploymentAlarms',
  /** Name of the dashboard; absent without one. */
  DASHBOARD_NAME: 'DashboardName',
  /** ARN of the secret with the credentials of the canary; absent without a canary, and without authentication. */
  CANARY_SECRET_ARN: 'CanarySecretArn',
  /** Name of the function that a schedule runs as the canary; absent without one. */
  CANARY_FUNCTION: 'CanaryFunction',
  /** Name of the canary of CloudWatch Synthetics; absent without one. */
  CANARY_NAME: 'CanaryName',
  /** `true` if the tables and the load balancer have deletion protection. */
  DELETION_PROTECTION: 'DeletionProtection',
} as const;
