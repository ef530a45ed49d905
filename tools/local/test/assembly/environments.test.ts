import { CfnOutput, Duration, Fn, NestedStack, Stack, type StackProps, Stage } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnEventSourceMapping, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { FunctionArns } from '../../assembly/functions';
import { loadAssembly } from '../../assembly/load-assembly';
import type { Resource } from '../../assembly/resource';
import type { FunctionBlueprint } from '../../blueprint';
import { synthesized } from './assembly-directory';

const IRELAND = { account: '111122223333', region: 'eu-west-1' };
const SYDNEY = { account: '111122223333', region: 'ap-southeast-2' };

/** A stack with names that the template gives, as an app for several stages has them. */
class Shop extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    new Table(this, 'Table', { tableName: 'Orders', partitionKey: { name: 'id', type: AttributeType.STRING } });
    const queue = new Queue(this, 'Queue', { queueName: 'orders', visibilityTimeout: Duration.seconds(30) });
    handler(this, 'Handler', 'api');
    new CfnEventSourceMapping(this, 'Mapping', { functionName: 'api', eventSourceArn: queue.queueArn });
  }
}

function handler(scope: Construct, id: string, functionName?: string, role?: Role): LambdaFunction {
  return new LambdaFunction(scope, id, {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({})'),
    ...(functionName && { functionName }),
    ...(role && { role }),
  });
}

describe('one stack in two Regions', () => {
  const blueprint = loadAssembly(
    synthesized((app) => {
      new Shop(app, 'Ireland', { env: IRELAND, stackName: 'shop' });
      new Shop(app, 'Sydney', { env: SYDNEY, stackName: 'shop' });
    }),
  );

  test('has two tables, queues and functions of one name, each with its Region', () => {
    const places = [
      { stack: 'Ireland', region: 'eu-west-1', accountId: '111122223333' },
      { stack: 'Sydney', region: 'ap-southeast-2', accountId: '111122223333' },
    ];
    for (const resources of [blueprint.tables, blueprint.queues, blueprint.functions]) {
      expect(resources).toMatchObject(places);
      expect(new Set(resources.map(({ name }) => name)).size).toBe(1);
      expect(new Set(resources.map(({ arn }) => arn)).size).toBe(2);
    }
  });

  test('has a different logical id for each resource, although both stacks have one name', () => {
    expect(blueprint.tables.map(({ logicalId }) => logicalId)).toEqual([
      expect.stringMatching(/^Ireland\.Table/),
      expect.stringMatching(/^Sydney\.Table/),
    ]);
  });

  test('has a function with its own role in each Region, because roles are global', () => {
    const [ireland, sydney] = blueprint.functions;
    expect(ireland?.roleArn).not.toBe(sydney?.roleArn);
  });

  test('connects each queue to the function of its own Region, which the mapping names without a Region', () => {
    expect(blueprint.eventSources.map(({ functionArn }) => functionArn)).toEqual(
      blueprint.functions.map(({ arn }) => arn),
    );
    expect(blueprint.eventSources.map(({ source }) => source)).toEqual(
      blueprint.queues.map(({ arn }) => ({ queue: arn })),
    );
  });
});

test('policies of a role in one account do not apply to the role of the same name in another account', () => {
  const { roles } = loadAssembly(
    synthesized((app) => {
      for (const [id, account, actions] of [
        ['Dev', '111122223333', ['sqs:SendMessage']],
        ['Prod', '444455556666', ['sqs:PurgeQueue']],
      ] as const) {
        const stack = new Stack(app, id, { env: { account, region: 'eu-west-1' } });
        const assumedBy = new ServicePrincipal('lambda.amazonaws.com');
        const role = new Role(stack, 'Role', { roleName: 'worker', assumedBy });
        role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: ['*'] }));
        handler(stack, 'Handler', undefined, role);
      }
    }),
  );
  const actions = roles.map(({ arn, policies }) => [arn, JSON.stringify(policies).match(/sqs:\w+/g)]);
  expect(actions).toEqual([
    ['arn:aws:iam::111122223333:role/worker', ['sqs:SendMessage']],
    ['arn:aws:iam::444455556666:role/worker', ['sqs:PurgeQueue']],
  ]);
});

describe('an export', () => {
  const exporting = (stack: Stack, value: string) => new CfnOutput(stack, 'Out', { value, exportName: 'queue-name' });

  test('is imported from the stack of the same account and Region', () => {
    const directory = synthesized((app) => {
      for (const env of [IRELAND, SYDNEY]) {
        exporting(new Stack(app, `Names-${env.region}`, { env }), `orders-${env.region}`);
        const queueName = Fn.importValue('queue-name');
        new Queue(new Stack(app, `Queues-${env.region}`, { env }), 'Queue', { queueName });
      }
    });
    expect(loadAssembly(directory).queues.map(({ name }) => name)).toEqual([
      'orders-eu-west-1',
      'orders-ap-southeast-2',
    ]);
  });

  test('cannot be imported in another Region', () => {
    const directory = synthesized((app) => {
      exporting(new Stack(app, 'Names', { env: IRELAND }), 'orders');
      new Queue(new Stack(app, 'Queues', { env: SYDNEY }), 'Queue', { queueName: Fn.importValue('queue-name') });
    });
    expect(() => loadAssembly(directory)).toThrow(
      'Names exports queue-name in 111122223333/eu-west-1, and exports can be imported only there, not in 111122223333/ap-southeast-2',
    );
  });
});

