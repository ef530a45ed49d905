import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { addOutputs } from '../../../lib/add-outputs';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import { Output } from '../../../lib/outputs';
import type { TwinlaneProps } from '../../../lib/twinlane';
import { LaneRoute } from '../../../lib/websocket-lane/api-gateway/lane-route';
import { ServersLoadBalancer } from '../../../lib/websocket-lane/servers/servers-load-balancer';
import { WebSocketEntry } from '../../../lib/websocket-lane/websocket-entry';
import { twinlane, withApi } from '../lanes';
import { synthesisError, testStack } from '../synthesized';
import { alarmsOf, ARRANGEMENTS, watchedTwinlane } from './watched-lanes';

const PREFIX = 'Test-TwinLane-';
const HTTP = ['http-errors', 'http-latency'];

/** @returns the deployment configurations of the services, by the beginning of their logical ids */
function servicesOf(stack: Stack): Record<string, { readonly Alarms?: { readonly AlarmNames: string[] } }> {
  const services = Object.entries(Template.fromStack(stack).findResources('AWS::ECS::Service'));
  return Object.fromEntries(
    services.map(([id, { Properties }]) => [
      id.replace(/^(TwinLane)?(HttpLane|WebSocketLane).*$/, '$2'),
      Properties.DeploymentConfiguration,
    ]),
  );
}

/** @returns the alarms of the deployment groups without the alarm of the function itself, by the id of the function */
function groupsOf(stack: Stack): Record<string, unknown[]> {
  const groups = Object.entries(Template.fromStack(stack).findResources('AWS::CodeDeploy::DeploymentGroup'));
  return Object.fromEntries(
    groups.map(([id, { Properties }]) => {
      const [own, ...others] = Properties.AlarmConfiguration.Alarms.map(({ Name }: { Name: unknown }) => Name);
      expect(own).toEqual({ Ref: expect.stringContaining('DeploymentErrors') });
      return [id.replace(/^TwinLane(.*)DeploymentGroup.*$/, '$1'), others];
    }),
  );
}

/** Throws if resources depend on each other. The CDK's own check does not read the update policy of an alias, which names its deployment group. */
function expectNoCycle(stack: Stack): void {
  const template = Template.fromStack(stack).toJSON();
  for (const resource of Object.values<Record<string, object>>(template.Resources)) {
    resource.Properties = { ...resource.Properties, UpdatePolicy: resource.UpdatePolicy };
  }
  expect(() => Template.fromJSON(template)).not.toThrow();
}

const named = (ids: readonly string[]) => ids.map((id) => `${PREFIX}${id}`);

const servers = (loadBalancer: ServersLoadBalancer): Partial<TwinlaneProps> => ({
  webSocket: { entry: WebSocketEntry.servers({ loadBalancer }) },
  http: { idleTimeout: Duration.minutes(10) },
});

describe('with an operation', () => {
  const stack = testStack();
  watchedTwinlane(stack);

  test('a deployment of the HTTP service is rolled back by the alarms on errors and latency of its lane only', () => {
    expect(servicesOf(stack)).toEqual({
      HttpLane: expect.objectContaining({ Alarms: { AlarmNames: named(HTTP), Enable: true, Rollback: true } }),
    });
  });

  test('a deployment whose tasks do not start is still rolled back', () => {
    expect(servicesOf(stack)).toMatchObject({
      HttpLane: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
    });
  });

  test('no function has a gradual deployment, because the default replaces functions at once', () => {
    expect(groupsOf(stack)).toEqual({});
  });
});

test.each([
  ['with a load balancer', ServersLoadBalancer.own()],
  ['at the load balancer of the HTTP lane', ServersLoadBalancer.shared()],
])('a deployment of servers %s is rolled back by the alarms of the WebSocket lane only', (_, loadBalancer) => {
  const stack = testStack();
  watchedTwinlane(stack, servers(loadBalancer));
  expect(servicesOf(stack)).toMatchObject({
    HttpLane: { Alarms: { AlarmNames: named(HTTP) } },
    WebSocketLane: { Alarms: { AlarmNames: named(['websocket-errors', 'websocket-failures']) } },
  });
});

