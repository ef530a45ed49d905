import type { Mutant } from '../mutant';

export const lib: readonly Mutant[] = [
  {
    file: 'bin/twinlane.ts',
    bug: 'settings with a problem replace the last good cdk.out by an empty app',
    find: 'autoSynth: false',
    replace: 'autoSynth: true',
  },
  {
    file: 'lib/twinlane-stack.ts',
    bug: 'maxTasks is ignored',
    find: 'maxCapacity: http.maxTasks',
    replace: 'maxCapacity: 10',
  },
  {
    file: 'lib/twinlane-stack.ts',
    bug: 'the concurrency of connect is given to disconnect',
    find: "concurrencyOf('disconnect', websocket)",
    replace: "concurrencyOf('connect', websocket)",
  },
  {
    file: 'lib/authentication/lane-user-pool.ts',
    bug: 'ID tokens are valid for a day',
    find: 'idTokenValidity: Duration.hours(1)',
    replace: 'idTokenValidity: Duration.hours(24)',
  },
  {
    file: 'lib/authentication/admission.ts',
    bug: 'connect allows frames at the rate of requests',
    find: '[Environment.FRAME_RATE_LIMIT]: formatRateLimit(this.limits.frames),\n    };\n  }\n\n  get messageEnvironment',
    replace:
      '[Environment.FRAME_RATE_LIMIT]: formatRateLimit(this.limits.requests),\n    };\n  }\n\n  get messageEnvironment',
  },
  {
    file: 'lib/storage/durable-table.ts',
    bug: 'one allowed key in a batch gives access to all its other keys',
    find: "'ForAllValues:StringLike'",
    replace: "'ForAnyValue:StringLike'",
  },
  {
    file: 'lib/websocket-lane/connection-table.ts',
    bug: 'the function that posts can list the connections of every subject',
    find: "[TOPIC], 'dynamodb:Query'",
    replace: "[TOPIC, SUBJECT], 'dynamodb:Query'",
  },
  {
    file: 'lib/websocket-lane/delivery.ts',
    bug: 'the visibility timeout is as short as one invocation, so slow batches are received twice',
    find: 'deliverTimeout.toSeconds() * 6',
    replace: 'deliverTimeout.toSeconds()',
  },
  {
    file: 'lib/websocket-lane/delivery.ts',
    bug: 'a flood of hints runs push as often at once as the account permits',
    find: 'Math.min(push.reservedConcurrency ?? MOST_PUSHES, MOST_PUSHES)',
    replace: 'push.reservedConcurrency ?? 1000',
  },
  {
    file: 'lib/websocket-lane/delivery.ts',
    bug: 'messages that wait for a batching window are hinted before it ends',
    find: '(window?.toMilliseconds() ?? 0)',
    replace: '0 * (window?.toMilliseconds() ?? 0)',
  },
  {
    file: 'lib/storage/message-log.ts',
    bug: 'a publisher can mark messages as pushed, so that the stream skips them',
    find: "[TOPIC, ID], 'dynamodb:PutItem'",
    replace: "[TOPIC, ID, PUSHED], 'dynamodb:PutItem'",
  },
  {
    file: 'lib/storage/message-log.ts',
    bug: 'publishers can receive hints',
    find: "this.hintQueue.grant(grantee, 'sqs:SendMessage')",
    replace: "this.hintQueue.grant(grantee, 'sqs:SendMessage', 'sqs:ReceiveMessage')",
  },
  {
    file: 'lib/websocket-lane/revocation.ts',
    bug: 'a connection whose slot another one took is never closed',
    find: '[SortKey.REVOCATION, SortKey.CLOSING].map',
    replace: '[SortKey.REVOCATION].map',
  },
  {
    file: 'lib/websocket-lane/api-gateway/api-gateway.ts',
    bug: 'connect requires the secret of the distribution before clients reach the distribution',
    find: 'addDependency(this.distribution, records)',
    replace: 'addDependency(this.distribution)',
  },
  {
    file: 'lib/functions/lane-function.ts',
    bug: 'events invoke the function without its provisioned concurrency',
    find: 'this.invocable.addEventSource(source)',
    replace: 'this.function.addEventSource(source)',
  },
  {
    file: 'lib/http-lane/fargate-compute.ts',
    bug: 'the service closes idle connections before the load balancer does, so clients receive 502',
    find: 'idleTimeout.toSeconds() + 15',
    replace: 'idleTimeout.toSeconds() - 15',
  },
  {
    file: 'lib/http-lane/http-lane.ts',
    bug: 'the load balancer does not verify the tokens of logouts',
    find: "['GET', 'POST', 'DELETE']",
    replace: "['GET', 'POST']",
  },
  {
    file: 'lib/network/existing-network.ts',
    bug: 'the load balancer is dual-stack in a VPC of which only one subnet has IPv6',
    find: 'loadBalancer.subnets.every(hasIpv6)',
    replace: 'loadBalancer.subnets.some(hasIpv6)',
  },
  {
    file: 'lib/network/egress.ts',
    bug: 'a compromised container can write to a table of another account',
    find: "allow(['dynamodb:*'], WITHIN_ACCOUNT)",
    replace: "allow(['dynamodb:*'], BY_ACCOUNT)",
  },
  {
    file: 'lib/websocket-lane/servers/upgrade-rule.ts',
    bug: 'requests that are no handshakes reach the WebSocket servers',
    find: "conditions: [ListenerCondition.hostHeaders([hostName]), ListenerCondition.httpHeader('Upgrade', ['websocket'])]",
    replace: 'conditions: [ListenerCondition.hostHeaders([hostName])]',
  },
  {
    file: 'lib/websocket-lane/servers/posting-network.ts',
    bug: 'the functions cannot reach the port for messages of the WebSocket servers',
    find: 'Port.tcp(POSTS_PORT)',
    replace: 'Port.tcp(POSTS_PORT - 1)',
  },
  {
    file: 'lib/websocket-lane/servers/servers-load-balancer.ts',
    bug: 'the load balancer closes connections between two pings',
    find: 'idleTimeout: IDLE_TIMEOUT',
    replace: 'idleTimeout: Duration.minutes(1)',
  },
  {
    file: 'lib/websocket-lane/servers/servers-load-balancer.ts',
    bug: 'a change of the load balancer puts a target group at two load balancers, which AWS refuses',
    find: "'SharedTargetGroup'",
    replace: "'TargetGroup'",
  },
  {
    file: 'lib/websocket-lane/servers/websocket-servers.ts',
    bug: 'the container of a foreign server can write the connection table',
    find: `    if (this.delivers) {
      this.grantServe();
    }`,
    replace: '    this.grantServe();',
  },
  {
    file: 'lib/web-acl.ts',
    bug: 'WAF logs the tickets of WebSocket handshakes',
    find: "['authorization', 'cookie', 'sec-websocket-protocol']",
    replace: "['authorization', 'cookie']",
  },
  {
    file: 'lib/settings/stage-rules.ts',
    bug: 'a stage without an account counts as in another account than all stages with one',
    find: 'a.account && b.account && a.account !== b.account',
    replace: 'a.account !== b.account',
  },
  {
    file: 'lib/settings/concurrency-rules.ts',
    bug: 'the concurrency that Lambda keeps unreserved can be reserved',
    find: 'if (sum > 0 && sum > most)',
    replace: 'if (sum > 0 && sum > most + UNRESERVED_CONCURRENCY)',
  },
  {
    file: 'lib/settings/capacity-rules.ts',
    bug: 'the tasks of servers do not count toward the quota of vCPUs',
    find: "...(websocket ? [{ ...websocket, lane: 'websocket' } as const] : []),",
    replace: '',
  },
  {
    file: 'lib/websocket-lane/delivery.ts',
    bug: 'the functions that post are not in the network of the servers',
    find: 'return functionNetwork ? { network: functionNetwork } : {};',
    replace: 'return {};',
  },
  {
    file: 'lib/twinlane.ts',
    bug: 'messages of the log are delivered to servers that receive none',
    find: 'if (!this.webSocketLane.entry.delivers)',
    replace: 'if (false)',
  },
  {
    file: 'lib/twinlane-stack.ts',
    bug: 'servers have no way to AWS if the HTTP lane has a function',
    find: " || capacity.websocket.type === 'servers'",
    replace: '',
  },
];
