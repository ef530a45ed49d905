import { type App, type CfnElement, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm, AlarmRule, CompositeAlarm, type IAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  CustomLambdaDeploymentConfigType,
  EcsDeploymentConfig,
  type ILambdaDeploymentConfig,
  LambdaDeploymentConfig,
  MinimumHealthyHosts,
  ServerDeploymentConfig,
  TrafficRouting,
} from 'aws-cdk-lib/aws-codedeploy';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { LaneFunction, type LaneFunctionProps } from '../../../lib/functions/lane-function';
import { retentionOf } from '../../../lib/storage/retention';
import { synthesisError, templateOf, testStack } from '../synthesized';

function laneFunction(stack: Stack, props: Partial<LaneFunctionProps> = {}): LaneFunction {
  return new LaneFunction(stack, 'Fn', {
    entry: 'lambda/connect.handler.ts',
    description: 'A test',
    retention: retentionOf({}),
    ...props,
  });
}

function alarm(stack: Stack, id: string): Alarm {
  const metric = new Metric({ namespace: 'Test', metricName: 'Errors' });
  return new Alarm(stack, id, { alarmName: id, metric, threshold: 1, evaluationPeriods: 1 });
}

const GROUP = 'AWS::CodeDeploy::DeploymentGroup';
const only = (template: Template, type: string): string => {
  const [id = '', ...others] = Object.keys(template.findResources(type));
  expect(others).toEqual([]);
  return id;
};

describe('a gradual deployment', () => {
  const stack = testStack();
  const fn = laneFunction(stack, { deployment: {} });
  const template = Template.fromStack(stack);

  test('shifts 10 percent of the invocations of the alias for 5 minutes', () => {
    template.hasResourceProperties(GROUP, {
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      DeploymentStyle: { DeploymentOption: 'WITH_TRAFFIC_CONTROL', DeploymentType: 'BLUE_GREEN' },
    });
    template.hasResource('AWS::Lambda::Alias', {
      Properties: {
        Name: 'gradual',
        FunctionVersion: { 'Fn::GetAtt': [only(template, 'AWS::Lambda::Version'), 'Version'] },
      },
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: { Ref: only(template, 'AWS::CodeDeploy::Application') },
          DeploymentGroupName: { Ref: only(template, GROUP) },
        },
      },
    });
  });

  test('is rolled back if it fails, or if invocations of the alias fail in 2 of 3 minutes', () => {
    const alarmId = only(template, 'AWS::CloudWatch::Alarm');
    template.hasResourceProperties(GROUP, {
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: { Ref: alarmId } }] },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    });
    const name = stack.resolve(fn.function.functionName);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [
        { Name: 'FunctionName', Value: name },
        { Name: 'Resource', Value: { 'Fn::Join': ['', [name, ':gradual']] } },
      ],
      Statistic: 'Sum',
      Period: 60,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      DatapointsToAlarm: 2,
      EvaluationPeriods: 3,
      TreatMissingData: 'notBreaching',
      AlarmActions: Match.absent(),
    });
  });

  test('invokes the function by the alias', () => {
    expect(stack.resolve(fn.invocable.functionArn)).toEqual({ Ref: only(template, 'AWS::Lambda::Alias') });
  });

  test('has no provisioned concurrency', () => {
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 0);
    expect(fn.scaling).toBeUndefined();
  });

  test('leaves the deletion of the previous version to CloudFormation', () => {
    template.hasResource('AWS::Lambda::Version', {
      DeletionPolicy: Match.absent(),
      UpdateReplacePolicy: Match.absent(),
    });
  });
});

test('a function without a gradual deployment has no deployment group', () => {
  const stack = testStack();
  expect(laneFunction(stack).deployment).toBeUndefined();
  Template.fromStack(stack).resourceCountIs(GROUP, 0);
});

test('a gradual deployment has the configuration and the alarms of its props, and alarms that are added later', () => {
  const stack = testStack();
  const config = new LambdaDeploymentConfig(stack, 'Config', {
    trafficRouting: {
      bind: () => ({
        type: CustomLambdaDeploymentConfigType.CANARY,
        timeBasedCanary: { canaryInterval: 7, canaryPercentage: 3 },
      }),
    },
  });
  const fn = laneFunction(stack, { deployment: { config, alarms: [alarm(stack, 'given')] } });
  fn.deployment?.addAlarm(alarm(stack, 'later'));
  const template = Template.fromStack(stack);
  const [own, given, later] = [fn.deployment?.errorAlarm, 'given', 'later'].map((one) =>
    typeof one === 'string' ? stack.node.findChild(one).node.defaultChild : one?.node.defaultChild,
  );
  const nameOf = (element: unknown) => ({ Name: { Ref: stack.getLogicalId(element as CfnElement) } });
  template.hasResourceProperties(GROUP, {
    DeploymentConfigName: { Ref: only(template, 'AWS::CodeDeploy::DeploymentConfig') },
    AlarmConfiguration: { Alarms: [nameOf(own), nameOf(given), nameOf(later)] },
  });
});

