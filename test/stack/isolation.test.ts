import { Template } from 'aws-cdk-lib/assertions';
import { HttpCompute } from '../../lib/http-lane/http-compute';
import type { Settings } from '../../lib/settings/settings';
import { twinlane, withApi } from '../lib/lanes';
import { testStack } from '../lib/synthesized';
import { expectTable } from '../support/generated-table';
import { concurrencyPools, idsOf, type Lanes, lanesOf, references, type Resources, taskQuotas } from './lanes-of';
import { EVERY_MEETING_POINT, idsAt, MEETING_POINTS, meetingPointsOf } from './meeting-points';
import { permissionsOn } from './permissions-on';
import {
  GATEWAY_WITH_PUBLIC_LOAD_BALANCER,
  GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
  GATEWAY_WITH_SERVERS,
  ONE_LOAD_BALANCER,
  SHARED_LOAD_BALANCER,
  STAGES,
  stageTemplate,
} from './stages';

/** Everything that the HTTP lane is permitted to do with the data of both lanes and of the WebSocket lane. Nothing else may be found. */
const PERMISSIONS_OF_HTTP = {
  'AWS::DynamoDB::Table/MessageLog': [
    'dynamodb:BatchGetItem on TOPIC#*',
    'dynamodb:GetItem on TOPIC#*',
    'dynamodb:PutItem on TOPIC#*, ID#*',
    'dynamodb:Query on TOPIC#*',
  ],
  'AWS::SQS::Queue/MessageLogHintQueue': ['sqs:SendMessage'],
  // Connections, and the leases of servers, with their secrets.
  'AWS::DynamoDB::Table/ConnectionTable': [],
  'AWS::SecretsManager::Secret/GatewayOriginSecret': [],
};

const templates = new Map<string, Template>();

/** @returns the template of a stage with `changes`, which is synthesized once */
function templateOf(stage: string, changes: Partial<Settings> = {}): Template {
  const key = JSON.stringify([stage, changes]);
  const template = templates.get(key) ?? stageTemplate(stage, changes);
  templates.set(key, template);
  return template;
}

function resourcesOf(template: Template): Resources {
  return structuredClone(template.toJSON().Resources);
}

type Entry = keyof typeof MEETING_POINTS;

/** @returns the ids of the resources that two of the lanes, the gateway and the canary reach, the concurrency pools that two of them use, and the quotas that both lanes use. */
function common(resources: Resources, { http, webSocket, gateway, canary }: Lanes): string[] {
  const parts = [http, webSocket, gateway, canary];
  const pairs = parts.flatMap((one, index) => parts.slice(index + 1).map((other) => [one, other] as const));

  const quotas = taskQuotas(resources, webSocket);
  const both = (one: ReadonlySet<string>, other: ReadonlySet<string>) => [...one].filter((id) => other.has(id));
  return [
    ...new Set(pairs.flatMap(([one, other]) => both(one, other))),
    ...new Set(
      pairs
        .flatMap(([one, other]) => both(concurrencyPools(resources, one), concurrencyPools(resources, other)))
        .map((pool) => `concurrency of ${pool}`),
    ),
    ...[...taskQuotas(resources, http)].filter((quota) => quotas.has(quota)),
  ];
}

/** @returns the resource types, quotas and concurrency pools that two of the lanes, the gateway and the canary share beyond their meeting points. */
function shared(resources: Resources, entry: Entry): string[] {
  const meetingPoints = meetingPointsOf(resources, entry);
  return common(resources, lanesOf(resources, meetingPoints))
    .filter((id) => !meetingPoints.has(id))
    .map((id) => resources[id]?.Type ?? id);
}

/** @returns the meeting points that only one lane, or none, uses, directly or through another meeting point. */
function unusedMeetingPoints(resources: Resources, entry: Entry): string[] {
  // The walk of the gateway begins at the distribution, and those of the lanes end before it.
  const distributions = idsOf(resources, 'AWS::CloudFront::Distribution');
  const used = new Set([...common(resources, lanesOf(resources, meetingPointsOf(resources, entry))), ...distributions]);
  for (const id of used) {
    const resource = resources[id];
    if (resource) {
      references(resource, resources).forEach((other) => used.add(other));
    }
  }
  return MEETING_POINTS[entry]
    .map(({ point }) => point)
    .filter((point) => !used.has(point) && !idsAt(resources, point).some((id) => used.has(id)));
}

