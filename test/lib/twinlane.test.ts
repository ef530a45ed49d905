import { type CfnElement, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Authentication } from '../../lib/authentication/authentication';
import { LaneCertificates } from '../../lib/domains/lane-certificates';
import { Gateway } from '../../lib/gateway/gateway';
import { HttpCompute } from '../../lib/http-lane/http-compute';
import { LaneNetwork } from '../../lib/network/lane-network';
import { Twinlane } from '../../lib/twinlane';
import { ServersLoadBalancer } from '../../lib/websocket-lane/servers/servers-load-balancer';
import { WebSocketEntry } from '../../lib/websocket-lane/websocket-entry';
import { exampleFargate, exampleVpc, ORIGIN, twinlane, withApi } from './lanes';
import { FUNCTIONS, propertyOf } from './resource-property';
import {
  attributesOf,
  containerOf,
  exampleCertificate,
  synthesisError,
  templateOf,
  testApp,
  testStack,
} from './synthesized';

interface CfnResource {
  readonly Type: string;
  readonly Properties?: object;
}

describe('both lanes', () => {
  const stack = testStack();
  const http = { compute: HttpCompute.fargate() };
  const { messageLog, webSocketLane } = twinlane(stack, { http });
  const template = Template.fromStack(stack);

  test('keep the logical ids of their tables, because a new id would create an empty table', () => {
    const logicalId = (table: typeof messageLog.table) => stack.getLogicalId(table.node.defaultChild as CfnElement);
    expect(logicalId(messageLog.table)).toBe('TwinLaneMessageLogTable416B355A');
    expect(logicalId(webSocketLane.connectionTable.table)).toBe('TwinLaneWebSocketLaneConnectionTableA9559BE9');
  });

  test('keep data and logs if the stack is deleted, but not if its creation is rolled back', () => {
    template.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'RetainExceptOnCreate' });
    template.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'RetainExceptOnCreate' });
  });

  test('protect nothing against deletion, because a rollback could not delete it', () => {
    template.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
    expect(attributesOf(template, 'LoadBalancer')).toMatchObject({ 'deletion_protection.enabled': 'false' });
  });

  test('have the resource * only in permissions for actions that accept no other', () => {
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

  test('have only characters in the template that CloudFormation preserves', () => {
    expect(JSON.stringify(template)).toMatch(/^[\x20-\x7e]*$/);
  });
});

test('the shared props of Twinlane apply to every construct', () => {
  const template = templateOf((stack) => {
    twinlane(stack, {
      removalPolicy: RemovalPolicy.DESTROY,
      logRetention: RetentionDays.ONE_WEEK,
      messageRetention: Duration.hours(2),
      delivery: { deliver: { reservedConcurrency: 4 } },
    });
  });
  template.allResources('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Delete',
  });
  template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 7 } });
  template.resourcePropertiesCountIs('AWS::Lambda::Function', { ReservedConcurrentExecutions: 4 }, 1);
  expect(JSON.stringify(template).match(/"7200"/g)).toHaveLength(2);
});

test('deletion protection applies to tables, user pool and load balancer', () => {
  const template = templateOf((stack) => {
    twinlane(stack, { deletionProtection: true, authentication: Authentication.cognito() });
  });
  template.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
  template.allResourcesProperties('AWS::Cognito::UserPool', { DeletionProtection: 'ACTIVE' });
  expect(attributesOf(template, 'LoadBalancer')).toMatchObject({ 'deletion_protection.enabled': 'true' });
});

test('the HTTP lane uses an imported network', () => {
  const stack = testStack();
  twinlane(stack, { network: LaneNetwork.fromVpc(exampleVpc(stack)) });
  Template.fromStack(stack).resourceCountIs('AWS::EC2::VPC', 0);
});

test('one app can have two stacks with both lanes', () => {
  const app = testApp();
  for (const id of ['One', 'Two']) {
    twinlane(testStack(app, id));
  }
  const [one, two] = app
    .synth()
    .stacks.map(({ template }) => Object.values(template.Resources as Record<string, CfnResource>))
    .map((resources) => resources.map(({ Type }) => Type));
  expect(one).toContain('AWS::ApiGatewayV2::Api');
  expect(two).toEqual(one);
});

