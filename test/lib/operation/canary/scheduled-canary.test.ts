import { CfnParameter, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { UserPool, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Authentication } from '../../../../lib/authentication/authentication';
import { addOutputs } from '../../../../lib/add-outputs';
import { Gateway } from '../../../../lib/gateway/gateway';
import { Canary } from '../../../../lib/operation/canary/canary';
import { LaneFunction } from '../../../../lib/functions/lane-function';
import type { TwinlaneProps } from '../../../../lib/twinlane';
import { statementsOf, testApp, testStack } from '../../synthesized';
import { alarmsOf, idOf, watchedTwinlane } from '../watched-lanes';
import { lanesWithCanary } from './canary-lanes';

const FUNCTION = 'TwinLaneOperationCanaryFunction';

/** @returns the properties of the function of the canary */
function functionIn(template: Template) {
  const [only] = Object.entries(template.findResources('AWS::Lambda::Function')).filter(([id]) =>
    id.startsWith(FUNCTION),
  );
  return only?.[1].Properties;
}

/** @returns the variable as text, with `{Ref}` for a reference to a resource */
function textOf(value: unknown): string {
  const { 'Fn::Join': [, parts] = ['', [value]] } = value as { 'Fn::Join'?: [string, unknown[]] };
  return parts
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replace(/.*"(\w+?)[0-9A-F]{8}".*/, '{$1}')))
    .join('');
}

const canaryFunctionOf = (stack: Stack) =>
  stack.node.findAll().find((one) => one instanceof LaneFunction && one.node.path.includes('/Canary/')) as LaneFunction;