test('servers of another image, which count no failures, have only the alarm on errors', () => {
  const stack = testStack();
  const image = ContainerImage.fromRegistry('example/socket');
  watchedTwinlane(stack, { webSocket: { entry: WebSocketEntry.servers({ image }) } });
  expect(servicesOf(stack)).toMatchObject({ WebSocketLane: { Alarms: { AlarmNames: named(['websocket-errors']) } } });
});

describe('gradual deployments with an operation', () => {
  const deployment = {};
  const props: Partial<TwinlaneProps> = {
    http: { compute: HttpCompute.lambda({ deployment }) },
    webSocket: withApi({
      ...{ connect: { deployment }, disconnect: { deployment }, message: { deployment } },
      routes: { chat: LaneRoute.bundled({ entry: 'lambda/message.handler.ts', deployment }) },
    }),
    delivery: { push: { deployment }, dispatch: { deployment }, deliver: { deployment } },
    revoke: { deployment },
  };
  const webSocket = named(['websocket-errors', 'websocket-failures', 'websocket-latency']);
  const log = named(['delivery-errors', 'delivery-latency']);

  test('of every function are rolled back by the alarms of its part, by name, without a cycle', () => {
    const stack = testStack();
    watchedTwinlane(stack, props);
    expectNoCycle(stack);
    const groups = groupsOf(stack);
    expect(Object.fromEntries(Object.entries(groups).map(([id, names]) => [id, names.toSorted()]))).toEqual({
      HttpLaneService: named(HTTP),
      WebSocketLaneConnect: webSocket,
      WebSocketLaneDisconnect: webSocket,
      WebSocketLaneMessage: webSocket,
      WebSocketLaneRouteschat: webSocket,
      DeliveryPush: log,
      DeliveryDispatch: log,
      DeliveryDeliver: log,
      RevocationRevoke: log,
    });
  });

  test('behind a load balancer that the lanes share have no cycle', () => {
    const stack = testStack();
    const http = { compute: HttpCompute.lambda({ deployment }), idleTimeout: Duration.minutes(10) };
    watchedTwinlane(stack, { ...servers(ServersLoadBalancer.shared()), http });
    expectNoCycle(stack);
    expect(groupsOf(stack)).toEqual({ HttpLaneService: named(HTTP) });
  });

  test('are invoked by their aliases, with the permission on these', () => {
    const stack = testStack();
    const { webSocketLane, httpLane } = watchedTwinlane(stack, props);
    const template = Template.fromStack(stack);
    const functions = [...(webSocketLane.apiGateway?.functions ?? []), httpLane.compute.function];
    expect(functions).toHaveLength(5);
    for (const fn of functions) {
      const alias = stack.resolve(fn?.invocable.functionArn);
      expect(alias).toEqual({ Ref: expect.stringContaining('Aliasgradual') });
      template.hasResourceProperties('AWS::Lambda::Permission', { FunctionName: alias });
    }
    for (const fn of webSocketLane.apiGateway?.functions ?? []) {
      template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
        IntegrationUri: { 'Fn::Join': ['', Match.arrayWith([stack.resolve(fn.invocable.functionArn)])] },
      });
    }
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Targets: [{ Id: stack.resolve(httpLane.compute.function?.invocable.functionArn) }],
    });
  });

  test('without an operation have only the alarm of the function', () => {
    const stack = testStack();
    twinlane(stack, props);
    expect(groupsOf(stack)).toMatchObject({ HttpLaneService: [], WebSocketLaneMessage: [], DeliveryDeliver: [] });
  });

  test('without deploymentAlarms have only the alarm of the function', () => {
    const stack = testStack();
    watchedTwinlane(stack, { ...props, operation: { deploymentAlarms: false } });
    expect(groupsOf(stack)).toMatchObject({ HttpLaneService: [], WebSocketLaneMessage: [], DeliveryDeliver: [] });
  });
});

