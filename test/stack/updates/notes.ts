const ENTRY =
  'The records change to the new entry. The old one is deleted at the end of the update, so its clients reconnect. From `servers`, see [network interfaces](#not-verified-on-aws).';

const TASKS = 'The clients of the replaced tasks reconnect, spread over their drain.';

const GATEWAY =
  'Clients must change to the new URLs: the hosts of the lanes, or of the other gateway, stop answering during the update. To move clients without an interruption, deploy another stage with the gateway. See [gateways](#gateways).';

const INTERNAL =
  'Both lanes get another load balancer and target group. Requests can fail, and clients reconnect, until the distribution uses the new ones. See [gateways](#gateways).';

const GATEWAY_HOST =
  'The new certificate is validated first. The distribution answers to one name, so the old one stops when the distribution changes. Pages of the old host are not an allowed origin any more.';

const PAGE =
  'Edges ask the bucket for each file again, so there is no invalidation. Without a page, the HTTP lane answers its paths.';

const CANARY =
  'The alarm `canary` fires until the new canary has run and signed in: run `npm run canary:user` if the secret is new.';

/** Notes for operators about a change: setting or `Interface.prop` → sentences. A change without a note needs none. */
export const NOTES: Readonly<Record<string, string>> = {
  availabilityZones:
    'Zones can be added, removed and reordered. The subnets of the other zones keep their addresses. The NAT gateway of a removed zone loses its IP address.',
  'hostedZone.id':
    'Another zone: the certificate is validated again before anything else changes. Removed: the records are deleted, so create them elsewhere first, delegate the domain, and wait until the old NS records have expired in caches. Added: delete records of the hosts in the zone first, because CloudFormation does not replace existing records.',
  'network.ipv6': 'The AAAA records of the HTTP host are added or removed.',
  'hosts.http':
    'The new certificate is validated first. The old name stops when its records are deleted, at the end of the update.',
  'hosts.websocket':
    'The new certificate is validated first. Posts use the new name only when it answers. The old name stops at the end of the update.',
  'authentication.type':
    'The tables of connections and messages stay. Users of Cognito are in a user pool that is kept, but a new pool is empty.',
  accountLoggingRole: 'The role is kept, because other APIs of the account use it.',
  'capacity.http.type':
    'The listener changes to the new target group when its targets exist. A VPC of the stack has NAT gateways only with `fargate`. New ones have other IP addresses, which lists of allowed addresses elsewhere need.',
  'capacity.http.provisionedConcurrency':
    'The function is called through its alias only while it has provisioned concurrency.',
  'webAcl.rateLimit': 'Without the block, the log of the web ACL is kept. A new web ACL has a new log group.',
  removalPolicy: 'The bucket of access logs is kept, because `destroy` writes no access logs.',
  deletionProtection: 'Set it after the first deployment has succeeded. To delete the stack, set it to `false` first.',
  'DomainsProps.hostedZone': 'As for the setting `hostedZone.id`.',
  'DomainsProps.certificates':
    'The new certificate is validated first. Both lanes change to it without an interruption.',
  'TwinlaneProps.authentication':
    'The tables of connections and messages stay. Users of Cognito are in a user pool that is kept, but a new pool is empty.',
  'HttpLaneOptions.compute': 'The listener changes to the new target group when its targets exist.',
  'HttpLaneOptions.accessLogs': 'The bucket with the logs is kept.',
  'LaneVpcOptions.egress':
    'With `nat(1)`, the gateway is in the first zone of the list: requests come from another IP address if that changes.',
  'FargateComputeProps.containerPort': 'Old tasks serve requests until new ones are healthy at the new port.',
  'capacity.websocket.type': ENTRY,
  'WebSocketLaneOptions.entry': ENTRY,
  'capacity.websocket.cpu': TASKS,
  'capacity.websocket.memoryMiB': TASKS,
  'capacity.websocket.connectionsPerTask': TASKS,
  'ServersEntryProps.connectionsPerTask': TASKS,
  'capacity.websocket.loadBalancer':
    'ECS replaces the tasks when their load balancer changes, so clients reconnect. The HTTP tasks are replaced too, because the idle timeout of their load balancer changes.',
  'gateway.type': GATEWAY,
  'TwinlaneProps.gateway': GATEWAY,
  'DomainsProps.gateway': 'As for `TwinlaneProps.gateway`.',
  'gateway.host': GATEWAY_HOST,
  'CloudFrontGatewayProps.hostName': GATEWAY_HOST,
  'gateway.page': PAGE,
  'CloudFrontGatewayProps.page': PAGE,
  'gateway.internalLoadBalancers': INTERNAL,
  'CloudFrontGatewayProps.internalLoadBalancers': INTERNAL,
  'gateway.certificateArn': 'The distribution changes to it without an interruption.',
  'CloudFrontGatewayProps.certificate': 'The distribution changes to it without an interruption.',
  'gateway.webAclArn': 'The distribution changes to it without an interruption.',
  'CloudFrontGatewayProps.webAcl': 'The log of the web ACL is kept.',
  'network.vpcCidrBlock': 'With the wrong block, CloudFront cannot reach internal load balancers.',
  'gateway with capacity.websocket.type':
    'The distribution changes to the new entry. The old one is deleted at the end of the update, so its clients reconnect.',
  'gateway with webAcl.rateLimit': 'The web ACL is that of the distribution. Its log is kept.',
  operation: 'Alarms and dashboard are added or removed. Nobody is notified until you subscribe to the topic.',
  'TwinlaneProps.operation': 'As for the setting `operation`.',
  'operation.alarmTopicArn': 'The alarms notify the new topic.',
  'OperationOptions.alarmTopic': 'The alarms notify the new topic.',
  'operation.canary.type': CANARY,
  'OperationOptions.canary': CANARY,
  'LaneFunctionOptions.tracing': 'The role gets or loses the permission to write traces.',
  'LaneFunctionOptions.deployment': 'The function is called through its alias only while it has a gradual deployment.',
  'ApiGatewayEntryProps.routes': 'The log of a removed function is kept.',
};

