import { Template } from 'aws-cdk-lib/assertions';
import { HttpCompute } from '../../lib/http-lane/http-compute';
import { twinlane } from '../lib/lanes';
import { testStack } from '../lib/synthesized';
import { concurrencyPools, idsOf, lanesOf, type Resources } from './lanes-of';
import { permissionsOn } from './permissions-on';
import { STAGES, stageTemplate } from './stages';

/**
 * Resources that both lanes use by design. The message log and the admission table are on demand, so neither lane can
 * starve the other. The lanes' publishers send to the hint queue, and only the push function receives from it.
 */
const MEETING_POINTS = [
  'AWS::CertificateManager::Certificate',
  'AWS::DynamoDB::Table/MessageLog',
  'AWS::DynamoDB::Table/Admission',
  'AWS::SQS::Queue/MessageLogHintQueue',
];

/** Everything that the HTTP lane is permitted to do with the message log and its hint queue. Nothing else may be found. */
const PERMISSIONS_OF_HTTP = {
  'AWS::DynamoDB::Table/MessageLog': [
    'dynamodb:BatchGetItem on TOPIC#*',
    'dynamodb:GetItem on TOPIC#*',
    'dynamodb:PutItem on TOPIC#*, ID#*',
    'dynamodb:Query on TOPIC#*',
  ],
  'AWS::SQS::Queue/MessageLogHintQueue': ['sqs:SendMessage'],
};

function resourcesOf(template: Template): Resources {
  return structuredClone(template.toJSON().Resources);
}

/** @returns the ids of the resources of a type whose id contains a name: `AWS::SQS::Queue/DeliveryQueue`. */
function idsAt(resources: Resources, point: string): string[] {
  const [type, name = ''] = point.split('/');
  return Object.keys(resources).filter((id) => resources[id]?.Type === type && id.includes(name));
}

function meetingPointsOf(resources: Resources): Set<string> {
  return new Set(MEETING_POINTS.flatMap((point) => idsAt(resources, point)));
}

/** @returns the resource types and concurrency pools that the lanes share beyond their meeting points. */
function shared(resources: Resources): string[] {
  const meetingPoints = meetingPointsOf(resources);
  const { http, webSocket } = lanesOf(resources, meetingPoints);
  const pools = concurrencyPools(resources, webSocket);
  return [
    ...[...http].filter((id) => webSocket.has(id) && !meetingPoints.has(id)).map((id) => resources[id]?.Type ?? id),
    ...[...concurrencyPools(resources, http)].filter((pool) => pools.has(pool)).map((pool) => `concurrency of ${pool}`),
  ];
}

/** @returns the permissions of the HTTP lane on the message log and its hint queue. */
function permissionsOfHttp(resources: Resources): Record<string, string[]> {
  const { http } = lanesOf(resources, meetingPointsOf(resources));
  return Object.fromEntries(
    Object.keys(PERMISSIONS_OF_HTTP).map((point) => {
      const [id = '', ...others] = idsAt(resources, point);
      expect(others).toEqual([]);
      return [point, permissionsOn(id, point.startsWith('AWS::SQS') ? 'sqs' : 'dynamodb', resources, http)];
    }),
  );
}

/** @returns the functions that receive from the hint queue. */
function receiversOfHints(resources: Resources): string[] {
  const [queue = ''] = idsAt(resources, 'AWS::SQS::Queue/MessageLogHintQueue');
  return idsOf(resources, 'AWS::Lambda::EventSourceMapping')
    .map((id) => JSON.stringify(resources[id]?.Properties))
    .filter((mapping) => mapping.includes(`"${queue}"`));
}

function lambdaTemplate(): Template {
  const stack = testStack();
  twinlane(stack, { http: { compute: HttpCompute.lambda() } });
  return Template.fromStack(stack);
}

describe.each(STAGES)('the lanes of the %s stage', (stage) => {
  const resources = resourcesOf(stageTemplate(stage));

  test('share only the message log, its hint queue, the admission table and the certificate', () => {
    expect(shared(resources)).toEqual([]);
  });

  test('meet in the message log and its hint queue with exactly the permissions of a publisher and a reader', () => {
    expect(permissionsOfHttp(resources)).toEqual(PERMISSIONS_OF_HTTP);
  });

  test('meet in a hint queue from which only the push function receives', () => {
    expect(receiversOfHints(resources)).toEqual([expect.stringContaining('TwinLaneDeliveryPushFunction')]);
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
  test('still share only the message log, its hint queue, the admission table and the certificate', () => {
    expect(shared(resourcesOf(lambdaTemplate()))).toEqual([]);
  });

  test('still meet in the message log and its hint queue with the permissions of a publisher and a reader', () => {
    expect(permissionsOfHttp(resourcesOf(lambdaTemplate()))).toEqual(PERMISSIONS_OF_HTTP);
  });

  test('would share the concurrency of the account if the HTTP lane reserved none', () => {
    const resources = resourcesOf(lambdaTemplate());
    for (const id of idsOf(resources, 'AWS::Lambda::Function')) {
      delete resources[id]?.Properties.ReservedConcurrentExecutions;
    }
    expect(shared(resources)).toEqual(['concurrency of account']);
  });
});

type Sabotage = (resources: Resources, first: (type: string, name?: string) => string) => void;

/** @returns the resources of a stage after a change, which finds ids by type and a part of their name. */
function sabotaged(sabotage: Sabotage): Resources {
  const resources = resourcesOf(stageTemplate('dev'));
  sabotage(resources, (type, name = '') => {
    const [id] = idsAt(resources, `${type}/${name}`);
    if (!id) {
      throw new Error(`no ${type} named ${name}`);
    }
    return id;
  });
  return resources;
}

describe('the comparison of the lanes finds', () => {
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
    expect(shared(sabotaged(sabotage))).toContain(expected);
  });
});

