import { Match, Template } from 'aws-cdk-lib/assertions';
import { HttpCompute } from '../../../../lib/http-lane/http-compute';
import { Egress } from '../../../../lib/network/egress';
import { LaneNetwork } from '../../../../lib/network/lane-network';
import { retentionOf } from '../../../../lib/storage/retention';
import type { LaneFunction } from '../../../../lib/functions/lane-function';
import { WebSocketEntry } from '../../../../lib/websocket-lane/websocket-entry';
import { exampleVpc, twinlane } from '../../lanes';
import { statementsOf, synthesisError, testStack } from '../../synthesized';
import { servers, serversOf } from './lane-with-servers';

describe('functions that post to servers', () => {
  const stack = testStack();
  const lanes = twinlane(stack, { webSocket: { entry: WebSocketEntry.servers() } });
  const lane = serversOf(lanes.webSocketLane);
  const template = Template.fromStack(stack);
  const functions = { ...lanes.delivery, ...lanes.revocation } as Record<string, LaneFunction>;
  const posters = ['push', 'deliver', 'revoke'].map((name) => [name, functions[name] as LaneFunction] as const);
  const group = (index: number, of = lane.functionNetwork?.securityGroups) =>
    stack.resolve(of?.[index]?.securityGroupId);

  test.each(posters)('%s runs in the subnets of the tasks, and addresses tasks', (_name, fn) => {
    const { Ref } = stack.resolve(fn.function.functionName);
    expect(template.findResources('AWS::Lambda::Function')[Ref]?.Properties).toMatchObject({
      VpcConfig: {
        SecurityGroupIds: [group(0)],
        SubnetIds: lanes.httpLane.network.vpc
          .selectSubnets(lanes.httpLane.network.taskSubnets)
          .subnetIds.map((id) => stack.resolve(id)),
      },
      Environment: { Variables: expect.not.objectContaining({ MANAGEMENT_ENDPOINT: expect.anything() }) },
    });
  });

  test.each(posters)('%s can read the leases of tasks, and delete no records of connections', (_name, fn) => {
    const table = stack.resolve(lanes.webSocketLane.connectionTable.table.tableArn);
    const statements = (statementsOf(stack, fn) as { Action: string; Resource: unknown; Condition: unknown }[]).filter(
      ({ Resource }) => JSON.stringify(Resource) === JSON.stringify(table),
    );
    expect(statements).toContainEqual({
      Effect: 'Allow',
      Action: 'dynamodb:GetItem',
      Resource: table,
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['CONNECTION#*'] } },
    });
    expect(JSON.stringify(statements)).not.toMatch(/Delete|Put/);
  });

  test.each(posters)('%s has no permission for an API', (_name, fn) => {
    expect(JSON.stringify(statementsOf(stack, fn))).not.toContain('execute-api');
  });

  test('have the permissions of Lambda to manage their network interfaces, and no managed policy', () => {
    expect(statementsOf(stack, functions.deliver as LaneFunction)).toContainEqual({
      Effect: 'Allow',
      Action: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
        'xray:PutTelemetryRecords',
        'xray:PutTraceSegments',
      ],
      Resource: '*',
    });
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });

  test('do not include dispatch, which connects to no task', () => {
    const { Ref } = stack.resolve(lanes.delivery?.dispatch.function.functionName);
    expect(template.findResources('AWS::Lambda::Function')[Ref]?.Properties).not.toHaveProperty('VpcConfig');
  });

  test('can connect to the tasks and to AWS only, and are the only ones that tasks admit to the port for messages', () => {
    const tasks = group(0, lane.connections.securityGroups);
    const [own] = [group(0)];
    const id = own['Fn::GetAtt'][0];
    expect(template.findResources('AWS::EC2::SecurityGroup')[id]?.Properties).toMatchObject({
      SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 }],
    });
    expect(template.findResources('AWS::EC2::SecurityGroup')[id]?.Properties).not.toHaveProperty(
      'SecurityGroupIngress',
    );
    template.resourcePropertiesCountIs('AWS::EC2::SecurityGroupEgress', { GroupId: own }, 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      GroupId: own,
      DestinationSecurityGroupId: tasks,
      FromPort: 8081,
      ToPort: 8081,
    });
    template.resourcePropertiesCountIs('AWS::EC2::SecurityGroupIngress', { GroupId: tasks }, 2);
    template.resourcePropertiesCountIs('AWS::EC2::SecurityGroupIngress', { GroupId: tasks, FromPort: 8081 }, 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: tasks,
      SourceSecurityGroupId: own,
      FromPort: 8081,
      ToPort: 8081,
    });
  });
});

test('servers with public addresses are refused, because functions in their subnets cannot reach AWS', () => {
  const message = synthesisError((stack) => {
    const network = LaneNetwork.fromVpc(exampleVpc(stack), { assignPublicIp: true }).bind(stack, retentionOf({}));
    servers(stack, {}, { network });
  });
  expect(message).toContain(
    '[Test/WebSocketLane/Servers] network must have private subnets for the functions that post to the servers, got assignPublicIp: true. Fix: use taskSubnets with a NAT gateway or endpoints, or WebSocketEntry.apiGateway()',
  );
});

test('servers are refused in a network in which tasks cannot pull their image, also if the HTTP lane has no tasks', () => {
  const message = synthesisError((stack) => {
    twinlane(stack, {
      http: { compute: HttpCompute.lambda() },
      network: LaneNetwork.create({ availabilityZones: ['us-east-1a', 'us-east-1b'], egress: Egress.none() }),
      webSocket: { entry: WebSocketEntry.servers() },
    });
  });
  expect(message).toContain(
    '[Test/TwinLane/WebSocketLane/Servers] network must let a task pull its image, got Egress.none()',
  );
});