describe('the Region and account of the run', () => {
  const directory = synthesized((app) => {
    new Queue(new Stack(app, 'Anywhere'), 'Queue');
    new Queue(new Stack(app, 'Ireland', { env: IRELAND }), 'Queue');
    new Queue(new Stack(app, 'AnyAccount', { env: { region: 'eu-west-1' } }), 'Queue');
  });

  test('are those of stacks without an env, and each stack with an env keeps its own', () => {
    const { queues } = loadAssembly(directory, { region: 'ap-southeast-2', account: '444455556666' });
    expect(queues.map(({ stack, region, accountId }) => [stack, region, accountId])).toEqual([
      ['Anywhere', 'ap-southeast-2', '444455556666'],
      ['Ireland', 'eu-west-1', '111122223333'],
      ['AnyAccount', 'eu-west-1', '444455556666'],
    ]);
  });

  test('are those of AWS::Region and AWS::AccountId in a template', () => {
    const withRegion = synthesized((app) => {
      const stack = new Stack(app, 'Anywhere');
      handler(stack, 'Handler').addEnvironment('PLACE', `${stack.account}/${stack.region}`);
    });
    const [fn] = loadAssembly(withRegion, { region: 'cn-north-1', account: '444455556666' }).functions;
    expect(fn?.environment).toEqual({ PLACE: '444455556666/cn-north-1' });
    expect(fn?.arn).toMatch(/^arn:aws-cn:lambda:cn-north-1:444455556666:function:/);
  });
});

describe('two stages in one environment with the same names', () => {
  const directory = synthesized((app) => {
    for (const stage of ['Dev', 'Prod']) new Shop(new Stage(app, stage), 'Shop');
  });

  test('cannot run together: one error names both stacks, all their names, and the fix', () => {
    expect(() => loadAssembly(directory)).toThrow(
      'The stacks Dev-Shop and Prod-Shop have resources of the same name in 000000000000/us-east-1: ' +
        'table Orders, queue orders, function api. On AWS only one of these stacks could be deployed. ' +
        "Fix: run one of them (--stack 'Dev-Shop'), or give them different environments or the resources different names",
    );
  });

  test('can run one at a time', () => {
    const { functions, tables } = loadAssembly(directory, { stacks: ['Prod/*'] });
    expect([...functions, ...tables].map(({ stack }) => stack)).toEqual(['Prod-Shop', 'Prod-Shop']);
  });
});

test('a name in two nested stacks is an error that names the stacks which contain them', () => {
  const directory = synthesized((app) => {
    for (const id of ['Dev', 'Prod']) {
      new Queue(new NestedStack(new Stack(app, id), 'Data'), 'Queue', { queueName: 'orders' });
    }
  });
  expect(() => loadAssembly(directory)).toThrow(/The stacks Dev and Prod have .*: queue orders\. .*--stack 'Dev'/);
});

test('two roles of one name in two Regions of an account are an error, because roles are global', () => {
  const directory = synthesized((app) => {
    for (const env of [IRELAND, SYDNEY]) {
      const stack = new Stack(app, env.region, { env });
      new Role(stack, 'Role', { roleName: 'worker', assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    }
  });
  expect(() => loadAssembly(directory)).toThrow(
    'The stacks eu-west-1 and ap-southeast-2 have resources of the same name in 111122223333/eu-west-1 and ' +
      '111122223333/ap-southeast-2: role worker.',
  );
});

test('two buckets of one name are an error in any accounts, because buckets have one namespace', () => {
  const directory = synthesized((app) => {
    for (const account of ['111122223333', '444455556666']) {
      new Bucket(new Stack(app, `S${account}`, { env: { account, region: 'eu-west-1' } }), 'Bucket', {
        bucketName: 'the-page',
      });
    }
  });
  expect(() => loadAssembly(directory)).toThrow('bucket the-page');
});

test('two resources of one name in one stack are an error', () => {
  const directory = synthesized((app) => {
    const stack = new Stack(app, 'Shop');
    for (const id of ['One', 'Two']) new Queue(stack, id, { queueName: 'orders' });
  });
  expect(() => loadAssembly(directory)).toThrow(
    'The stack Shop has several resources of the same name: queue orders. Fix: rename all but one',
  );
});

describe('a reference to a function', () => {
  const arn = (region: string, account: string) => `arn:aws:lambda:${region}:${account}:function:api`;
  const here = arn('eu-west-1', '111122223333');
  const arns = new FunctionArns({
    functions: [here, arn('us-east-1', '111122223333'), arn('eu-west-1', '444455556666')].map(
      (one) => ({ arn: one }) as FunctionBlueprint,
    ),
    functionsThatDoNotRun: {},
  });
  const resource = { regional: { region: 'eu-west-1', accountId: '111122223333' } } as Resource;

  test.each([
    ['a name', 'api', here],
    ['a name with an alias', 'api:live', here],
    ['a partial ARN', '111122223333:function:api', here],
    ['a partial ARN of another account', '444455556666:function:api:live', arn('eu-west-1', '444455556666')],
    ['an ARN', here, here],
    ['an ARN of another Region', arn('us-east-1', '111122223333'), arn('us-east-1', '111122223333')],
    ['an ARN of a version', `${here}:7`, here],
    [
      'the URI of an integration',
      `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${arn('us-east-1', '111122223333')}:live/invocations`,
      arn('us-east-1', '111122223333'),
    ],
    ['a name that is not in the assembly', 'other', undefined],
    ['an ARN in a Region where it does not exist', arn('us-west-2', '111122223333'), undefined],
    ['an empty text', '', undefined],
  ])('is found by %s', (_, reference, expected) => {
    expect(arns.find(reference, resource)).toBe(expected);
  });
});