test('a deployment that ignores its alarms does not stop because of them', () => {
  templateOf((stack) => laneFunction(stack, { deployment: { ignoreAlarms: true } })).hasResourceProperties(GROUP, {
    AlarmConfiguration: { Enabled: false },
    AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE'] },
  });
});

test.each([
  ['the code', { entry: 'lambda/disconnect.handler.ts' }],
  ['an environment variable', { environment: { NAME: 'other' } }],
  ['the timeout', { timeout: Duration.seconds(11) }],
])('a change of only %s creates a version, to which the invocations are shifted', (_, changes) => {
  const versionOf = (props: Partial<LaneFunctionProps>) =>
    only(
      templateOf((stack) => laneFunction(stack, { deployment: {}, environment: { NAME: 'value' }, ...props })),
      'AWS::Lambda::Version',
    );
  expect(versionOf({})).toBe(versionOf({}));
  expect(versionOf(changes)).not.toBe(versionOf({}));
});

test('a change between provisioned concurrency and a gradual deployment makes another alias, so that the provisioned concurrency is deleted', () => {
  const aliasOf = (props: Partial<LaneFunctionProps>) => {
    const template = templateOf((stack) => laneFunction(stack, props));
    const id = only(template, 'AWS::Lambda::Alias');
    return { id, name: template.toJSON().Resources[id].Properties.Name };
  };
  const gradual = aliasOf({ deployment: {} });
  const provisioned = aliasOf({ provisionedConcurrency: { minCapacity: 1, maxCapacity: 2 } });
  expect(gradual.id).not.toBe(provisioned.id);
  expect([gradual.name, provisioned.name]).toEqual(['gradual', 'live']);
});

test('an event source keeps its logical id, and invokes the alias of a gradual deployment', () => {
  const mappingOf = (props: Partial<LaneFunctionProps>) => {
    const stack = testStack();
    const fn = laneFunction(stack, props);
    fn.addEventSource(new SqsEventSource(new Queue(stack, 'Queue')));
    const template = Template.fromStack(stack);
    const id = only(template, CfnEventSourceMapping.CFN_RESOURCE_TYPE_NAME);
    const { Properties } = template.toJSON().Resources[id];
    return { id, target: Properties.FunctionName, invoked: stack.resolve(fn.invocable.functionName) };
  };
  const gradual = mappingOf({ deployment: {} });
  expect(gradual.id).toBe(mappingOf({}).id);
  expect(gradual.target).toEqual(gradual.invoked);
  expect(JSON.stringify(gradual.target)).toContain(':gradual');
});

test('a gradual deployment with provisioned concurrency is rejected, with all other problems', () => {
  const message = synthesisError((stack) =>
    laneFunction(stack, {
      reservedConcurrency: 0,
      provisionedConcurrency: { minCapacity: 1, maxCapacity: 1 },
      deployment: { alarms: Array.from({ length: 10 }, (_, index) => alarm(stack, `alarm-${index}`)) },
    }),
  );
  expect(message).toContain('[Test/Fn] reservedConcurrency must be a whole number');
  expect(message).toContain(
    '[Test/Fn] deployment must not be combined with provisionedConcurrency, which Lambda refuses to change while the alias has two versions, got both. Fix: remove one of them',
  );
  expect(message).toContain(
    '[Test/Fn/Deployment] deployment.alarms must have at most 10 alarms, with those of the function and of the operation, got 11. Fix: remove some of them',
  );
});

test('a gradual deployment accepts as many alarms as CodeDeploy does', () => {
  const template = templateOf((stack) =>
    laneFunction(stack, {
      deployment: { alarms: Array.from({ length: 9 }, (_, index) => alarm(stack, `alarm-${index}`)) },
    }),
  );
  template.resourceCountIs(GROUP, 1);
});

/** @returns the error message of synthesis with a deployment of any type, as JavaScript accepts it */
function errorOf(deployment: (stack: Stack) => unknown, props: Partial<LaneFunctionProps> = {}): string {
  return synthesisError((stack) => laneFunction(stack, { ...props, deployment: deployment(stack) as never }));
}

/** @returns the deployment group in the template, with a deployment of any type */
function groupOf(deployment: (stack: Stack) => unknown) {
  const template = templateOf((stack) => laneFunction(stack, { deployment: deployment(stack) as never }));
  const [group] = Object.values(template.findResources(GROUP));
  return group?.Properties;
}