describe('the permissions of the HTTP lane show', () => {
  const LOG = 'AWS::DynamoDB::Table/MessageLog';
  const HINTS = 'AWS::SQS::Queue/MessageLogHintQueue';

  /** Adds a statement to the role of the containers. */
  const allow =
    (Action: string, point: string, Condition?: object): Sabotage =>
    (resources, first) => {
      const [type = '', name] = point.split('/');
      const Resource = { 'Fn::GetAtt': [first(type, name), 'Arn'] };
      const statements = resources[first('AWS::IAM::Policy', 'TaskRole')]?.Properties.PolicyDocument.Statement;
      statements.push({ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) });
    };
  const onKeys = (keys: string[]) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } });

  const sabotages: [string, string, string, Sabotage][] = [
    ['a receiver of hints', HINTS, 'sqs:ReceiveMessage', allow('sqs:ReceiveMessage', HINTS)],
    ['a purge of hints', HINTS, 'sqs:PurgeQueue', allow('sqs:PurgeQueue', HINTS)],
    ['a change of the queue', HINTS, 'sqs:*', allow('sqs:*', HINTS)],
    [
      'a writer of marks, which makes the stream skip messages',
      LOG,
      'dynamodb:PutItem on PUSHED#*',
      allow('dynamodb:PutItem', LOG, onKeys(['PUSHED#*'])),
    ],
    ['a writer of all items', LOG, 'dynamodb:PutItem', allow('dynamodb:PutItem', LOG)],
    ['an operation on all keys', LOG, 'dynamodb:UpdateItem on *', allow('dynamodb:UpdateItem', LOG, onKeys(['*']))],
    [
      'a statement about all queues',
      HINTS,
      'sqs:DeleteMessage',
      (resources, first) => {
        const statements = resources[first('AWS::IAM::Policy', 'TaskRole')]?.Properties.PolicyDocument.Statement;
        statements.push({ Effect: 'Allow', Action: ['sqs:DeleteMessage'], Resource: '*' });
      },
    ],
    [
      'a statement about the queues of the Region',
      HINTS,
      'sqs:DeleteMessage',
      (resources, first) => {
        const statements = resources[first('AWS::IAM::Policy', 'TaskRole')]?.Properties.PolicyDocument.Statement;
        const Resource = { 'Fn::Join': ['', ['arn:aws:sqs:us-east-1:', { Ref: 'AWS::AccountId' }, ':*']] };
        statements.push({ Effect: 'Allow', Action: ['sqs:DeleteMessage'], Resource });
      },
    ],
    [
      'an inline policy',
      HINTS,
      'sqs:ReceiveMessage',
      (resources, first) => {
        const Resource = { 'Fn::GetAtt': [first('AWS::SQS::Queue', 'HintQueue'), 'Arn'] };
        const Statement = [{ Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource }];
        Object.assign(resources[first('AWS::IAM::Role', 'TaskRole')]?.Properties, {
          Policies: [{ PolicyName: 'More', PolicyDocument: { Statement } }],
        });
      },
    ],
    [
      'a policy of the queue that lets anyone receive',
      HINTS,
      'sqs:ReceiveMessage',
      (resources, first) => {
        const Resource = { 'Fn::GetAtt': [first('AWS::SQS::Queue', 'HintQueue'), 'Arn'] };
        resources[first('AWS::SQS::QueuePolicy', 'HintQueue')]?.Properties.PolicyDocument.Statement.push({
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: 'sqs:ReceiveMessage',
          Resource,
        });
      },
    ],
  ];

  test.each(sabotages)('%s', (_, point, expected, sabotage) => {
    expect(permissionsOfHttp(sabotaged(sabotage))[point]).toContain(expected);
  });

  test('a function of the HTTP lane that receives hints', () => {
    const resources = sabotaged((all, first) => {
      const EventSourceArn = { 'Fn::GetAtt': [first('AWS::SQS::Queue', 'HintQueue'), 'Arn'] };
      Object.assign(all, { Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn } } });
    });
    expect(receiversOfHints(resources)).toHaveLength(2);
  });
});