/** @returns the permissions of the HTTP lane on the message log, its hint queue and the table of connections. */
function permissionsOfHttp(resources: Resources, entry: Entry): Record<string, string[]> {
  const { http } = lanesOf(resources, meetingPointsOf(resources, entry));
  return Object.fromEntries(
    Object.keys(PERMISSIONS_OF_HTTP).map((point) => {
      const [id = '', ...others] = idsAt(resources, point);
      expect(others).toEqual([]);
      const [, service = ''] = point.toLowerCase().split('::');
      return [point, permissionsOn(id, service, resources, http)];
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

/** Entry of each stage. */
const ENTRIES: Record<(typeof STAGES)[number], Entry> = {
  dev: 'apiGateway',
  prod: 'apiGateway, with a canary',
  servers: 'servers',
  gateway: 'apiGateway behind a gateway',
};

/** Each stage, and its combinations. */
const LANES: [string, Entry, () => Template][] = [
  ...STAGES.map((stage): [string, Entry, () => Template] => [
    `the ${stage} stage`,
    ENTRIES[stage],
    () => templateOf(stage),
  ]),
  [
    'the servers stage with a shared load balancer',
    'servers behind the load balancer of the HTTP lane',
    () => templateOf('servers', SHARED_LOAD_BALANCER),
  ],
  [
    'the servers stage with one load balancer',
    'servers behind the load balancer of the HTTP lane',
    () => templateOf('servers', ONE_LOAD_BALANCER),
  ],
  ['the gateway stage with servers', 'servers behind a gateway', () => templateOf('gateway', GATEWAY_WITH_SERVERS)],
  [
    'the gateway stage with public load balancers',
    'servers behind a gateway, with public load balancers',
    () => templateOf('gateway', GATEWAY_WITH_PUBLIC_LOAD_BALANCERS),
  ],
  [
    'the gateway stage with a public load balancer',
    'apiGateway behind a gateway, with a public load balancer',
    () => templateOf('gateway', GATEWAY_WITH_PUBLIC_LOAD_BALANCER),
  ],
];

/** Canaries of both kinds, with each entry and a gateway. The stage `prod` has one, too. */
const SYNTHETICS: Partial<Settings> = { operation: { canary: { type: 'synthetics' } } };

LANES.push(
  [
    'the dev stage with a canary',
    'apiGateway without reserved concurrency, with a canary',
    () => templateOf('dev', { operation: { canary: {} } }),
  ],
  ['the servers stage with CloudWatch Synthetics', 'servers, with a canary', () => templateOf('servers', SYNTHETICS)],
  [
    'the gateway stage with CloudWatch Synthetics',
    'apiGateway behind a gateway, with a canary',
    () => templateOf('gateway', SYNTHETICS),
  ],
);

const WITH_CANARY = LANES.filter(([, entry]) => entry.endsWith('with a canary'));
const WITH_SERVERS = LANES.filter(([, entry]) => entry.startsWith('servers'));
const BEHIND_A_GATEWAY = LANES.filter(([, entry]) => entry.includes('behind a gateway'));

function lambdaTemplate(): Template {
  const stack = testStack();
  twinlane(stack, { http: { compute: HttpCompute.lambda() } });
  return Template.fromStack(stack);
}

describe.each(LANES)('the lanes of %s', (_, entry, synthesized) => {
  const resources = resourcesOf(synthesized());

  test('share only their meeting points', () => {
    expect(shared(resources, entry)).toEqual([]);
  });

  test('both use each meeting point', () => {
    expect(unusedMeetingPoints(resources, entry)).toEqual([]);
  });

  test('have exactly the permissions of a publisher and a reader, if they are of the HTTP lane', () => {
    expect(permissionsOfHttp(resources, entry)).toEqual(PERMISSIONS_OF_HTTP);
  });

  test('meet in a hint queue from which only the push function receives', () => {
    expect(receiversOfHints(resources)).toEqual([expect.stringContaining('TwinLaneDeliveryPushFunction')]);
  });

  test('each include their compute', () => {
    const { http, webSocket } = lanesOf(resources, meetingPointsOf(resources, entry));
    const types = (lane: ReadonlySet<string>) => new Set([...lane].map((id) => resources[id]?.Type));
    expect(types(http)).toContain('AWS::ECS::Service');
    expect(types(http)).toContain('AWS::ApplicationAutoScaling::ScalableTarget');
    expect(types(webSocket)).toContain('AWS::Lambda::Function');
    expect(types(webSocket)).toContain('AWS::SQS::Queue');
  });
});

describe.each(WITH_SERVERS)('the tasks of %s', (_, entry, synthesized) => {
  const resources = resourcesOf(synthesized());
  const { http, webSocket } = lanesOf(resources, meetingPointsOf(resources, entry));

  test.each([
    'AWS::ECS::Cluster',
    'AWS::ECS::Service',
    'AWS::ECS::TaskDefinition',
    'AWS::ElasticLoadBalancingV2::TargetGroup',
    'AWS::ApplicationAutoScaling::ScalableTarget',
    ...(entry !== 'servers behind the load balancer of the HTTP lane'
      ? ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancingV2::Listener']
      : []),
  ])('have one %s for each lane', (type) => {
    const of = (lane: ReadonlySet<string>) => idsOf(resources, type).filter((id) => lane.has(id));
    expect([of(http), of(webSocket)]).toEqual([
      [expect.stringContaining('HttpLane')],
      [expect.stringContaining('WebSocketLane')],
    ]);
  });

  test('have a role and a security group for each lane', () => {
    const of = (name: string, type: string, part: string) =>
      idsOf(resources, type).filter((id) => id.includes(name) && id.includes(part));
    for (const [type, part] of [
      ['AWS::IAM::Role', 'TaskRole'],
      ['AWS::EC2::SecurityGroup', 'ServiceSecurityGroup'],
    ] as const) {
      const [own = '', other = ''] = [of('HttpLane', type, part), of('WebSocketLane', type, part)].flat();
      expect([http.has(own), webSocket.has(own), http.has(other), webSocket.has(other)]).toEqual([
        true,
        false,
        false,
        true,
      ]);
    }
  });
});

test('docs/isolation.md lists exactly what the lanes share, with the reasons', () => {
  expectTable(
    'docs/isolation.md',
    'Shared resources',
    EVERY_MEETING_POINT.flatMap(([where, points]) => points.map(({ name, reason }) => [name, where, reason])),
  );
});

describe.each(BEHIND_A_GATEWAY)('the gateway of %s', (_, entry, synthesized) => {
  const resources = resourcesOf(synthesized());
  const { http, webSocket, gateway } = lanesOf(resources, meetingPointsOf(resources, entry));
  const typesOf = (part: ReadonlySet<string>) => [...part].map((id) => resources[id]?.Type);

  test('includes the page, and the function that copies it, which no request reaches', () => {
    expect(typesOf(gateway)).toContain('AWS::S3::Bucket');
    expect(typesOf(gateway)).toContain('Custom::CDKBucketDeployment');
    expect(concurrencyPools(resources, gateway)).toEqual(new Set());
  });

  test('has functions that copy and delete the files of its page, with roles and a log, of no lane', () => {
    const count = { 'AWS::Lambda::Function': 2, 'AWS::IAM::Role': 2, 'AWS::Logs::LogGroup': 1, 'AWS::S3::Bucket': 1 };
    for (const [type, wanted] of Object.entries(count)) {
      const own = idsOf(resources, type).filter((id) => gateway.has(id));
      expect(own).toHaveLength(wanted);
      expect(own.filter((id) => http.has(id) || webSocket.has(id))).toEqual([]);
    }
  });

  test('reaches no compute, table or queue of a lane', () => {
    const found = typesOf(gateway).filter((type) => /ECS|DynamoDB|SQS|TargetGroup|ApiGatewayV2/.test(type ?? ''));
    expect(found).toEqual([]);
  });
});

describe.each(WITH_CANARY)('the canary of %s', (_, entry, synthesized) => {
  const resources = resourcesOf(synthesized());
  const { http, webSocket, gateway, canary } = lanesOf(resources, meetingPointsOf(resources, entry));

  test('exists', () => {
    const types = [...canary].map((id) => resources[id]?.Type);
    expect(types).toContain('AWS::SecretsManager::Secret');
    expect(types).toContain('AWS::IAM::Role');
  });

  test('is connected with a lane only by the user pool, and with a gateway by no more than the function that deletes files', () => {
    const both = (part: ReadonlySet<string>) =>
      [...canary].filter((id) => part.has(id)).map((id) => resources[id]?.Type ?? id);
    expect(new Set([...both(http), ...both(webSocket)])).toEqual(
      new Set(['AWS::Cognito::UserPool', 'AWS::Cognito::UserPoolClient']),
    );
    expect(both(gateway).filter((type) => !/^AWS::(Lambda::Function|IAM::Role)$/.test(type))).toEqual([]);
  });

  test('reserves no concurrency, which it would take from the functions of the lanes', () => {
    const functions = idsOf(resources, 'AWS::Lambda::Function').filter((id) => canary.has(id));
    const reserved = functions.filter((id) => 'ReservedConcurrentExecutions' in (resources[id]?.Properties ?? {}));
    expect(reserved).toEqual([]);
  });

  test('would be found if it could read the message log', () => {
    const changed = structuredClone(resources);
    const [table = ''] = idsAt(changed, 'AWS::DynamoDB::Table/MessageLog');
    const [policy = ''] = idsAt(changed, 'AWS::IAM::Policy/OperationCanary');
    const Resource = { 'Fn::GetAtt': [table, 'Arn'] };
    changed[policy]?.Properties.PolicyDocument.Statement.push({
      Effect: 'Allow',
      Action: 'dynamodb:GetItem',
      Resource,
    });
    const reached = lanesOf(changed, meetingPointsOf(changed, entry)).canary;
    expect([canary.has(table), reached.has(table)]).toEqual([false, true]);
  });

  test('would be found if it used a role of a lane', () => {
    const changed = structuredClone(resources);
    const [policy = ''] = idsAt(changed, 'AWS::IAM::Policy/OperationCanary');
    const [role = ''] = idsAt(changed, 'AWS::IAM::Role/HttpLaneTaskDefinitionTaskRole');
    changed[policy]?.Properties.Roles.push({ Ref: role });
    expect(shared(changed, entry)).toContain('AWS::IAM::Role');
  });
});

describe('gradual deployments of functions of both lanes', () => {
  const deployment = {};
  const stack = testStack();
  twinlane(stack, {
    http: { compute: HttpCompute.lambda({ deployment }) },
    webSocket: withApi({ connect: { deployment }, message: { deployment } }),
    delivery: { deliver: { deployment }, dispatch: { deployment } },
    operation: {},
  });
  const resources = resourcesOf(Template.fromStack(stack));
  const { http, webSocket } = lanesOf(resources, meetingPointsOf(resources, 'apiGateway'));

  test.each(['AWS::CodeDeploy::DeploymentGroup', 'AWS::CodeDeploy::Application'])(
    'have one %s for each function, in its lane',
    (type) => {
      const ids = idsOf(resources, type);
      expect(ids).toHaveLength(5);
      expect(ids.filter((id) => http.has(id))).toEqual([expect.stringContaining('HttpLane')]);
      expect(ids.filter((id) => webSocket.has(id))).toHaveLength(4);
    },
  );

  test('connect nothing', () => {
    expect(shared(resources, 'apiGateway')).toEqual([]);
  });

  test('would connect the lanes with one application for both', () => {
    const changed = structuredClone(resources);
    const [application = ''] = idsAt(changed, 'AWS::CodeDeploy::Application/HttpLane');
    const [group = ''] = idsAt(changed, 'AWS::CodeDeploy::DeploymentGroup/WebSocketLaneMessage');
    Object.assign(changed[group]?.Properties, { ApplicationName: { Ref: application } });
    expect(shared(changed, 'apiGateway')).toContain('AWS::CodeDeploy::Application');
  });
});

describe('two lanes on Lambda', () => {
  test('still share only the message log, its hint queue, the admission table and the certificate', () => {
    expect(shared(resourcesOf(lambdaTemplate()), 'apiGateway')).toEqual([]);
  });

  test('still meet in the message log and its hint queue with the permissions of a publisher and a reader', () => {
    expect(permissionsOfHttp(resourcesOf(lambdaTemplate()), 'apiGateway')).toEqual(PERMISSIONS_OF_HTTP);
  });

  test('would share the concurrency of the account if the HTTP lane reserved none', () => {
    const resources = resourcesOf(lambdaTemplate());
    for (const id of idsOf(resources, 'AWS::Lambda::Function')) {
      delete resources[id]?.Properties.ReservedConcurrentExecutions;
    }
    expect(shared(resources, 'apiGateway')).toEqual(['concurrency of account']);
  });
});

type Sabotage = (resources: Resources, first: (type: string, name?: string) => string) => void;

/** @returns the resources of a stage after a change, which finds ids by type and a part of their name. */
function sabotaged(sabotage: Sabotage, template = templateOf('dev')): Resources {
  const resources = resourcesOf(template);
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
    expect(shared(sabotaged(sabotage), 'apiGateway')).toContain(expected);
  });
});

describe('an alarm of both lanes', () => {
  const metricsOfBoth = (first: Parameters<Sabotage>[1]) => [
    { Name: 'FunctionName', Value: { Ref: first('AWS::Lambda::Function', 'Message') } },
    { Name: 'ServiceName', Value: { 'Fn::GetAtt': [first('AWS::ECS::Service'), 'Name'] } },
  ];
  const alarmThat = (actionOf: (resources: Resources, first: Parameters<Sabotage>[1]) => unknown) =>
    sabotaged((resources, first) => {
      const AlarmActions = [actionOf(resources, first)];
      resources.Alarm = {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { AlarmActions, Dimensions: metricsOfBoth(first) },
      };
    });

  test('that notifies a topic of the stack or of another one connects nothing', () => {
    const ownTopic = alarmThat((resources) => {
      resources.Topic = { Type: 'AWS::SNS::Topic', Properties: {} };
      return { Ref: 'Topic' };
    });
    expect(shared(ownTopic, 'apiGateway')).toEqual([]);
    expect(
      shared(
        alarmThat(() => 'arn:aws:sns:us-east-1:111122223333:pager'),
        'apiGateway',
      ),
    ).toEqual([]);
  });

  test('that scales tasks, or does anything else, connects the lanes', () => {
    const scales = alarmThat((_, first) => ({ Ref: first('AWS::ApplicationAutoScaling::ScalingPolicy') }));
    expect(shared(scales, 'apiGateway')).toContain('AWS::ECS::Service');
    const reboots = alarmThat(() => 'arn:aws:automate:us-east-1:ec2:reboot');
    expect(shared(reboots, 'apiGateway')).toContain('AWS::ECS::Service');
  });
});

describe('the comparison of lanes with servers finds', () => {
  const attribute = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });
  const networkOf = (resources: Resources, service: string) =>
    resources[service]?.Properties.NetworkConfiguration.AwsvpcConfiguration;
  const sabotages: [string, string, Sabotage][] = [
    [
      'a shared target group',
      'AWS::ElasticLoadBalancingV2::TargetGroup',
      (resources, first) => {
        const rule = resources[first('AWS::ElasticLoadBalancingV2::ListenerRule', 'UpgradeRule')];
        Object.assign(rule?.Properties.Actions[0], {
          TargetGroupArn: { Ref: first('AWS::ElasticLoadBalancingV2::TargetGroup', 'HttpLane') },
        });
      },
    ],
    [
      'a rule on the listener of the HTTP lane',
      'AWS::ElasticLoadBalancingV2::Listener',
      (resources, first) => {
        const rule = resources[first('AWS::ElasticLoadBalancingV2::ListenerRule', 'UpgradeRule')];
        Object.assign(rule?.Properties, {
          ListenerArn: { Ref: first('AWS::ElasticLoadBalancingV2::Listener', 'HttpLane') },
        });
      },
    ],
    [
      'a shared cluster',
      'AWS::ECS::Cluster',
      (resources, first) => {
        const service = resources[first('AWS::ECS::Service', 'WebSocketLane')];
        Object.assign(service?.Properties, { Cluster: { Ref: first('AWS::ECS::Cluster', 'HttpLane') } });
      },
    ],
    [
      'a shared role of tasks',
      'AWS::IAM::Role',
      (resources, first) => {
        const task = resources[first('AWS::ECS::TaskDefinition', 'WebSocketLane')];
        Object.assign(task?.Properties, {
          TaskRoleArn: attribute(first('AWS::IAM::Role', 'HttpLaneTaskDefinitionTaskRole'), 'Arn'),
        });
      },
    ],
    [
      'a shared security group of tasks',
      'AWS::EC2::SecurityGroup',
      (resources, first) => {
        const group = attribute(first('AWS::EC2::SecurityGroup', 'HttpLaneServiceSecurityGroup'), 'GroupId');
        networkOf(resources, first('AWS::ECS::Service', 'WebSocketLane')).SecurityGroups.push(group);
      },
    ],
    [
      'functions of the WebSocket lane in the security group of tasks of the HTTP lane',
      'AWS::EC2::SecurityGroup',
      (resources, first) => {
        const group = attribute(first('AWS::EC2::SecurityGroup', 'HttpLaneServiceSecurityGroup'), 'GroupId');
        resources[first('AWS::Lambda::Function', 'DeliverFunction')]?.Properties.VpcConfig.SecurityGroupIds.push(group);
      },
    ],
    [
      'a scaling policy of one lane on the tasks of the other',
      'AWS::ApplicationAutoScaling::ScalableTarget',
      (resources, first) => {
        const target = { Ref: first('AWS::ApplicationAutoScaling::ScalableTarget', 'HttpLane') };
        Object.assign(resources[first('AWS::ApplicationAutoScaling::ScalingPolicy', 'WebSocketLane')]?.Properties, {
          ScalingTargetId: target,
        });
      },
    ],
    [
      'a role of the HTTP lane that reads leases',
      'AWS::DynamoDB::Table',
      (resources, first) => {
        const Resource = attribute(first('AWS::DynamoDB::Table', 'ConnectionTable'), 'Arn');
        resources[
          first('AWS::IAM::Policy', 'HttpLaneTaskDefinitionTaskRole')
        ]?.Properties.PolicyDocument.Statement.push({
          Effect: 'Allow',
          Action: 'dynamodb:GetItem',
          Resource,
        });
      },
    ],
  ];

  test.each(sabotages)('%s', (_, expected, sabotage) => {
    expect(shared(sabotaged(sabotage, templateOf('servers')), 'servers')).toContain(expected);
  });

  test.each(sabotages.filter(([, , sabotage]) => sabotage !== sabotages[1]?.[2]))(
    '%s, with one load balancer',
    (_, expected, sabotage) => {
      const template = templateOf('servers', SHARED_LOAD_BALANCER);
      expect(shared(sabotaged(sabotage, template), 'servers behind the load balancer of the HTTP lane')).toContain(
        expected,
      );
    },
  );

  test('a role of the HTTP lane that can read all tables', () => {
    const resources = sabotaged((all, first) => {
      all[first('AWS::IAM::Policy', 'HttpLaneTaskDefinitionTaskRole')]?.Properties.PolicyDocument.Statement.push({
        Effect: 'Allow',
        Action: 'dynamodb:GetItem',
        Resource: '*',
      });
    }, templateOf('servers'));
    expect(permissionsOfHttp(resources, 'servers')['AWS::DynamoDB::Table/ConnectionTable']).toEqual([
      'dynamodb:GetItem',
    ]);
  });

  test('a load balancer that the lanes share without being expected to', () => {
    const found = shared(resourcesOf(templateOf('servers', SHARED_LOAD_BALANCER)), 'servers');
    expect(found).toContain('AWS::ElasticLoadBalancingV2::LoadBalancer');
  });
});

