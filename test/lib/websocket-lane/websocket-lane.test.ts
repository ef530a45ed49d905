import { type CfnElement, CfnResource } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { addOutputs } from '../../../lib/add-outputs';
import { LaneNetwork } from '../../../lib/network/lane-network';
import { Output } from '../../../lib/outputs';
import { retentionOf } from '../../../lib/storage/retention';
import { WebSocketEntry } from '../../../lib/websocket-lane/websocket-entry';
import type { WebSocketEntryConfig, WebSocketEntryContext } from '../../../lib/websocket-lane/websocket-entry-config';
import { exampleVpc, ORIGIN, twinlane, webSocketLane } from '../lanes';
import { statementsOf, testStack } from '../synthesized';

/** An entry that an app has written. Each of its grants allows one action of its name. */
class OwnEntry extends WebSocketEntry {
  context: WebSocketEntryContext | undefined;

  constructor(private readonly config: Partial<WebSocketEntryConfig> = {}) {
    super();
  }

  bind(scope: Construct, context: WebSocketEntryContext): WebSocketEntryConfig {
    this.context = context;
    return {
      postingHandlers: 'lambda',
      postingEnvironment: { MANAGEMENT_ENDPOINT: 'https://own.example.com' },
      managementResources: new CfnResource(scope, 'Own', { type: 'Own::Entry::Server' }),
      delivers: true,
      functions: [],
      grantPost: (grantee) => allow(grantee, 'own:Post'),
      grantDisconnect: (grantee) => allow(grantee, 'own:Disconnect'),
      grantRemove: (grantee) => allow(grantee, 'own:Remove'),
      ...this.config,
    };
  }
}

function allow(grantee: IGrantable, action: string): Grant {
  return Grant.addToPrincipal({ grantee, actions: [action], resourceArns: ['arn:aws:own:::entry'] });
}

/** Functions that post to connections. */
const POSTING = ['Push', 'Deliver', 'Revoke'];

describe('an entry that an app has written', () => {
  const stack = testStack();
  const entry = new OwnEntry();
  const lanes = twinlane(stack, { webSocket: { entry } });
  const { webSocketLane: lane, httpLane } = lanes;
  const template = Template.fromStack(stack);
  const { push, deliver } = lanes.delivery ?? {};
  const revoke = lanes.revocation?.revoke;

  test('replaces API Gateway', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::Api', 0);
    expect(lane.apiGateway).toBeUndefined();
    expect(lane.url).toBe('wss://ws.example.com');
  });

  test('receives the table of the lane, and the network and the listener of the HTTP lane', () => {
    expect(entry.context).toMatchObject({ allowedOrigins: [ORIGIN] });
    expect(entry.context?.connectionTable).toBe(lane.connectionTable);
    expect(entry.context?.network).toBe(httpLane.network);
    expect(entry.context?.httpListener).toBe(httpLane.listener);
  });

  test.each(POSTING)('has its endpoint in the environment of the function %s, which is created after it', (name) => {
    const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
    const [, fn] = functions.find(([id]) => id.includes(`${name}Function`)) ?? [];
    expect(fn?.Properties.Environment.Variables.MANAGEMENT_ENDPOINT).toBe('https://own.example.com');
    expect(fn?.DependsOn).toContain(stack.getLogicalId(lane.node.findChild('Own') as CfnElement));
  });

  test.each([
    ['push', push, ['own:Remove', 'own:Post']],
    ['deliver', deliver, ['own:Remove', 'own:Post']],
    ['revoke', revoke, ['own:Remove', 'own:Disconnect', 'own:Post']],
  ])('grants to the function %s what it does with connections', (_name, fn, expected) => {
    const actions = fn && statementsOf(stack, fn).flatMap((statement) => (statement as { Action: string }).Action);
    expect(actions?.filter((action) => action.startsWith('own:')).sort()).toEqual([...expected].sort());
  });

  test('has outputs without those of an API', () => {
    const other = testStack();
    addOutputs(other, twinlane(other, { webSocket: { entry: new OwnEntry() } }));
    const outputs = Object.keys(Template.fromStack(other).findOutputs('*'));
    expect(outputs).toContain(Output.DELIVERY_QUEUE_URL);
    expect(outputs).not.toContain(Output.WEBSOCKET_API_ID);
    expect(outputs).not.toContain(Output.MANAGEMENT_ENDPOINT);
  });
});

test('the functions that post to connections are in the network of the entry, and others are in none', () => {
  const stack = testStack();
  const vpc = exampleVpc(stack);
  const securityGroup = SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1');
  const functionNetwork = { vpc, vpcSubnets: { subnets: vpc.privateSubnets }, securityGroups: [securityGroup] };
  twinlane(stack, { webSocket: { entry: new OwnEntry({ functionNetwork }) } });
  const functions = Object.entries(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
  const inNetwork = functions.filter(([, { Properties }]) => Properties.VpcConfig?.SecurityGroupIds[0] === 'sg-1');
  expect(inNetwork.map(([id]) => POSTING.find((name) => id.includes(`${name}Function`))).sort()).toEqual(
    [...POSTING].sort(),
  );
  expect(functions.filter(([, { Properties }]) => Properties.VpcConfig)).toHaveLength(POSTING.length);
});

describe('an entry that receives no messages from the log', () => {
  const stack = testStack();
  const lanes = twinlane(stack, { webSocket: { entry: new OwnEntry({ delivers: false }) } });
  addOutputs(stack, lanes);
  const template = Template.fromStack(stack);

  test('has no delivery and no revocation', () => {
    expect(lanes.delivery).toBeUndefined();
    expect(lanes.revocation).toBeUndefined();
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 0);
  });

  test('has outputs without a delivery queue, and with an empty list of dead-letter queues', () => {
    template.hasOutput(Output.DEAD_LETTER_QUEUE_URLS, { Value: 'none' });
    expect(template.findOutputs(Output.DELIVERY_QUEUE_URL)).toEqual({});
  });
});

test('a lane that stands alone can have a network that it creates', () => {
  const stack = testStack();
  const entry = new OwnEntry();
  webSocketLane(stack, { entry, network: LaneNetwork.create({ availabilityZones: ['us-east-1a', 'us-east-1b'] }) });
  Template.fromStack(stack).resourceCountIs('AWS::EC2::VPC', 1);
  expect(entry.context?.network?.vpc.node.path).toBe('Test/WebSocketLane/Vpc');
});

test('a lane that stands alone gives its entry the network of its props, and no listener', () => {
  const stack = testStack();
  const network = LaneNetwork.fromVpc(exampleVpc(stack)).bind(stack, retentionOf({}));
  const [without, withOne] = [new OwnEntry(), new OwnEntry()];
  webSocketLane(stack, { entry: withOne, network });
  webSocketLane(testStack(), { entry: without });
  expect(withOne.context?.network).toBe(network);
  expect(withOne.context).not.toHaveProperty('httpListener');
  expect(without.context).not.toHaveProperty('network');
});