test.each([
  [true, 'true'],
  [false, 'false'],
  [5, '5'],
  [Number.NaN, 'NaN'],
  ['x', '"x"'],
  ['', '""'],
  [[], 'a list'],
  [() => ({}), 'a function'],
])('synthesis refuses the deployment %p, which is no object with options', (deployment, shown) => {
  expect(errorOf(() => deployment)).toContain(
    `[Test/Fn] deployment must be an object with options, got ${shown}. Fix: use {} for the defaults, or remove deployment`,
  );
});

test.each([null, undefined])('a function with the deployment %p has no deployment group', (deployment) => {
  expect(groupOf(() => deployment)).toBeUndefined();
});

test('synthesis refuses other options of a deployment, such as those of a configuration', () => {
  expect(errorOf(() => ({ ignoreAlarm: true, steps: 2 }))).toContain(
    '[Test/Fn] deployment must have only the options config, alarms, ignoreAlarms, got ignoreAlarm, steps. Fix: remove these',
  );
  expect(errorOf(() => LambdaDeploymentConfig.ALL_AT_ONCE)).toMatch(
    /\[Test\/Fn\] deployment must have only the options config, alarms, ignoreAlarms, got .*\bdeploymentConfigName\b/,
  );
});

test('options that are null have their defaults', () => {
  expect(groupOf(() => ({ config: null, alarms: null, ignoreAlarms: null }))).toEqual(groupOf(() => ({})));
});

test.each([
  ['false', '"false"'],
  [0, '0'],
  [{}, 'an object'],
])('synthesis refuses %p for ignoreAlarms, which is neither true nor false', (ignoreAlarms, shown) => {
  expect(errorOf(() => ({ ignoreAlarms }))).toContain(
    `[Test/Fn/Deployment] deployment.ignoreAlarms must be true or false, got ${shown}. Fix: use true or false`,
  );
});

const LAMBDA_NAME = 'CodeDeployDefault.LambdaAllAtOnce';
/** A configuration that a user's own code implements. */
const own = (deploymentConfigName: string): ILambdaDeploymentConfig =>
  ({ deploymentConfigName, deploymentConfigArn: 'arn', deploymentConfigRef: { deploymentConfigName } }) as never;

test.each<[string, (stack: Stack) => unknown, string]>([
  ['true', () => true, 'true'],
  ['a text', () => LAMBDA_NAME, `"${LAMBDA_NAME}"`],
  ['an empty object', () => ({}), 'an object'],
  ['a list', () => [], 'a list'],
  ['a predefined one for Amazon ECS', () => EcsDeploymentConfig.ALL_AT_ONCE, 'CodeDeployDefault.ECSAllAtOnce'],
  ['a predefined one for servers', () => ServerDeploymentConfig.ONE_AT_A_TIME, 'CodeDeployDefault.OneAtATime'],
  ['an ARN as a name', () => own('arn:aws:codedeploy:x'), 'arn:aws:codedeploy:x'],
  [
    'one that the app creates for Amazon ECS',
    (stack) =>
      new EcsDeploymentConfig(stack, 'Config', {
        deploymentConfigName: 'mine',
        trafficRouting: TrafficRouting.allAtOnce(),
      }),
    'Test/Config',
  ],
  [
    'one that the app creates for servers',
    (stack) =>
      new ServerDeploymentConfig(stack, 'Config', {
        deploymentConfigName: 'mine',
        minimumHealthyHosts: MinimumHealthyHosts.count(1),
      }),
    'Test/Config',
  ],
])('synthesis refuses the configuration %s, which is not for Lambda', (_, config, shown) => {
  expect(errorOf((stack) => ({ config: config(stack) }))).toContain(
    `[Test/Fn/Deployment] deployment.config must be a deployment configuration for Lambda, got ${shown}. Fix: use one of LambdaDeploymentConfig, such as LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES, or remove config`,
  );
});

test.each<[string, (stack: Stack) => ILambdaDeploymentConfig, unknown]>([
  ['predefined', () => LambdaDeploymentConfig.ALL_AT_ONCE, LAMBDA_NAME],
  ['imported', (stack) => LambdaDeploymentConfig.fromLambdaDeploymentConfigName(stack, 'Config', 'mine'), 'mine'],
  [
    'created by the app with a name',
    (stack) => new LambdaDeploymentConfig(stack, 'Config', { deploymentConfigName: 'mine' }),
    { Ref: expect.any(String) },
  ],
  ['implemented by the user', () => own('mine'), 'mine'],
])('a deployment accepts a configuration for Lambda that is %s', (_, config, name) => {
  expect(groupOf((stack) => ({ config: config(stack) })).DeploymentConfigName).toEqual(name);
});