describe('the comparison of the lanes and their gateway finds', () => {
  const allow =
    (role: string, Action: string, point: string): Sabotage =>
    (resources, first) => {
      const [type = '', name] = point.split('/');
      const Resource = { 'Fn::GetAtt': [first(type, name), 'Arn'] };
      resources[first('AWS::IAM::Policy', role)]?.Properties.PolicyDocument.Statement.push({
        Effect: 'Allow',
        Action,
        Resource,
      });
    };
  const sabotages: [string, string, Sabotage][] = [
    [
      'a function of the WebSocket lane that reads the bucket of the page',
      'AWS::S3::Bucket',
      allow('WebSocketLaneMessageRole', 's3:GetObject', 'AWS::S3::Bucket/GatewayPage'),
    ],
    [
      'a task of the HTTP lane that writes to the bucket of the page',
      'AWS::S3::Bucket',
      allow('HttpLaneTaskDefinitionTaskRole', 's3:PutObject', 'AWS::S3::Bucket/GatewayPage'),
    ],
    [
      'the function that copies the page with the role of a lane',
      'AWS::IAM::Role',
      (resources, first) => {
        const role = { 'Fn::GetAtt': [first('AWS::IAM::Role', 'WebSocketLaneMessageRole'), 'Arn'] };
        Object.assign(resources[first('AWS::Lambda::Function', 'CustomCDKBucketDeployment')]?.Properties, {
          Role: role,
        });
      },
    ],
    [
      'the function that copies the page with the permission to read messages',
      'AWS::IAM::Policy',
      (resources, first) => {
        allow('CustomCDKBucketDeployment', 'sqs:ReceiveMessage', 'AWS::SQS::Queue/DeliveryQueue')(resources, first);
      },
    ],
    [
      'a function of the WebSocket lane at an edge of the distribution',
      'AWS::Lambda::Function',
      (resources, first) => {
        const version = { Ref: first('AWS::Lambda::Function', 'WebSocketLaneMessage') };
        const { DistributionConfig } = resources[first('AWS::CloudFront::Distribution')]?.Properties ?? {};
        DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations = [{ LambdaFunctionARN: version }];
      },
    ],
    [
      'a page in the bucket of the access logs of the HTTP lane',
      'AWS::S3::Bucket',
      (resources, first) => {
        const balancer = resources[first('AWS::ElasticLoadBalancingV2::LoadBalancer', 'HttpLane')];
        balancer?.Properties.LoadBalancerAttributes.push({
          Key: 'access_logs.s3.bucket',
          Value: { Ref: first('AWS::S3::Bucket', 'GatewayPage') },
        });
      },
    ],
  ];

  test.each(sabotages)('%s', (_, expected, sabotage) => {
    const resources = sabotaged(sabotage, templateOf('gateway'));
    expect(shared(resources, 'apiGateway behind a gateway')).toContain(expected);
  });

  test('a distribution, a VPC origin and a secret that are not expected', () => {
    const found = shared(resourcesOf(templateOf('gateway')), 'apiGateway');
    expect(found).toContain('AWS::CloudFront::Distribution');
    expect(found).toContain('AWS::SecretsManager::Secret');
  });

  test.each([['secretsmanager:GetSecretValue'], ['secretsmanager:*'], ['*']])(
    'a role of the HTTP lane with the permission of %s on the secret',
    (action) => {
      const secret = 'AWS::SecretsManager::Secret/GatewayOriginSecret';
      const resources = sabotaged((all, first) => {
        const Resource = { Ref: first('AWS::SecretsManager::Secret') };
        all[first('AWS::IAM::Policy', 'HttpLaneTaskDefinitionTaskRole')]?.Properties.PolicyDocument.Statement.push({
          Effect: 'Allow',
          Action: action,
          Resource,
        });
      }, templateOf('gateway'));
      expect(permissionsOfHttp(resources, 'apiGateway behind a gateway')[secret]).toEqual([action]);
    },
  );
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
    expect(permissionsOfHttp(sabotaged(sabotage), 'apiGateway')[point]).toContain(expected);
  });

  test('a function of the HTTP lane that receives hints', () => {
    const resources = sabotaged((all, first) => {
      const EventSourceArn = { 'Fn::GetAtt': [first('AWS::SQS::Queue', 'HintQueue'), 'Arn'] };
      Object.assign(all, { Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn } } });
    });
    expect(receiversOfHints(resources)).toHaveLength(2);
  });
});