test('two Twinlane constructs in one stack have separate entry points, message logs and functions', () => {
  const stack = testStack();
  const { hostedZone } = twinlane(stack).domains.http;
  const second = new Twinlane(stack, 'Second', {
    hostedZone,
    httpHostName: 'api2.example.com',
    webSocketHostName: 'ws2.example.com',
    allowedOrigins: [ORIGIN],
    network: LaneNetwork.create({ availabilityZones: ['us-east-1a', 'us-east-1b'] }),
    http: { compute: exampleFargate() },
  });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 2);
  template.resourceCountIs('AWS::ApiGatewayV2::Api', 2);
  template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'ws2.example.com' });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: stack.resolve(second.messageLog.table.tableStreamArn),
    FunctionName: stack.resolve(second.delivery?.dispatch.function.functionName),
  });
});

describe('a gateway', () => {
  const gateway = Gateway.cloudFront({ hostName: 'www.example.com' });
  const taskVariable = 'ContainerDefinitions/0/Environment';
  const functionVariable = 'Environment/Variables';

  /** The variable in both lanes. */
  function inBothLanes(template: Template, name: string): unknown[] {
    return [
      ...propertyOf(template, 'AWS::ECS::TaskDefinition', `${taskVariable}/${name}`),
      ...propertyOf(template, `AWS::Lambda::Function ${FUNCTIONS.connect}`, `${functionVariable}/${name}`),
    ];
  }

  test.each([
    ['of the app', [ORIGIN], `${ORIGIN},https://www.example.com`],
    ['which are none', [], 'https://www.example.com'],
    ['in which it is already', ['https://www.example.com', ORIGIN], `https://www.example.com,${ORIGIN}`],
  ])('adds its origin to the allowed origins %s, in both lanes', (_, allowedOrigins, expected) => {
    const template = templateOf((stack) => void twinlane(stack, { gateway, allowedOrigins }));
    expect(inBothLanes(template, 'ALLOWED_ORIGINS')).toEqual([expected, expected]);
  });

  test('does not add its origin to the list of the app itself, which another stack can have, too', () => {
    const allowedOrigins = [ORIGIN];
    templateOf((stack) => void twinlane(stack, { gateway, allowedOrigins }));
    expect(allowedOrigins).toEqual([ORIGIN]);
  });

  test('has the URLs for clients of both lanes, of which the HTTP lane describes that for WebSockets', () => {
    const stack = testStack();
    const { httpLane, webSocketLane } = twinlane(stack, { gateway });
    expect([httpLane.url, webSocketLane.url]).toEqual(['https://www.example.com', 'wss://www.example.com/socket']);
    expect(propertyOf(Template.fromStack(stack), 'AWS::ECS::TaskDefinition', `${taskVariable}/WEBSOCKET_URL`)).toEqual([
      'wss://www.example.com/socket',
    ]);
  });

  test('of one load balancer has one host for both lanes', () => {
    const stack = testStack();
    const { httpLane, webSocketLane } = twinlane(stack, {
      gateway: Gateway.loadBalancer(),
      httpHostName: 'www.example.com',
      webSocketHostName: 'www.example.com',
      http: { compute: exampleFargate(), idleTimeout: Duration.minutes(10) },
      webSocket: {
        entry: WebSocketEntry.servers({
          image: ContainerImage.fromRegistry('example/sockets'),
          loadBalancer: ServersLoadBalancer.shared(),
        }),
      },
    });
    expect([httpLane.url, webSocketLane.url]).toEqual(['https://www.example.com', 'wss://www.example.com/socket']);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1);
    const names = propertyOf(template, 'AWS::Route53::RecordSet', 'Name');
    expect(names).toEqual(['www.example.com.', 'www.example.com.']);
  });

  test('reports its problems with those of the lanes', () => {
    const message = synthesisError((stack) =>
      twinlane(stack, {
        gateway: Gateway.cloudFront({ hostName: 'www.example.org' }),
        webSocketHostName: 'ws.example.org',
      }),
    );
    expect(message.match(/\[[^\]]+\]/g)).toEqual(['[Test/TwinLane/Gateway]', '[Test/TwinLane/Domains]']);
  });
});