test.each([['a'], [true], [{}]])('synthesis refuses %p for alarms, which is no list', (alarms) => {
  const shown = typeof alarms === 'object' ? 'an object' : JSON.stringify(alarms);
  expect(errorOf(() => ({ alarms }))).toContain(
    `[Test/Fn/Deployment] deployment.alarms must be a list of alarms, got ${shown}. Fix: use [alarm], or remove alarms`,
  );
});

test('synthesis refuses all elements of alarms that are no alarms, and those of alarms that are added later', () => {
  const elements = [
    'a',
    null,
    undefined,
    {},
    { alarmName: 'x' },
    { alarmRef: { alarmName: 5, alarmArn: 'arn' } },
    { alarmRef: { alarmName: 'x' } },
  ];
  const error = synthesisError((stack) => {
    const fn = laneFunction(stack, { deployment: { alarms: elements as never } });
    fn.deployment?.addAlarm('later' as never);
  });
  const shown = ['"a"', 'null', 'undefined', 'an object', 'an object', 'an object', 'an object'];
  for (const [index, value] of shown.entries()) {
    expect(error).toContain(
      `[Test/Fn/Deployment] deployment.alarms[${index}] must be an alarm, got ${value}. Fix: use new`,
    );
  }
  expect(error).toContain('[Test/Fn/Deployment] alarm must be an alarm, got "later". Fix: use new');
});

test.each<[string, (stack: Stack) => IAlarm]>([
  ['imported', (stack) => Alarm.fromAlarmArn(stack, 'Other', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:other')],
  ['created', (stack) => alarm(new Stack(stack, 'Other', { env: { region: 'eu-west-1' } }), 'Alarm')],
])('synthesis refuses an alarm of another Region that is %s', (_, other) => {
  expect(errorOf((stack) => ({ alarms: [other(stack)] }))).toMatch(
    /\[Test\/Fn\/Deployment\] deployment\.alarms\[0\] must be in the Region of the stack, us-east-1, got Test\/Other\S* in eu-west-1\. Fix: use an alarm in us-east-1/,
  );
});

test('a deployment in an unknown Region accepts an alarm of any Region', () => {
  const { node } = testStack();
  const stack = new Stack(node.root as App, 'Unknown');
  const imported = Alarm.fromAlarmArn(stack, 'Other', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:other');
  laneFunction(stack, { deployment: { alarms: [imported] } });
  Template.fromStack(stack).resourceCountIs(GROUP, 1);
});

test('a deployment accepts a composite alarm', () => {
  const { AlarmConfiguration } = groupOf((stack) => ({
    alarms: [new CompositeAlarm(stack, 'Composite', { alarmRule: AlarmRule.fromBoolean(true) })],
  }));
  expect(AlarmConfiguration.Alarms).toContainEqual({ Name: { Ref: expect.stringContaining('Composite') } });
});

test('an alarm that is given more than once counts once', () => {
  const stack = testStack();
  const created = alarm(stack, 'created');
  const byName = (id: string) => Alarm.fromAlarmName(stack, id, 'by-name');
  const byArn = (id: string) => Alarm.fromAlarmArn(stack, id, 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:by-arn');
  const alarms = [created, created, byName('A'), byName('B'), byArn('C'), byArn('D')];
  const { deployment } = laneFunction(stack, { deployment: { alarms: [...alarms, ...alarms] } });
  alarms.forEach((one) => deployment?.addAlarm(one));
  const [group] = Object.values(Template.fromStack(stack).findResources(GROUP));
  expect(group?.Properties.AlarmConfiguration.Alarms).toHaveLength(4);
});

test('synthesis reports all problems of a deployment at once', () => {
  const given = (stack: Stack) => Array.from({ length: 10 }, (_, index) => alarm(stack, `alarm-${index}`));
  const error = errorOf(
    (stack) => ({
      config: EcsDeploymentConfig.ALL_AT_ONCE,
      alarms: [...given(stack), 'a'],
      ignoreAlarms: 'no',
      steps: 2,
    }),
    { reservedConcurrency: 0 },
  );
  for (const problem of [
    '[Test/Fn] reservedConcurrency must be a whole number',
    '[Test/Fn] deployment must have only the options',
    '[Test/Fn/Deployment] deployment.config must be',
    '[Test/Fn/Deployment] deployment.ignoreAlarms must be',
    '[Test/Fn/Deployment] deployment.alarms[10] must be an alarm',
    '[Test/Fn/Deployment] deployment.alarms must have at most 10 alarms',
  ]) {
    expect(error).toContain(problem);
  }
});

test('a deployment that is false is no deployment with provisioned concurrency', () => {
  const error = errorOf(() => false, { provisionedConcurrency: { minCapacity: 1, maxCapacity: 2 } });
  expect(error).toContain('deployment must be an object');
  expect(error).not.toContain('must not be combined');
});