test.each<[string, Partial<TwinlaneProps>]>([
  ['deploymentAlarms is false', { operation: { deploymentAlarms: false } }],
  ['there is no operation', { operation: undefined } as never],
])('no alarm rolls back a deployment of a service if %s', (_, props) => {
  const stack = testStack();
  watchedTwinlane(stack, { ...servers(ServersLoadBalancer.own()), ...props });
  const { HttpLane, WebSocketLane } = servicesOf(stack);
  expect([HttpLane, WebSocketLane]).toEqual([
    expect.not.objectContaining({ Alarms: expect.anything() }),
    expect.not.objectContaining({ Alarms: expect.anything() }),
  ]);
});

test.each(Object.entries(ARRANGEMENTS))('with %s, deployments are watched by alarms that exist', (_, arrangement) => {
  const stack = testStack();
  arrangement(stack);
  const existing = alarmsOf(stack).map(({ AlarmName }) => AlarmName);
  const names = Object.values(servicesOf(stack)).flatMap(({ Alarms }) => Alarms?.AlarmNames ?? []);
  expect(names.filter((name) => !existing.includes(name))).toEqual([]);
});

test('synthesis refuses more alarms than CodeDeploy accepts, of which some are those of the operation', () => {
  const withAlarms = (count: number) => (stack: Stack) => {
    const names = Array.from({ length: count }, (_, index) => `given-${index}`);
    const alarms = names.map((name) => Alarm.fromAlarmName(stack, name, name));
    watchedTwinlane(stack, { http: { compute: HttpCompute.lambda({ deployment: { alarms } }) } });
  };
  expect(synthesisError(withAlarms(8))).toContain(
    '[Test/TwinLane/HttpLane/Service/Deployment] deployment.alarms must have at most 10 alarms, with those of the function and of the operation, got 11. Fix: remove some of them',
  );
  expect(() => synthesisError(withAlarms(7))).toThrow('expected synthesis to fail');
});

test('deploymentAlarms must be true or false', () => {
  const error = synthesisError((stack) => watchedTwinlane(stack, { operation: { deploymentAlarms: 'no' as never } }));
  expect(error).toContain('deploymentAlarms must be true or false, got "no". Fix: use true or false');
});

describe('the output for rollback triggers', () => {
  /** @returns the ids of the alarms in the output; undefined without one */
  const idsIn = (props: Partial<TwinlaneProps>): string[] | undefined => {
    const stack = testStack();
    const lanes = watchedTwinlane(stack, props);
    addOutputs(stack, lanes);
    const { Value } =
      Template.fromStack(stack).findOutputs(Output.ROLLBACK_ALARM_ARNS)[Output.ROLLBACK_ALARM_ARNS] ?? {};
    const alarms = lanes.operation?.rollbackAlarms ?? [];
    if (Value === undefined) {
      return undefined;
    }
    const arns = alarms.map(({ alarmArn }) => stack.resolve(alarmArn));
    expect(Value).toEqual({ 'Fn::Join': ['', arns.flatMap((arn, index) => (index === 0 ? [arn] : [',', arn]))] });
    return alarms.map(({ node }) => node.id);
  };

  test('has the alarms on errors and latency of both lanes, at most 5', () => {
    expect(idsIn({})).toEqual([...HTTP, ...['websocket-errors', 'websocket-latency', 'websocket-failures']]);
    expect(idsIn(servers(ServersLoadBalancer.own()))).toEqual([...HTTP, 'websocket-errors', 'websocket-failures']);
  });

  test('exists without deploymentAlarms, but not without an operation', () => {
    expect(idsIn({ operation: { deploymentAlarms: false } })).toHaveLength(5);
    expect(idsIn({ operation: undefined } as never)).toBeUndefined();
  });
});