test('a batching window lengthens the pause before a hint of both lanes', () => {
  const template = templateOf((stack) => twinlane(stack, { delivery: { maxBatchingWindow: Duration.seconds(2) } }));
  template.hasResourceProperties('AWS::Lambda::Function', {
    Description: 'WebSocket lane: answers frames',
    Environment: { Variables: Match.objectLike({ HINT_AFTER_MILLISECONDS: '2600' }) },
  });
  expect(containerOf(template).Environment).toContainEqual({ Name: 'HINT_AFTER_MILLISECONDS', Value: '2600' });
});

test.each([Duration.millis(500), Duration.seconds(301)])(
  'an invalid batching window is reported once, and not as a pause before a hint: %s',
  (maxBatchingWindow) => {
    const message = synthesisError((stack) => twinlane(stack, { delivery: { maxBatchingWindow } }));
    expect(message.match(/\[[^\]]+\]/g)).toEqual(['[Test/TwinLane/Delivery]']);
    expect(message).toContain('maxBatchingWindow must be whole seconds');
  },
);

test('problems of all constructs are reported together', () => {
  const message = synthesisError((stack) =>
    twinlane(stack, {
      webSocketHostName: 'ws.example.org',
      network: LaneNetwork.create({ availabilityZones: [] }),
      allowedOrigins: [],
      messageRetention: Duration.seconds(0),
      webSocket: withApi({ throttle: { rateLimit: 0 } }),
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

test('an origin that both lanes reject is reported once', () => {
  const error = synthesisError((stack) => twinlane(stack, { allowedOrigins: ['*'] }));
  expect(error.match(/allowedOrigins must be exact origins.*got "\*"/g)).toHaveLength(1);
});

test('an invalid origin in a list that two apps share is reported in each app', () => {
  const allowedOrigins = ['*'];
  const errors = [1, 2].map(() => synthesisError((stack) => twinlane(stack, { allowedOrigins })));
  expect(errors).toEqual([expect.stringContaining('got "*"'), expect.stringContaining('got "*"')]);
});

test('Twinlane without its required props, as JavaScript allows, names all missing props', () => {
  const stack = testStack();
  expect(() => Reflect.construct(Twinlane, [stack, 'Twinlane', { httpHostName: 'api.example.com' }])).toThrow(
    [
      "[Test/Twinlane] webSocketHostName is required, got undefined. Fix: use 'ws.example.com'",
      "[Test/Twinlane] allowedOrigins is required, got undefined. Fix: use ['https://app.example.com']",
      '[Test/Twinlane] network is required, got undefined. Fix: use LaneNetwork.create({ availabilityZones }) or LaneNetwork.fromVpc(vpc)',
    ].join('\n'),
  );
});

test('Twinlane with null as hosted zone, as JavaScript allows, creates no records', () => {
  const stack = testStack();
  const certificates = LaneCertificates.imported(exampleCertificate(stack));
  twinlane(stack, { hostedZone: null as unknown as undefined, certificates });
  Template.fromStack(stack).resourceCountIs('AWS::Route53::RecordSet', 0);
});

test('Twinlane with props of another type, as JavaScript allows, names them with the value received', () => {
  const stack = testStack();
  const props = {
    hostedZone: 'example.com',
    httpHostName: 7,
    webSocketHostName: ['ws.example.com'],
    allowedOrigins: 'https://app.example.com',
    network: LaneNetwork.create({ availabilityZones: ['us-east-1a', 'us-east-1b'] }),
  };
  expect(() => Reflect.construct(Twinlane, [stack, 'Twinlane', props])).toThrow(
    [
      `[Test/Twinlane] hostedZone must be an object, got "example.com". Fix: use HostedZone.fromLookup(this, 'Zone', { domainName: 'example.com' })`,
      "[Test/Twinlane] httpHostName must be a text, got 7. Fix: use 'api.example.com'",
      "[Test/Twinlane] webSocketHostName must be a text, got an object. Fix: use 'ws.example.com'",
      `[Test/Twinlane] allowedOrigins must be a list, got "https://app.example.com". Fix: use ['https://app.example.com']`,
    ].join('\n'),
  );
});
