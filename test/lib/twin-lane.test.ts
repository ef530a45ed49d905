import { type CfnElement, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Revocation } from '../../lib/websocket-lane/revocation';
import { HttpCompute } from '../../lib/http-lane/http-compute';
import { LaneNetwork } from '../../lib/http-lane/lane-network';
import { Output } from '../../lib/outputs';
import { TwinLane } from '../../lib/twin-lane';
import { exampleFargate, exampleVpc, ORIGIN, twinLane } from './lanes';
import { attributesOf, exampleCertificate, synthesisError, templateOf, testApp, testStack } from './synthesized';

interface CfnResource {
  readonly Type: string;
  readonly Properties?: object;
}

/** The outputs of a template, by name. */
function outputs(template: Template): Record<string, unknown> {
  return Object.fromEntries(Object.entries(template.findOutputs('*')).map(([name, { Value }]) => [name, Value]));
}

describe('both lanes', () => {
  const stack = testStack();
  const http = { compute: HttpCompute.fargate() };
  const lanes = twinLane(stack, { http });
  const { domains, messageLog, admission, httpLane, webSocketLane, delivery } = lanes;
  const revocation = lanes.revocation as Revocation;
  const template = Template.fromStack(stack);
  const ref = (value: string) => stack.resolve(value);

  test('tell operators and verify where everything is, and what was promised of it', () => {
    expect(outputs(template)).toEqual({
      [Output.API_URL]: 'https://api.example.com',
      [Output.WEBSOCKET_URL]: 'wss://ws.example.com',
      [Output.HOSTED_ZONE_ID]: 'Z1',
      [Output.API_CERTIFICATE_ARN]: ref(domains.api.certificate.certificateArn),
      [Output.WEBSOCKET_CERTIFICATE_ARN]: ref(domains.ws.certificate.certificateArn),
      [Output.LOAD_BALANCER_ARN]: ref(httpLane.loadBalancer.loadBalancerArn),
      [Output.LISTENER_ARN]: ref(httpLane.listener.listenerArn),
      [Output.TARGET_GROUP_ARN]: ref(httpLane.compute.targetGroup.targetGroupArn),
      [Output.HTTP_SCALABLE_TARGET]: ref(httpLane.compute.scaling?.resourceId ?? ''),
      [Output.HTTP_CAPACITY]: '2-10',
      [Output.WEBSOCKET_API_ID]: ref(webSocketLane.api.apiId),
      [Output.WEBSOCKET_STAGE]: 'live',
      [Output.WEBSOCKET_RATE_LIMIT]: '1000',
      [Output.WEBSOCKET_BURST_LIMIT]: '500',
      [Output.MANAGEMENT_ENDPOINT]: 'https://ws.example.com',
      [Output.MANAGEMENT_CERTIFICATE_ARN]: ref(domains.ws.certificate.certificateArn),
      [Output.WEBSOCKET_SCALABLE_TARGETS]: 'none',
      [Output.FUNCTIONS]: {
        'Fn::Join': [
          '',
          [...webSocketLane.functions, delivery.dispatch, delivery.deliver, revocation.revoke]
            .map((fn) => ref(fn.function.functionName))
            .flatMap((name, index) => (index < 5 ? [name, '=,'] : [name, '='])),
        ],
      },
      [Output.TOKEN_ISSUER]: 'https://login.example.com/',
      [Output.TOKEN_AUDIENCE]: 'https://api.example.com',
      [Output.TOKEN_KEYS_URL]: 'https://login.example.com/.well-known/jwks.json',
      [Output.MESSAGE_LOG_TABLE]: ref(messageLog.table.tableName),
      [Output.CONNECTION_TABLE]: ref(webSocketLane.connectionTable.table.tableName),
      [Output.ADMISSION_TABLE]: ref(admission.table?.tableName ?? ''),
      [Output.DELETION_PROTECTION]: 'true',
    });
  });

  test('keep the logical ids of their tables: others would be other, empty tables', () => {
    const logicalId = (table: typeof messageLog.table) => stack.getLogicalId(table.node.defaultChild as CfnElement);
    expect(logicalId(messageLog.table)).toBe('TwinLaneMessageLogTable416B355A');
    expect(logicalId(webSocketLane.connectionTable.table)).toBe('TwinLaneWebSocketLaneConnectionTableA9559BE9');
  });

  test('leave nothing that is retained unprotected', () => {
    template.allResources('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
    template.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain' });
    expect(attributesOf(template, 'LoadBalancer')).toMatchObject({ 'deletion_protection.enabled': 'true' });
  });

  test('may call without naming a resource only what takes none', () => {
    const policies = Object.values(template.findResources('AWS::IAM::Policy'));
    const calls = policies
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Resource }) => Resource === '*')
      .flatMap(({ Action }) => Action);
    expect([...new Set(calls)].sort()).toEqual([
      'dynamodb:ListStreams',
      'ecr:GetAuthorizationToken',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('are written in the characters that CloudFormation keeps', () => {
    expect(JSON.stringify(template)).toMatch(/^[\x20-\x7e]*$/);
  });

  test('have no name but their hosts and their API: everything else can be replaced', () => {
    for (const property of ['TableName', 'FunctionName', 'QueueName', 'RoleName', 'BucketName', 'LogGroupName']) {
      const named = Object.values(template.toJSON().Resources as Record<string, CfnResource>)
        .filter(({ Type }) => !/Permission|Alias|Version|EventSourceMapping|FlowLog/.test(Type))
        .filter(({ Properties = {} }) => property in Properties);
      expect(named).toEqual([]);
    }
  });
});

test('pools, warm copies and bundled routes are in the outputs too', () => {
  const warm = { provisionedConcurrency: { minCapacity: 1, maxCapacity: 3 } };
  const stack = testStack();
  const { httpLane, webSocketLane } = twinLane(stack, {
    http: { compute: HttpCompute.lambda({ reservedConcurrency: 9, ...warm }) },
    webSocket: {
      throttle: { rateLimit: 7, burstLimit: 8 },
      message: warm,
      routes: { chat: { entry: 'lambda/message.handler.ts', reservedConcurrency: 6, ...warm } },
    },
  });
  const name = (fn: { function: { functionName: string } } | undefined) => stack.resolve(fn?.function.functionName);
  const [service] = httpLane.compute.functions;
  const chat = webSocketLane.functions.at(-1);
  const found = outputs(Template.fromStack(stack));
  expect(found).toMatchObject({
    [Output.HTTP_SCALABLE_TARGET]: { 'Fn::Join': ['', ['function:', name(service), ':live']] },
    [Output.HTTP_CAPACITY]: '1-3',
    [Output.WEBSOCKET_RATE_LIMIT]: '7',
    [Output.WEBSOCKET_BURST_LIMIT]: '8',
    [Output.WEBSOCKET_SCALABLE_TARGETS]: {
      'Fn::Join': ['', ['function:', name(webSocketLane.message), ':live=1-3,function:', name(chat), ':live=1-3']],
    },
  });
  const functions = JSON.stringify(found[Output.FUNCTIONS]);
  expect(functions).toContain(`${JSON.stringify(name(service))},"=9,"`);
  expect(functions).toContain(`${JSON.stringify(name(chat))},"=6,"`);
});

test('what stands in front of the lanes is in the outputs too, and the API’s own host behind it', () => {
  const stack = testStack();
  const { domains, httpLane, webSocketLane } = twinLane(stack, {
    http: { webAcl: {} },
    webSocket: { distribution: { originHostName: 'ws-origin.example.com' } },
  });
  const { distribution } = webSocketLane;
  const found = outputs(Template.fromStack(stack));
  expect(found).toMatchObject({
    [Output.WEBSOCKET_URL]: 'wss://ws.example.com',
    [Output.WEBSOCKET_CERTIFICATE_ARN]: stack.resolve(domains.ws.certificate.certificateArn),
    [Output.MANAGEMENT_ENDPOINT]: 'https://ws-origin.example.com',
    [Output.MANAGEMENT_CERTIFICATE_ARN]: stack.resolve(distribution?.origin.certificate.certificateArn),
    [Output.DISTRIBUTION_DOMAIN_NAME]: stack.resolve(distribution?.distribution.distributionDomainName),
    [Output.WEB_ACL_ARN]: stack.resolve(httpLane.webAcl?.webAclArn),
  });
  expect(found[Output.MANAGEMENT_CERTIFICATE_ARN]).not.toEqual(found[Output.WEBSOCKET_CERTIFICATE_ARN]);
});

test('a distribution’s own certificate is the one of the host that clients know', () => {
  const stack = testStack();
  const certificate = exampleCertificate(stack);
  twinLane(stack, { webSocket: { distribution: { originHostName: 'ws-origin.example.com', certificate } } });
  expect(outputs(Template.fromStack(stack))).toMatchObject({
    [Output.WEBSOCKET_CERTIFICATE_ARN]: certificate.certificateArn,
  });
});

test('a route that is added to the finished lanes is in the outputs too', () => {
  const stack = testStack();
  const { webSocketLane } = twinLane(stack);
  const entry = 'lambda/message.handler.ts';
  webSocketLane.addRoute('late', { entry, provisionedConcurrency: { minCapacity: 1, maxCapacity: 2 } });
  const late = webSocketLane.functions.at(-1);
  const name = stack.resolve(late?.function.functionName);
  const found = outputs(Template.fromStack(stack));
  expect(JSON.stringify(found[Output.FUNCTIONS])).toContain(`${JSON.stringify(name)},"=`);
  expect(found[Output.WEBSOCKET_SCALABLE_TARGETS]).toEqual({ 'Fn::Join': ['', ['function:', name, ':live=1-2']] });
});

test('what is asked for once reaches every part', () => {
  const template = templateOf((stack) => {
    twinLane(stack, {
      removalPolicy: RemovalPolicy.DESTROY,
      logRetention: RetentionDays.ONE_WEEK,
      messageRetention: Duration.hours(2),
      delivery: { deliver: { reservedConcurrency: 4 } },
    });
  });
  template.allResources('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtectionEnabled: false },
  });
  template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 7 } });
  expect(attributesOf(template, 'LoadBalancer')).toMatchObject({ 'deletion_protection.enabled': 'false' });
  expect(outputs(template)).toMatchObject({ [Output.DELETION_PROTECTION]: 'false' });
  template.resourcePropertiesCountIs('AWS::Lambda::Function', { ReservedConcurrentExecutions: 4 }, 1);
  expect(JSON.stringify(template).match(/"7200"/g)).toHaveLength(2);
});

