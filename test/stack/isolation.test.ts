import { Template } from 'aws-cdk-lib/assertions';
import { HttpCompute } from '../../lib/http-lane/http-compute';
import { twinlane } from '../lib/lanes';
import { testStack } from '../lib/synthesized';
import { concurrencyPools, idsOf, lanesOf, type Resources } from './lanes-of';
import { STAGES, stageTemplate } from './stages';

/**
 * Resources that both lanes use by design. The message log and the admission table are on demand, so neither lane can
 * starve the other.
 */
const MEETING_POINTS = [
  'AWS::CertificateManager::Certificate',
  'AWS::DynamoDB::Table/MessageLog',
  'AWS::DynamoDB::Table/Admission',
];

function resourcesOf(template: Template): Resources {
  return structuredClone(template.toJSON().Resources);
}

/** @returns the resource types and concurrency pools that the lanes share beyond their meeting points. */
function shared(resources: Resources): string[] {
  const meetingPoints = new Set(
    Object.keys(resources).filter((id) =>
      MEETING_POINTS.some((point) => {
        const [type, name = ''] = point.split('/');
        return resources[id]?.Type === type && id.includes(name);
      }),
    ),
  );
  const { http, webSocket } = lanesOf(resources, meetingPoints);
  const pools = concurrencyPools(resources, webSocket);
  return [
    ...[...http].filter((id) => webSocket.has(id) && !meetingPoints.has(id)).map((id) => resources[id]?.Type ?? id),
    ...[...concurrencyPools(resources, http)].filter((pool) => pools.has(pool)).map((pool) => `concurrency of ${pool}`),
  ];
}

function lambdaTemplate(): Template {
  const stack = testStack();
  twinlane(stack, { http: { compute: HttpCompute.lambda() } });
  return Template.fromStack(stack);
}

describe.each(STAGES)('the lanes of the %s stage', (stage) => {
  const resources = resourcesOf(stageTemplate(stage));

  test('share only the message log, the admission table and the certificate', () => {
    expect(shared(resources)).toEqual([]);
  });

  test('each include their compute', () => {
    const { http, webSocket } = lanesOf(resources, new Set(idsOf(resources, 'AWS::DynamoDB::Table')));
    const types = (lane: ReadonlySet<string>) => new Set([...lane].map((id) => resources[id]?.Type));
    expect(types(http)).toContain('AWS::ECS::Service');
    expect(types(http)).toContain('AWS::ApplicationAutoScaling::ScalableTarget');
    expect(types(webSocket)).toContain('AWS::Lambda::Function');
    expect(types(webSocket)).toContain('AWS::SQS::Queue');
  });
});

describe('two lanes on Lambda', () => {
  test('still share only the message log, the admission table and the certificate', () => {
    expect(shared(resourcesOf(lambdaTemplate()))).toEqual([]);
  });

  test('would share the concurrency of the account if the HTTP lane reserved none', () => {
    const resources = resourcesOf(lambdaTemplate());
    for (const id of idsOf(resources, 'AWS::Lambda::Function')) {
      delete resources[id]?.Properties.ReservedConcurrentExecutions;
    }
    expect(shared(resources)).toEqual(['concurrency of account']);
  });
});

describe('the comparison of the lanes finds', () => {
  type Sabotage = (resources: Resources, first: (type: string, name?: string) => string) => void;
  const sabotages: [string, string, Sabotage][] = [
    [
      'a shared role',
      'AWS::IAM::Role',
      (resources, first) => {
        const role = { 'Fn::GetAtt': [first('AWS::IAM::Role', 'TaskRole'), 'Arn'] };
        Object.assign(resources[first('AWS::Lambda::Function', 'Message')]?.Properties, { Role: role });
      },
    ],
    [
      'a shared security group',
      'AWS::EC2::SecurityGroup',
      (resources, first) => {
        const group = { 'Fn::GetAtt': [first('AWS::EC2::SecurityGroup', 'Service'), 'GroupId'] };
        const vpc = { SecurityGroupIds: [group], SubnetIds: [] };
        Object.assign(resources[first('AWS::Lambda::Function', 'Deliver')]?.Properties, { VpcConfig: vpc });
      },
    ],
    [
      'a target group that sends requests to a function of the WebSocket lane',
      'AWS::Lambda::Function',
      (resources, first) => {
        const targets = [{ Id: { 'Fn::GetAtt': [first('AWS::Lambda::Function', 'Message'), 'Arn'] } }];
        Object.assign(resources[first('AWS::ElasticLoadBalancingV2::TargetGroup')]?.Properties, { Targets: targets });
      },
    ],
    [
      'a queue to which the HTTP lane has permission to send',
      'AWS::SQS::Queue',
      (resources, first) => {
        const queue = { 'Fn::GetAtt': [first('AWS::SQS::Queue', 'DeliveryQueue'), 'Arn'] };
        const policy = resources[first('AWS::IAM::Policy', 'TaskRole')];
        policy?.Properties.PolicyDocument.Statement.push({
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Resource: queue,
        });
      },
    ],
    [
      'a shared scaling target',
      'AWS::ApplicationAutoScaling::ScalableTarget',
      (resources, first) => {
        const target = first('AWS::ApplicationAutoScaling::ScalableTarget');
        const fn = { Ref: first('AWS::Lambda::Function', 'Message') };
        Object.assign(resources[target]?.Properties, {
          ResourceId: { 'Fn::Join': [':', [resources[target]?.Properties.ResourceId, fn]] },
        });
      },
    ],
    [
      'a shared external security group',
      'sg-0123456789abcdef0',
      (resources, first) => {
        const vpc = { SecurityGroupIds: ['sg-0123456789abcdef0'], SubnetIds: [] };
        Object.assign(resources[first('AWS::Lambda::Function', 'Deliver')]?.Properties, { VpcConfig: vpc });
        resources[first('AWS::ElasticLoadBalancingV2::LoadBalancer')]?.Properties.SecurityGroups.push(
          'sg-0123456789abcdef0',
        );
      },
    ],
  ];

  test.each(sabotages)('%s', (_, expected, sabotage) => {
    const resources = resourcesOf(stageTemplate('dev'));
    sabotage(resources, (type, name = '') => {
      const id = idsOf(resources, type).find((each) => each.includes(name));
      if (!id) {
        throw new Error(`no ${type} named ${name}`);
      }
      return id;
    });
    expect(shared(resources)).toContain(expected);
  });
});