describe('a scheduled canary of both lanes with a user pool', () => {
  const stack = testStack();
  const lanes = lanesWithCanary(stack, Canary.scheduled());
  addOutputs(stack, lanes);
  const template = Template.fromStack(stack);

  test('runs every 5 minutes, and no run is repeated', () => {
    const [target] = Object.values(template.findResources('AWS::Events::Rule')).flatMap(
      ({ Properties: { ScheduleExpression, State, Targets } }) => ({ ScheduleExpression, State, Targets }),
    );
    expect(target).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0 } }],
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp(FUNCTION) },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  test('reserves no concurrency, is not traced, is in no network, and has more time than a run takes', () => {
    const { ReservedConcurrentExecutions, TracingConfig, VpcConfig, Timeout } = functionIn(template);
    expect({ ReservedConcurrentExecutions, TracingConfig, VpcConfig, Timeout }).toEqual({ Timeout: 90 });
  });

  test('knows the hosts of the lanes for clients, and how to sign in', () => {
    const { Variables } = functionIn(template).Environment;
    expect(Variables).toMatchObject({
      HTTP_URL: 'https://api.example.com',
      WEBSOCKET_URL: 'wss://ws.example.com',
      CANARY_NAME: expect.stringMatching(/^Test-TwinLane-Operation-Canary-[0-9A-F]{8}$/),
      CANARY_SECRET: { Ref: expect.stringContaining('OperationCanaryCredentials') },
    });
    expect(JSON.parse(textOf(Variables.CANARY_SIGN_IN))).toEqual({
      type: 'userPool',
      userPoolId: '{TwinLaneAdmissionUserPool}',
      clientId: '{TwinLaneAdmissionUserPoolClient}',
      region: 'us-east-1',
    });
    expect(Variables).not.toHaveProperty('CANARY_THROWS');
  });

  test('knows the time for which the delivery waits for batches, if it does', () => {
    const waiting = testStack();
    lanesWithCanary(waiting, Canary.scheduled(), { delivery: { maxBatchingWindow: Duration.seconds(20) } });
    const { Variables } = functionIn(Template.fromStack(waiting)).Environment;
    expect(Variables).toMatchObject({ BATCHING_WINDOW_SECONDS: '20' });
    expect(functionIn(template).Environment.Variables).not.toHaveProperty('BATCHING_WINDOW_SECONDS');
  });

  test('has access to its secret, to the sign-in of its pool and to its log group, and to nothing else', () => {
    const statements = statementsOf(stack, canaryFunctionOf(stack)) as { Action: string[]; Resource: unknown }[];
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
      ...['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminRespondToAuthChallenge'],
      ...['logs:CreateLogStream', 'logs:PutLogEvents'],
      ...['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
    ]);
    for (const { Resource } of statements) {
      expect(JSON.stringify(Resource)).toMatch(/Credentials|TwinLaneAdmissionUserPool|LogGroup/);
      expect(JSON.stringify(Resource)).not.toContain('*');
    }
  });

  test('has a secret with the name of a user who receives no email, and a password that the pool accepts', () => {
    const [secret] = Object.values(template.findResources('AWS::SecretsManager::Secret'));
    expect(secret?.DeletionPolicy).toBe('RetainExceptOnCreate');
    // No option limits the characters: Secrets Manager uses all kinds, as the pool requires, and 32 of them.
    expect(secret?.Properties.GenerateSecretString).toEqual({
      GenerateStringKey: 'password',
      SecretStringTemplate: expect.stringMatching(
        /^{"username":"canary@test-twinlane-operation-canary-[0-9a-f]{8}\.us-east-1\.example\.com"}$/,
      ),
    });
  });

  test('the client of the pool also allows the flow by which the canary signs in', () => {
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    });
  });

  test('has an alarm for each check, in the health of its lane, and one that notifies by itself', () => {
    const found = alarmsOf(stack).filter((alarm) => idOf(alarm).endsWith('canary'));
    expect(found.map((alarm) => [idOf(alarm), alarm.TreatMissingData, Boolean(alarm.AlarmActions)]).sort()).toEqual([
      ['canary', 'breaching', true],
      ['delivery-canary', 'notBreaching', false],
      ['http-canary', 'notBreaching', false],
      ['websocket-canary', 'notBreaching', false],
    ]);
    const { http, log, webSocket } = lanes.operation?.health ?? {};
    for (const [health, id] of [
      [http, 'http-canary'],
      [log, 'delivery-canary'],
      [webSocket, 'websocket-canary'],
    ] as const) {
      const ids = health?.alarms.map(({ node }) => node.id).filter((one) => one.endsWith('canary'));
      expect(ids).toEqual([id]);
    }
  });

  test('its function is not in the outputs of the functions of the lanes, which verify compares with their reservations', () => {
    expect(JSON.stringify(template.findOutputs('Functions'))).not.toContain('Canary');
    expect(JSON.stringify(template.findOutputs('UntracedFunctions'))).not.toContain('Canary');
  });

  test('has outputs with the names of its secret and its function', () => {
    template.hasOutput('CanarySecretArn', { Value: { Ref: Match.stringLikeRegexp('CanaryCredentials') } });
    template.hasOutput('CanaryFunction', { Value: { Ref: Match.stringLikeRegexp(FUNCTION) } });
    expect(template.findOutputs('CanaryName')).toEqual({});
  });
});

describe('the alarms of a canary', () => {
  test.each([1, 5, 60])('look at 3 runs of %i minutes', (minutes) => {
    const stack = testStack();
    lanesWithCanary(stack, Canary.scheduled({ every: Duration.minutes(minutes) }));
    const found = alarmsOf(stack).filter((alarm) => idOf(alarm).endsWith('canary'));
    expect(found).toHaveLength(4);
    for (const {
      Period = 0,
      DatapointsToAlarm,
      EvaluationPeriods,
      Threshold,
      ComparisonOperator,
      Statistic,
    } of found) {
      expect({ Period, DatapointsToAlarm, Threshold, ComparisonOperator, Statistic }).toEqual({
        Period: minutes * 60,
        DatapointsToAlarm: 2,
        Threshold: 100,
        ComparisonOperator: 'LessThanThreshold',
        Statistic: 'Minimum',
      });
      expect(Period * EvaluationPeriods).toBeLessThanOrEqual(86_400);
    }
  });
});

