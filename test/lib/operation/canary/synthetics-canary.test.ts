import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { addOutputs } from '../../../../lib/add-outputs';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Canary } from '../../../../lib/operation/canary/canary';
import { statementsOf, testStack } from '../../synthesized';
import { alarmsOf, idOf } from '../watched-lanes';
import { lanesWithCanary } from './canary-lanes';

/** @returns the properties of the only canary of CloudWatch Synthetics */
function canaryIn(template: Template) {
  const [only] = Object.values(template.findResources('AWS::Synthetics::Canary'));
  return only?.Properties;
}

const roleOf = (stack: Stack) =>
  stack.node.findAll().find((one) => one instanceof Role && one.node.path.endsWith('/Canary/Role')) as Role;

describe('a canary of CloudWatch Synthetics', () => {
  const stack = testStack();
  const lanes = lanesWithCanary(stack, Canary.synthetics());
  addOutputs(stack, lanes);
  const template = Template.fromStack(stack);

  test('runs every 5 minutes on a runtime without a browser, and its function is deleted with it', () => {
    expect(canaryIn(template)).toMatchObject({
      RuntimeVersion: 'syn-nodejs-5.4',
      Schedule: { Expression: 'rate(5 minutes)', DurationInSeconds: '0' },
      StartCanaryAfterCreation: true,
      ProvisionedResourceCleanup: 'AUTOMATIC',
      RunConfig: { TimeoutInSeconds: 90, MemoryInMB: 960 },
    });
  });

  test('runs the bundle of the function, in which a failed check throws', () => {
    expect(canaryIn(template).Code.Handler).toBe('index.handler');
    const [asset] = stack.node
      .findAll()
      .filter((one): one is Asset => one instanceof Asset && /Canary/.test(one.node.path));
    expect(existsSync(join((stack.node.root as App).outdir, asset?.assetPath ?? '', 'index.js'))).toBe(true);
    expect(canaryIn(template).RunConfig.EnvironmentVariables).toMatchObject({
      CANARY_THROWS: 'true',
      HTTP_URL: 'https://api.example.com',
      WEBSOCKET_URL: 'wss://ws.example.com',
      CANARY_NAME: expect.stringContaining('Canary'),
      CANARY_SECRET: { Ref: expect.stringContaining('CanaryCredentials') },
    });
  });

  test('has variables whose names CloudWatch Synthetics accepts, and a name that fits into that of its function', () => {
    for (const name of Object.keys(canaryIn(template).RunConfig.EnvironmentVariables)) {
      expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]+$/);
    }
    expect(canaryIn(template).Name).toMatch(/^[0-9a-z_-]{1,21}$/);
    expect(canaryIn(template).Name).toMatch(/^test-twinlan-[0-9a-f]{8}$/);
  });

  test('has one alarm, on its success, which fires if it does not run', () => {
    const found = alarmsOf(stack).filter((alarm) => idOf(alarm).endsWith('canary'));
    expect(found.map(idOf)).toEqual(['canary']);
    expect(found[0]).toMatchObject({
      Namespace: 'CloudWatchSynthetics',
      MetricName: 'SuccessPercent',
      Dimensions: [{ Name: 'CanaryName', Value: { Ref: expect.stringContaining('CanarySynthetics') } }],
      Period: 300,
      Threshold: 100,
      ComparisonOperator: 'LessThanThreshold',
      DatapointsToAlarm: 2,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
      AlarmActions: [expect.anything()],
    });
    expect(JSON.stringify(found[0]?.AlarmDescription)).toContain('#synthetics:canary/detail/');
  });

  test('has only the permissions that each canary needs, and those to sign in', () => {
    const statements = statementsOf(stack, roleOf(stack)) as Record<string, unknown>[];
    expect(statements.flatMap(({ Action }) => Action as string[]).sort()).toEqual([
      'cloudwatch:PutMetricData',
      ...['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminRespondToAuthChallenge'],
      ...['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      ...['s3:GetBucketLocation', 's3:GetObject', 's3:ListAllMyBuckets', 's3:PutObject'],
      ...['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
    ]);
    const everywhere = statements.filter(({ Resource }) => Resource === '*');
    expect(everywhere).toEqual([
      { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'cloudwatch:PutMetricData',
        Resource: '*',
        Condition: { StringEquals: { 'cloudwatch:namespace': 'CloudWatchSynthetics' } },
      },
    ]);
    const logs = statements.find(({ Action }) => JSON.stringify(Action).includes('logs:'));
    expect(JSON.stringify(logs?.Resource)).toContain(`/aws/lambda/cwsyn-${canaryIn(template).Name}-*`);
  });

  test('writes to a private bucket that requires TLS and keeps each run for 30 days', () => {
    const [id] = Object.keys(template.findResources('AWS::S3::Bucket')).filter((one) => one.includes('Artifacts'));
    expect(canaryIn(template).ArtifactS3Location).toEqual({ 'Fn::Join': ['', ['s3://', { Ref: id }]] });
    expect(template.findResources('AWS::S3::Bucket')[id ?? '']).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: 30, Status: 'Enabled' }] },
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: { Ref: id },
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  test('has outputs with its name and its secret, and none of a function', () => {
    template.hasOutput('CanaryName', { Value: { Ref: Match.stringLikeRegexp('CanarySynthetics') } });
    template.hasOutput('CanarySecretArn', { Value: { Ref: Match.stringLikeRegexp('CanaryCredentials') } });
    expect(template.findOutputs('CanaryFunction')).toEqual({});
  });

  test('leaves no schedule and no function of a scheduled canary', () => {
    template.resourceCountIs('AWS::Events::Rule', 0);
    expect(
      Object.keys(template.findResources('AWS::Lambda::Function')).filter((id) => /CanaryFunction/.test(id)),
    ).toEqual([]);
  });
});

test('a run of CloudWatch Synthetics has a timeout that is not longer than the time between two runs', () => {
  const stack = testStack();
  lanesWithCanary(stack, Canary.synthetics({ every: Duration.minutes(1), runtime: 'syn-nodejs-6.0' }));
  expect(canaryIn(Template.fromStack(stack))).toMatchObject({
    RuntimeVersion: 'syn-nodejs-6.0',
    Schedule: { Expression: 'rate(1 minute)' },
    RunConfig: { TimeoutInSeconds: 60 },
  });
});

test('the bucket of a canary is deleted with its files if the data of the stack is', () => {
  const stack = testStack();
  lanesWithCanary(stack, Canary.synthetics(), { removalPolicy: RemovalPolicy.DESTROY });
  const template = Template.fromStack(stack);
  const [bucket] = Object.entries(template.findResources('AWS::S3::Bucket')).filter(([id]) => id.includes('Artifacts'));
  expect(bucket?.[1].DeletionPolicy).toBe('Delete');
  template.hasResourceProperties('Custom::S3AutoDeleteObjects', { BucketName: { Ref: bucket?.[0] } });
});

test('the secret has the same logical id with a function and with CloudWatch Synthetics, so that a change keeps the credentials', () => {
  const secretsOf = (canary: Canary) => {
    const stack = testStack();
    lanesWithCanary(stack, canary);
    return Template.fromStack(stack).findResources('AWS::SecretsManager::Secret');
  };
  expect(secretsOf(Canary.synthetics())).toEqual(secretsOf(Canary.scheduled()));
});