test('the HTTP lane is in the network that is given', () => {
  const stack = testStack();
  twinLane(stack, { network: LaneNetwork.given(exampleVpc(stack)) });
  Template.fromStack(stack).resourceCountIs('AWS::EC2::VPC', 0);
});

test('two pairs of lanes live in one app, one a stack', () => {
  const app = testApp();
  for (const id of ['One', 'Two']) {
    twinLane(testStack(app, id));
  }
  const [one, two] = app
    .synth()
    .stacks.map(({ template }) => Object.values(template.Resources as Record<string, CfnResource>))
    .map((resources) => resources.map(({ Type }) => Type));
  expect(one).toContain('AWS::ApiGatewayV2::Api');
  expect(two).toEqual(one);
});

test('a second pair of lanes in one stack is refused', () => {
  const message = synthesisError((stack) => {
    const { hostedZone } = twinLane(stack).domains.api;
    const hosts = { hostedZone, apiHostName: 'api.example.com', wsHostName: 'ws.example.com' };
    new TwinLane(stack, 'Second', {
      ...hosts,
      allowedOrigins: [ORIGIN],
      network: LaneNetwork.given(exampleVpc(stack)),
      http: { compute: exampleFargate() },
    });
  });
  expect(message.split('\n').slice(1)).toEqual([
    '  [Test/Second] a stack must have one TwinLane at most, got another at Test/TwinLane: give it a stack of its own',
  ]);
});

test('what is wrong in all parts is told at once', () => {
  const message = synthesisError((stack) =>
    twinLane(stack, {
      wsHostName: 'ws.example.org',
      network: LaneNetwork.made({ availabilityZones: [] }),
      allowedOrigins: [],
      messageRetention: Duration.seconds(0),
      delivery: { dispatch: { reservedConcurrency: 0 } },
    }),
  );
  expect(message.match(/\[[^\]]+\]/g)).toEqual([
    '[Test/TwinLane/Domains]',
    '[Test/TwinLane/MessageLog]',
    '[Test/TwinLane/HttpLane]',
    '[Test/TwinLane/HttpLane/Vpc]',
    '[Test/TwinLane/WebSocketLane]',
    '[Test/TwinLane/Delivery/Dispatch]',
  ]);
});
