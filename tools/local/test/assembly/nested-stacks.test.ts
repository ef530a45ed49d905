import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type App,
  Aws,
  CfnCondition,
  CfnParameter,
  CfnStack,
  Fn,
  LegacyStackSynthesizer,
  NestedStack,
  Stack,
} from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type CfnQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { loadAssembly } from '../../assembly/load-assembly';
import type { Blueprint } from '../../blueprint';
import { emptyDirectory, synthesized } from './assembly-directory';

/** A function whose code is a folder. */
function functionIn(scope: Stack, id: string, environment: Record<string, string> = {}): LambdaFunction {
  const folder = emptyDirectory();
  writeFileSync(join(folder, 'index.js'), 'exports.handler = async () => 1;');
  return new LambdaFunction(scope, id, {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromAsset(folder),
    environment,
  });
}

function environmentOf({ functions }: Blueprint, logicalId: string): Readonly<Record<string, string>> {
  return functions.find((one) => one.logicalId.startsWith(logicalId))?.environment ?? {};
}

describe.each([
  ['the default synthesizer', () => ({})],
  ['the legacy synthesizer', () => ({ synthesizer: new LegacyStackSynthesizer() })],
])('with %s', (_, props) => {
  function load(build: (stack: Stack) => void): Blueprint {
    return loadAssembly(synthesized((app: App) => build(new Stack(app, 'Shop', props()))));
  }

  it('the resources of a nested stack run, with names that include those of the stacks', () => {
    const { queues } = load((stack) => void new Queue(new NestedStack(stack, 'Data'), 'Orders'));
    expect(queues).toMatchObject([
      { name: expect.stringMatching(/^Shop-DataNestedStack[\w-]*-Orders\w+-[0-9A-F]{12}$/) },
    ]);
  });

  it('a nested stack in a nested stack runs', () => {
    const { queues, notEmulated } = load((stack) => {
      new Queue(new NestedStack(new NestedStack(stack, 'Outer'), 'Inner'), 'Orders', { queueName: 'orders' });
    });
    expect(queues).toMatchObject([{ name: 'orders' }]);
    expect(notEmulated).toEqual([]);
  });

  it('a nested stack receives parameters and returns outputs', () => {
    const blueprint = load((stack) => {
      const work = new Queue(stack, 'Work', { queueName: 'work' });
      const nested = new NestedStack(stack, 'Data');
      const dead = new Queue(nested, 'Dead', { queueName: 'dead' });
      functionIn(nested, 'Inner', { QUEUE: work.queueUrl });
      functionIn(stack, 'Outer', { QUEUE: dead.queueUrl });
    });
    const url = 'https://sqs.us-east-1.amazonaws.com/000000000000';
    expect(environmentOf(blueprint, 'Inner')).toEqual({ QUEUE: `${url}/work` });
    expect(environmentOf(blueprint, 'Outer')).toEqual({ QUEUE: `${url}/dead` });
  });

  it('the code of a function in a nested stack is found', () => {
    const { functions } = load((stack) => void functionIn(new NestedStack(stack, 'Api'), 'Greet'));
    expect(functions).toMatchObject([{ code: { directory: expect.stringContaining('asset.') } }]);
  });

  it('a sibling receives the output of another nested stack', () => {
    const blueprint = load((stack) => {
      const orders = new Queue(new NestedStack(stack, 'Data'), 'Orders', { queueName: 'orders' });
      functionIn(new NestedStack(stack, 'Api'), 'Greet', { QUEUE: orders.queueName });
    });
    expect(environmentOf(blueprint, 'Greet')).toEqual({ QUEUE: 'orders' });
  });
});

function load(build: (stack: Stack) => void): Blueprint {
  return loadAssembly(synthesized((app: App) => build(new Stack(app, 'Shop'))));
}

test('a nested stack whose condition is false does not run', () => {
  const { queues, notEmulated } = load((stack) => {
    const nested = new NestedStack(stack, 'Data');
    new Queue(nested, 'Orders');
    const never = new CfnCondition(stack, 'Never', { expression: Fn.conditionEquals('a', 'b') });
    (nested.nestedStackResource as CfnStack).cfnOptions.condition = never;
  });
  expect([queues, notEmulated]).toEqual([[], []]);
});