/** An update that loses something or fails, and that we accept. */
interface Exception {
  /** Its hazards: see hazards.ts. */
  readonly hazards: readonly string[];
  readonly reason: string;
  /** Steps of the operator. */
  readonly action: string;
}

const ISSUER: Exception = {
  hazards: ['deletes Queue', 'deletes UserPoolClient'],
  reason: 'The dead-letter queue of logouts and the app client exist only for the issuer that is removed.',
  action: 'Nothing. For a return to Cognito, import the kept user pool with `Authentication.userPool`.',
};

const NETWORK: Exception = {
  hazards: ['moves LoadBalancer to another VPC'],
  reason: 'A load balancer cannot move to another VPC, so the update fails and is rolled back.',
  action: 'Deploy another stage in the new VPC with other hosts, move the clients, then delete the old stage.',
};

const PAGE_FILES: Exception = {
  hazards: ['deletes Bucket'],
  reason: 'The bucket contains only copies of the files of the page, and is deleted with them.',
  action: 'Nothing. A new deployment with a page copies the files again.',
};

const SAME_HOST: Exception = {
  hazards: ['moves the name of RecordSet'],
  reason:
    'If the new gateway has the host of the old one, or of a lane, its records are refused while the old ones exist.',
  action: 'Use a host that no lane and no gateway of the stack has yet.',
};

const TOPIC: Exception = {
  hazards: ['deletes Topic'],
  reason: 'The topic that the stack creates for alarms is deleted with its subscriptions.',
  action: 'Subscribe to the topic that replaces it: the output `AlarmTopicArn` has its ARN.',
};

export const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  hosts: {
    hazards: ['moves the name of RecordSet'],
    reason: 'If the hosts swap their names, each new record is refused while the other lane still has it.',
    action: 'Rename one host to a third name and deploy, then give both their new names.',
  },
  'authentication.type': ISSUER,
  'authentication.type with operation.canary': ISSUER,
  'TwinlaneProps.authentication': ISSUER,
  'network.vpcId': NETWORK,
  'TwinlaneProps.network': NETWORK,
  'gateway.type': SAME_HOST,
  'gateway.page': PAGE_FILES,
  operation: TOPIC,
  'operation.alarmTopicArn': TOPIC,
  'TwinlaneProps.operation': TOPIC,
  'OperationOptions.alarmTopic': TOPIC,
  'TwinlaneProps.gateway': SAME_HOST,
  'CloudFrontGatewayProps.page': PAGE_FILES,
  'ServersEntryProps.image': {
    hazards: ['deletes Queue'],
    reason:
      'Servers of another image receive no messages from the log, so the queues of the delivery and the revocation are deleted.',
    action: 'Set `image` when no dead letter is left that you need.',
  },
};