describe('without a canary', () => {
  const stack = testStack();
  const lanes = watchedTwinlane(stack, { authentication: Authentication.cognito() });
  addOutputs(stack, lanes);
  const template = Template.fromStack(stack);

  test('the client of the pool does not allow a sign-in with a password', () => {
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
  });

  test('there is no schedule, no secret and no output of it', () => {
    template.resourceCountIs('AWS::Events::Rule', 0);
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
    expect(template.findOutputs('Canary*')).toEqual({});
  });
});

describe('a canary', () => {
  test('without authentication has no secret, and signs in nowhere', () => {
    const stack = testStack();
    const lanes = lanesWithCanary(stack, Canary.scheduled(), { authentication: Authentication.none() });
    addOutputs(stack, lanes);
    const template = Template.fromStack(stack);
    expect(functionIn(template).Environment.Variables).toMatchObject({
      CANARY_SIGN_IN: '{"type":"none"}',
      CANARY_SECRET: 'none',
    });
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
    expect(template.findOutputs('CanarySecretArn')).toEqual({});
  });

  test('of another issuer uses the secret of the props, and no user pool', () => {
    const stack = testStack();
    const arn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:canary-AbCdEf';
    watchedTwinlane(stack, {
      operation: { canary: Canary.scheduled({ credentials: Secret.fromSecretCompleteArn(stack, 'Given', arn) }) },
    });
    expect(functionIn(Template.fromStack(stack)).Environment.Variables).toMatchObject({
      CANARY_SIGN_IN: '{"type":"clientCredentials"}',
      CANARY_SECRET: arn,
    });
    const statements = statementsOf(stack, canaryFunctionOf(stack));
    expect(statements).toContainEqual(
      expect.objectContaining({ Action: expect.arrayContaining(['secretsmanager:GetSecretValue']), Resource: arn }),
    );
    expect(JSON.stringify(statements)).not.toContain('cognito');
  });

  test('of an imported pool in another Region signs in there', () => {
    const stack = testStack();
    const pool = UserPool.fromUserPoolArn(
      stack,
      'Pool',
      'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc',
    );
    const authentication = Authentication.userPool(pool, UserPoolClient.fromUserPoolClientId(stack, 'Client', 'abc'));
    lanesWithCanary(stack, Canary.scheduled(), { authentication });
    expect(JSON.parse(functionIn(Template.fromStack(stack)).Environment.Variables.CANARY_SIGN_IN)).toEqual({
      type: 'userPool',
      userPoolId: 'eu-west-1_abc',
      clientId: 'abc',
      region: 'eu-west-1',
    });
  });

  test('of hosts that only the deployment knows, in a stack without a Region, can be synthesized', () => {
    const stack = new Stack(testApp(), 'Test');
    const { valueAsString } = new CfnParameter(stack, 'Host');
    lanesWithCanary(stack, Canary.scheduled(), { httpHostName: valueAsString, removalPolicy: RemovalPolicy.DESTROY });
    const template = Template.fromStack(stack);
    expect(functionIn(template).Environment.Variables.HTTP_URL).toEqual({
      'Fn::Join': ['', ['https://', { Ref: 'Host' }]],
    });
    const [secret] = Object.values(template.findResources('AWS::SecretsManager::Secret'));
    expect(textOf(secret?.Properties.GenerateSecretString.SecretStringTemplate)).toContain('"username":"canary@test-');
  });

  test('keeps its user if the hosts change or a gateway is added, because a new template of the secret would replace the password', () => {
    const secretOf = (props: Partial<TwinlaneProps>) => {
      const stack = testStack();
      lanesWithCanary(stack, Canary.scheduled(), props);
      const secrets = Object.entries(Template.fromStack(stack).findResources('AWS::SecretsManager::Secret'));
      return secrets.filter(([id]) => id.includes('Canary'));
    };
    expect(secretOf({ httpHostName: 'rest.example.com' })).toEqual(secretOf({}));
    expect(secretOf({ gateway: Gateway.cloudFront({ hostName: 'app.example.com' }) })).toEqual(secretOf({}));
  });
});