test('conditions in a nested stack use the parameters that it receives', () => {
  const { queues } = load((stack) => {
    for (const [id, Stage] of [
      ['Blue', 'prod'],
      ['Green', 'dev'],
    ] as const) {
      const nested = new NestedStack(stack, id, { parameters: { Stage } });
      const { valueAsString } = new CfnParameter(nested, 'Stage');
      const isProd = new CfnCondition(nested, 'IsProd', { expression: Fn.conditionEquals(valueAsString, 'prod') });
      const queue = new Queue(nested, id, { queueName: id });
      (queue.node.defaultChild as CfnQueue).cfnOptions.condition = isProd;
    }
  });
  expect(queues).toMatchObject([{ name: 'Blue' }]);
});

test('a list reaches a list parameter of a nested stack', () => {
  const blueprint = load((stack) => {
    const zones = new CfnParameter(stack, 'Zones', { type: 'CommaDelimitedList', default: 'a,b' });
    const nested = new NestedStack(stack, 'Data', { parameters: { Zones: Fn.join(',', zones.valueAsList) } });
    const inner = new CfnParameter(nested, 'Zones', { type: 'CommaDelimitedList' });
    functionIn(nested, 'Greet', { ZONE: Fn.select(1, inner.valueAsList) });
  });
  expect(environmentOf(blueprint, 'Greet')).toEqual({ ZONE: 'b' });
});

test('Ref of a nested stack is its ARN, and the pseudo parameters of a nested stack are its own', () => {
  const blueprint = load((stack) => {
    const nested = new NestedStack(stack, 'Data');
    functionIn(nested, 'Inner', { NAME: Aws.STACK_NAME, ID: Aws.STACK_ID });
    functionIn(stack, 'Outer', { ID: (nested.nestedStackResource as CfnStack).ref });
  });
  const { NAME = '', ID } = environmentOf(blueprint, 'Inner');
  expect(NAME).toMatch(/^Shop-DataNestedStack/);
  expect(ID).toBe(`arn:aws:cloudformation:us-east-1:000000000000:stack/${NAME}/local`);
  expect(environmentOf(blueprint, 'Outer')).toEqual({ ID });
});

test('a nested stack whose template is elsewhere is listed as not emulated, and the options give its outputs', () => {
  const elsewhere = synthesized((app) => {
    const stack = new Stack(app, 'Shop');
    const nested = new CfnStack(stack, 'Vendor', { templateUrl: 'https://s3.amazonaws.com/vendor/template.json' });
    functionIn(stack, 'Greet', { HOST: nested.getAtt('Outputs.Host').toString() });
  });
  const { notEmulated, ...blueprint } = loadAssembly(elsewhere, { values: { 'Vendor.Outputs.Host': 'localhost' } });
  expect(notEmulated).toEqual([
    expect.objectContaining({ type: 'AWS::CloudFormation::Stack', logicalIds: ['Vendor'] }),
  ]);
  expect(environmentOf({ notEmulated, ...blueprint }, 'Greet')).toEqual({ HOST: 'localhost' });
  expect(() => loadAssembly(elsewhere)).toThrow(
    'Outputs.Host of Vendor (AWS::CloudFormation::Stack) has a value only in AWS. Fix: pass --parameter Vendor.Outputs.Host=VALUE.',
  );
});

test('a parameter that the containing stack does not pass is a problem without an option', () => {
  const assembly = synthesized((app) => {
    const nested = new NestedStack(new Stack(app, 'Shop'), 'Data');
    functionIn(nested, 'Greet', { STAGE: new CfnParameter(nested, 'Stage').valueAsString });
  });
  expect(() => loadAssembly(assembly)).toThrow(
    /Greet\w+\.Properties\.Environment\.Variables\.STAGE: the parameter Stage has no value: DataNestedStack\w+ does not pass it$/,
  );
});

test('a value that the containing stack passes is checked as one of the options', () => {
  const assembly = synthesized((app) => {
    const nested = new NestedStack(new Stack(app, 'Shop'), 'Data', { parameters: { Stage: 'test' } });
    new CfnParameter(nested, 'Stage', { allowedValues: ['dev', 'prod'] });
  });
  expect(() => loadAssembly(assembly)).toThrow(
    /Parameters\.Stage: must be one of AllowedValues \(dev, prod\), got "test"/,
  );
});
