import { Duration, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { addOutputs } from '../../lib/add-outputs';
import type { CloudFront } from '../../lib/gateway/cloud-front';
import { Gateway } from '../../lib/gateway/gateway';
import { HttpCompute } from '../../lib/http-lane/http-compute';
import { Output } from '../../lib/outputs';
import type { Twinlane, TwinlaneProps } from '../../lib/twinlane';
import { LaneCertificates } from '../../lib/domains/lane-certificates';
import { LaneRoute } from '../../lib/websocket-lane/api-gateway/lane-route';
import type { LaneFunction } from '../../lib/functions/lane-function';
import type { Delivery } from '../../lib/websocket-lane/delivery';
import type { Revocation } from '../../lib/websocket-lane/revocation';
import { ServersLoadBalancer } from '../../lib/websocket-lane/servers/servers-load-balancer';
import type { WebSocketServers } from '../../lib/websocket-lane/servers/websocket-servers';
import { WebSocketEntry } from '../../lib/websocket-lane/websocket-entry';
import { apiGatewayOf, exampleFargate, twinlane, withApi } from './lanes';
import { exampleCertificate, templateOf, testStack } from './synthesized';

const TARGETS_OF_LANES: readonly string[] = [
  Output.HTTP_ALIAS_TARGET,
  Output.HTTP_ALIAS_TARGET_ZONE_ID,
  Output.WEBSOCKET_ALIAS_TARGET,
  Output.WEBSOCKET_ALIAS_TARGET_ZONE_ID,
];

/** Both lanes and the outputs of their stack. */
function withOutputs(stack: Stack, props: Partial<TwinlaneProps> = {}): Twinlane {
  const lanes = twinlane(stack, props);
  addOutputs(stack, lanes);
  return lanes;
}

/** The outputs of a template, by name. */
function outputs(template: Template): Record<string, unknown> {
  return Object.fromEntries(Object.entries(template.findOutputs('*')).map(([name, { Value }]) => [name, Value]));
}

test('the outputs contain the address and the expected capacity of every resource that verify checks', () => {
  const stack = testStack();
  const lanes = withOutputs(stack, { http: { compute: HttpCompute.fargate() } });
  const { domains, messageLog, admission, httpLane, webSocketLane } = lanes;
  const delivery = lanes.delivery as Delivery;
  const revocation = lanes.revocation as Revocation;
  const { api, domainName, functions } = apiGatewayOf(webSocketLane);
  const ref = (value: string) => stack.resolve(value);
  expect(outputs(Template.fromStack(stack))).toEqual({
    [Output.HTTP_URL]: 'https://api.example.com',
    [Output.WEBSOCKET_URL]: 'wss://ws.example.com',
    [Output.HOSTED_ZONE_ID]: 'Z1',
    [Output.HTTP_ALIAS_TARGET]: ref(`dualstack.${httpLane.loadBalancer.loadBalancerDnsName}`),
    [Output.HTTP_ALIAS_TARGET_ZONE_ID]: ref(httpLane.loadBalancer.loadBalancerCanonicalHostedZoneId),
    [Output.WEBSOCKET_ALIAS_TARGET]: ref(domainName.regionalDomainName),
    [Output.WEBSOCKET_ALIAS_TARGET_ZONE_ID]: ref(domainName.regionalHostedZoneId),
    [Output.HTTP_CERTIFICATE_ARN]: ref(domains.http.certificate.certificateArn),
    [Output.WEBSOCKET_CERTIFICATE_ARN]: ref(domains.webSocket.certificate.certificateArn),
    [Output.LOAD_BALANCER_ARN]: ref(httpLane.loadBalancer.loadBalancerArn),
    [Output.LOAD_BALANCER_IP_ADDRESS_TYPE]: 'dualstack',
    [Output.LISTENER_ARN]: ref(httpLane.listener.listenerArn),
    [Output.TARGET_GROUP_ARN]: ref(httpLane.compute.targetGroup.targetGroupArn),
    [Output.HTTP_SCALABLE_TARGET]: ref(httpLane.compute.scaling?.resourceId ?? ''),
    [Output.HTTP_CAPACITY]: '2-10',
    [Output.WEBSOCKET_API_ID]: ref(api.apiId),
    [Output.WEBSOCKET_STAGE]: 'live',
    [Output.WEBSOCKET_RATE_LIMIT]: '1000',
    [Output.WEBSOCKET_BURST_LIMIT]: '500',
    [Output.MANAGEMENT_ENDPOINT]: 'https://ws.example.com',
    [Output.MANAGEMENT_CERTIFICATE_ARN]: ref(domains.webSocket.certificate.certificateArn),
    [Output.WEBSOCKET_SCALABLE_TARGETS]: 'none',
    [Output.FUNCTIONS]: {
      'Fn::Join': [
        '',
        [...functions, delivery.push as LaneFunction, delivery.dispatch, delivery.deliver, revocation.revoke]
          .map((fn) => ref(fn.function.functionName))
          .flatMap((name, index) => (index < 6 ? [name, '=,'] : [name, '='])),
      ],
    },
    [Output.UNTRACED_FUNCTIONS]: ref(apiGatewayOf(webSocketLane).message.function.functionName),
    [Output.TOKEN_ISSUER]: 'https://login.example.com/',
    [Output.TOKEN_AUDIENCE]: 'https://api.example.com',
    [Output.TOKEN_KEYS_URL]: 'https://login.example.com/.well-known/jwks.json',
    [Output.TOKEN_ALGORITHMS]: 'RS256,ES256',
    [Output.MESSAGE_LOG_TABLE]: ref(messageLog.table.tableName),
    [Output.CONNECTION_TABLE]: ref(webSocketLane.connectionTable.table.tableName),
    [Output.ADMISSION_TABLE]: ref(admission.table?.tableName ?? ''),
    [Output.HINT_QUEUE_URL]: ref(messageLog.hintQueue.queueUrl),
    [Output.DELIVERY_QUEUE_URL]: ref(delivery.queue.queueUrl),
    [Output.DEAD_LETTER_QUEUE_URLS]: {
      'Fn::Join': [
        '',
        [delivery.deadLetterQueues.dispatch, delivery.deadLetterQueues.deliver, revocation.deadLetterQueue]
          .map(({ queueUrl }) => ref(queueUrl))
          .flatMap((url, index) => (index < 2 ? [url, ','] : [url])),
      ],
    },
    [Output.DELETION_PROTECTION]: 'false',
  });
});

test('the outputs contain reserved concurrency, provisioned concurrency and bundled routes', () => {
  const warm = { provisionedConcurrency: { minCapacity: 1, maxCapacity: 3 } };
  const stack = testStack();
  const { httpLane, webSocketLane } = withOutputs(stack, {
    http: { compute: HttpCompute.lambda({ reservedConcurrency: 9, ...warm }) },
    webSocket: withApi({
      throttle: { rateLimit: 7, burstLimit: 8 },
      message: warm,
      routes: { chat: LaneRoute.bundled({ entry: 'lambda/message.handler.ts', reservedConcurrency: 6, ...warm }) },
    }),
  });
  const { functions, message } = apiGatewayOf(webSocketLane);
  const name = (fn: { function: { functionName: string } } | undefined) => stack.resolve(fn?.function.functionName);
  const service = httpLane.compute.function;
  const chat = functions.at(-1);
  const found = outputs(Template.fromStack(stack));
  expect(found).toMatchObject({
    [Output.HTTP_SCALABLE_TARGET]: { 'Fn::Join': ['', ['function:', name(service), ':live']] },
    [Output.HTTP_CAPACITY]: '1-3',
    [Output.WEBSOCKET_RATE_LIMIT]: '7',
    [Output.WEBSOCKET_BURST_LIMIT]: '8',
    [Output.WEBSOCKET_SCALABLE_TARGETS]: {
      'Fn::Join': ['', ['function:', name(message), ':live=1-3,function:', name(chat), ':live=1-3']],
    },
  });
  const listed = JSON.stringify(found[Output.FUNCTIONS]);
  expect(listed).toContain(`${JSON.stringify(name(service))},"=9,"`);
  expect(listed).toContain(`${JSON.stringify(name(chat))},"=6,"`);
});

test('the outputs contain the functions without tracing, or none', () => {
  const untraced = (tracing: boolean) => {
    const stack = testStack();
    const lanes = withOutputs(stack, { webSocket: withApi({ message: { tracing } }), delivery: { push: { tracing } } });
    const { message } = apiGatewayOf(lanes.webSocketLane);
    const names = [message, lanes.delivery?.push].map((fn) => stack.resolve(fn?.function.functionName));
    return { found: outputs(Template.fromStack(stack))[Output.UNTRACED_FUNCTIONS], names };
  };
  const { found, names } = untraced(false);

  expect(found).toEqual({ 'Fn::Join': ['', [names[0], ',', names[1]]] });
  expect(untraced(true).found).toBe('none');
});

const OF_OPERATION: readonly string[] = [Output.ALARM_TOPIC_ARN, Output.HEALTH_ALARMS, Output.DASHBOARD_NAME];

test('the outputs contain the alarms that notify, first those of the health, the topic that they notify, and the dashboard', () => {
  const stack = testStack();
  const { operation } = withOutputs(stack, { operation: {} });
  const { http, webSocket, log } = operation?.health ?? {};
  const found = outputs(Template.fromStack(stack));

  expect(found).toMatchObject({
    [Output.ALARM_TOPIC_ARN]: stack.resolve(operation?.alarmTopic.topicArn),
    [Output.DASHBOARD_NAME]: stack.resolve(operation?.dashboard?.dashboard.dashboardName),
  });
  const names = found[Output.HEALTH_ALARMS] as { 'Fn::Join': [string, unknown[]] };
  expect(names['Fn::Join'][1].filter((part) => part !== ',')).toEqual(
    [
      ...[http, webSocket, log].map((health) => health?.compositeAlarm),
      ...[...(http?.lastingAlarms ?? []), ...(log?.lastingAlarms ?? [])],
    ].map((alarm) => stack.resolve(alarm?.alarmName)),
  );
});

test('the outputs contain no dashboard if there is none, and nothing of an operation if there is none', () => {
  const names = (props: Partial<TwinlaneProps>) =>
    Object.keys(outputs(templateOf((stack) => withOutputs(stack, props)))).filter((name) =>
      OF_OPERATION.includes(name),
    );

  expect(names({ operation: { dashboard: false } })).toEqual([Output.ALARM_TOPIC_ARN, Output.HEALTH_ALARMS]);
  expect(names({})).toEqual([]);
});

test('the outputs contain the web ACL', () => {
  const stack = testStack();
  const { httpLane } = withOutputs(stack, { http: { webAcl: {} } });
  expect(outputs(Template.fromStack(stack))).toMatchObject({
    [Output.WEB_ACL_ARN]: stack.resolve(httpLane.webAcl?.webAclArn),
  });
});

const HOST = 'app.example.com';

test('the outputs of a distribution have its URLs, its target, and no target of an internal load balancer', () => {
  const stack = testStack();
  const lanes = withOutputs(stack, { gateway: Gateway.cloudFront({ hostName: HOST, page: 'tools/demo/page' }) });
  const { distribution, certificate, page } = lanes.gateway as CloudFront;
  const { domainName } = apiGatewayOf(lanes.webSocketLane);
  const found = outputs(Template.fromStack(stack));
  expect(found).toMatchObject({
    [Output.HTTP_URL]: 'https://app.example.com',
    [Output.WEBSOCKET_URL]: 'wss://app.example.com/socket',
    [Output.HTTP_HOST]: 'api.example.com',
    [Output.WEBSOCKET_HOST]: 'ws.example.com',
    [Output.GATEWAY_DISTRIBUTION_ID]: stack.resolve(distribution.distributionId),
    [Output.GATEWAY_ALIAS_TARGET]: stack.resolve(distribution.distributionDomainName),
    [Output.GATEWAY_ALIAS_TARGET_ZONE_ID]: { 'Fn::FindInMap': expect.any(Array) },
    [Output.GATEWAY_CERTIFICATE_ARN]: stack.resolve(certificate.certificateArn),
    [Output.GATEWAY_PAGE_BUCKET]: stack.resolve(page?.bucket.bucketName),
    [Output.WEBSOCKET_CERTIFICATE_ARN]: stack.resolve(lanes.domains.webSocket.certificate.certificateArn),
    [Output.WEBSOCKET_ALIAS_TARGET]: stack.resolve(domainName.regionalDomainName),
    [Output.WEBSOCKET_ALIAS_TARGET_ZONE_ID]: stack.resolve(domainName.regionalHostedZoneId),
    [Output.MANAGEMENT_ENDPOINT]: 'https://ws.example.com/socket',
    [Output.LOAD_BALANCER_IP_ADDRESS_TYPE]: 'ipv4',
  });
  expect(found).not.toHaveProperty(Output.HTTP_ALIAS_TARGET);
  expect(found).not.toHaveProperty(Output.HTTP_ALIAS_TARGET_ZONE_ID);
});

test.each([
  ['internal', true, []],
  ['public', false, TARGETS_OF_LANES],
])(
  'the outputs of a distribution with servers and %s load balancers have the targets of public ones',
  (_, internalLoadBalancers, expected) => {
    const stack = testStack();
    withOutputs(stack, {
      gateway: Gateway.cloudFront({ hostName: HOST, internalLoadBalancers }),
      webSocket: { entry: WebSocketEntry.servers() },
    });
    const found = outputs(Template.fromStack(stack));
    expect(Object.keys(found).filter((name) => TARGETS_OF_LANES.includes(name))).toEqual(expected);
    expect(found).toHaveProperty(Output.GATEWAY_ALIAS_TARGET);
    expect(found).not.toHaveProperty(Output.GATEWAY_PAGE_BUCKET);
  },
);

test('the outputs of one load balancer for both lanes have its host in both URLs, and nothing of a distribution', () => {
  const stack = testStack();
  const lanes = withOutputs(stack, {
    httpHostName: HOST,
    webSocketHostName: HOST,
    gateway: Gateway.loadBalancer(),
    http: { compute: exampleFargate(), idleTimeout: Duration.minutes(10) },
    webSocket: { entry: WebSocketEntry.servers({ loadBalancer: ServersLoadBalancer.shared() }) },
  });
  const found = outputs(Template.fromStack(stack));
  expect(found).toMatchObject({
    [Output.HTTP_URL]: 'https://app.example.com',
    [Output.WEBSOCKET_URL]: 'wss://app.example.com/socket',
    [Output.HTTP_ALIAS_TARGET]: stack.resolve(`dualstack.${lanes.httpLane.loadBalancer.loadBalancerDnsName}`),
    [Output.WEBSOCKET_ALIAS_TARGET]: found[Output.HTTP_ALIAS_TARGET],
  });
  expect(Object.keys(found).filter((name) => name.startsWith('Gateway') || name.endsWith('Host'))).toEqual([]);
});

test('the outputs have no hosted zone if the records are elsewhere', () => {
  const stack = testStack();
  const certificates = LaneCertificates.imported(exampleCertificate(stack));
  withOutputs(stack, { hostedZone: undefined, certificates });
  const found = outputs(Template.fromStack(stack));
  expect(found).not.toHaveProperty(Output.HOSTED_ZONE_ID);
  expect(found).toHaveProperty(Output.HTTP_ALIAS_TARGET);
});

test.each([
  ['its own load balancer', ServersLoadBalancer.own()],
  ['the load balancer of the HTTP lane', ServersLoadBalancer.shared()],
])('the outputs contain the servers behind %s, and nothing of an API', (_, loadBalancer) => {
  const stack = testStack();
  const lanes = withOutputs(stack, {
    http: { compute: exampleFargate(), idleTimeout: Duration.minutes(10) },
    webSocket: { entry: WebSocketEntry.servers({ loadBalancer, scaling: { minCapacity: 3, maxCapacity: 7 } }) },
  });
  const servers = lanes.webSocketLane.servers as WebSocketServers;
  const delivery = lanes.delivery as Delivery;
  const revocation = lanes.revocation as Revocation;
  const found = outputs(Template.fromStack(stack));
  expect(found).toMatchObject({
    [Output.WEBSOCKET_URL]: 'wss://ws.example.com',
    [Output.WEBSOCKET_ALIAS_TARGET]: stack.resolve(`dualstack.${servers.loadBalancer.loadBalancerDnsName}`),
    [Output.WEBSOCKET_LOAD_BALANCER_ARN]: stack.resolve(servers.loadBalancer.loadBalancerArn),
    [Output.WEBSOCKET_LISTENER_ARN]: stack.resolve(servers.listener.listenerArn),
    [Output.WEBSOCKET_TARGET_GROUP_ARN]: stack.resolve(servers.targetGroup.targetGroupArn),
    [Output.WEBSOCKET_SCALABLE_TARGETS]: stack.resolve(`${servers.scaling.resourceId}=3-7`),
    [Output.POSTING_SECURITY_GROUP]: stack.resolve(servers.functionNetwork?.securityGroups[0]?.securityGroupId),
    [Output.POSTING_FUNCTIONS]: stack.resolve(
      [delivery.push, delivery.deliver, revocation.revoke].map((fn) => fn?.function.functionName).join(','),
    ),
  });
  expect(found).not.toHaveProperty(Output.WEBSOCKET_API_ID);
  expect(found).not.toHaveProperty(Output.MANAGEMENT_ENDPOINT);
});

test('the outputs of servers of another image name no function that posts to them', () => {
  const image = ContainerImage.fromRegistry('centrifugo/centrifugo:v6');
  const found = outputs(
    templateOf((stack) => withOutputs(stack, { webSocket: { entry: WebSocketEntry.servers({ image }) } })),
  );
  expect(found).toHaveProperty(Output.WEBSOCKET_TARGET_GROUP_ARN);
  expect(found).not.toHaveProperty(Output.POSTING_SECURITY_GROUP);
  expect(found).not.toHaveProperty(Output.POSTING_FUNCTIONS);
});

test('the outputs contain a route that is added after they are', () => {
  const stack = testStack();
  const api = apiGatewayOf(withOutputs(stack).webSocketLane);
  const entry = 'lambda/message.handler.ts';
  api.addRoute('late', LaneRoute.bundled({ entry, provisionedConcurrency: { minCapacity: 1, maxCapacity: 2 } }));
  const late = api.functions.at(-1);
  const name = stack.resolve(late?.function.functionName);
  const found = outputs(Template.fromStack(stack));
  expect(JSON.stringify(found[Output.FUNCTIONS])).toContain(`${JSON.stringify(name)},"=`);
  expect(found[Output.WEBSOCKET_SCALABLE_TARGETS]).toEqual({ 'Fn::Join': ['', ['function:', name, ':live=1-2']] });
});

test('the outputs of a protected stack report its deletion protection', () => {
  const template = templateOf((stack) => withOutputs(stack, { deletionProtection: true }));
  expect(outputs(template)).toMatchObject({ [Output.DELETION_PROTECTION]: 'true' });
});

test('a stack has no outputs unless it adds them', () => {
  expect(outputs(templateOf((stack) => twinlane(stack)))).toEqual({});
});
