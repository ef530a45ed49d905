import { ArnFormat, Duration, Names, Size, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Canary, Code, Runtime, RuntimeFamily, Schedule, Test } from 'aws-cdk-lib/aws-synthetics';
import type { Construct } from 'constructs';
import { Environment } from '../../../lambda/environment';
import { acknowledgeWildcard } from '../../compliance/wildcard';
import { bundle } from '../../functions/bundles';
import { metricLaneOf } from '../../metrics/lane-metric';
import { ExpiringBucket } from '../../storage/expiring-bucket';
import { syntheticsAlarms } from './canary-alarms';
import type { CanaryConfig, CanaryContext } from './canary-config';
import { addCredentials } from './canary-credentials';
import type { SyntheticsCanaryProps } from './canary-props';
import { environmentOf, HANDLER, RUN_TIMEOUT } from './canary-run';
import { propsOf, propsProblems } from './props-problems';
import { everyOf, everyProblems, runtimeOf, runtimeProblems, windowProblems } from './run-problems';

/** Least memory of a canary of CloudWatch Synthetics. */
const MEMORY = Size.mebibytes(960);

/** Characters of the name from the path, and from its hash. With `cwsyn-` before and an id after it, it is the name of a function, which has up to 64. */
const [PATH, HASH] = [12, 8];

/** A canary of CloudWatch Synthetics, with the same code as the function. */
export class SyntheticsCanary {
  private readonly props: SyntheticsCanaryProps;

  /** @param given - of the user. In JavaScript, it can be anything */
  constructor(private readonly given: SyntheticsCanaryProps) {
    this.props = propsOf(given);
  }

  bind(scope: Construct, context: CanaryContext): CanaryConfig {
    const { every: givenEvery, runtime, credentials: secret } = this.props;
    const every = everyOf(givenEvery);
    const timeout = shorterOf(every, RUN_TIMEOUT);
    scope.node.addValidation({
      validate: () => [
        ...propsProblems(this.given),
        ...everyProblems(givenEvery),
        ...runtimeProblems(runtime),
        ...windowProblems(context.batchingWindow, timeout),
      ],
    });
    const name = metricLaneOf(scope);
    const credentials = addCredentials(scope, context, secret);
    const canaryName = canaryNameOf(scope);
    const bucket = new ExpiringBucket(scope, 'Artifacts', {
      retention: context.retention,
      expiration: Duration.days(30),
      unloggedBecause: 'Only the canary writes to this bucket, and its files contain no data of users.',
    });
    const role = addRole(scope, canaryName, bucket);
    credentials.grantSignIn(role);
    const synthetics = new Canary(scope, 'Synthetics', {
      canaryName,
      runtime: new Runtime(runtimeOf(runtime), RuntimeFamily.NODEJS),
      test: Test.custom({ code: Code.fromAsset(bundle({ entry: HANDLER })), handler: 'index.handler' }),
      schedule: Schedule.rate(every),
      timeout,
      memory: MEMORY,
      environmentVariables: {
        ...environmentOf(scope, name, context, credentials),
        [Environment.CANARY_THROWS]: 'true',
      },
      artifactsBucketLocation: { bucket },
      role,
      provisionedResourceCleanup: true,
    });
    return {
      alarms: syntheticsAlarms(synthetics, every),
      name,
      every,
      credentials: credentials.secret,
      synthetics,
    };
  }
}

/** @returns a name that begins with that of the stack, and is unique in an account and Region: `twinlane-pro-14ab94e4` */
function canaryNameOf(scope: Construct): string {
  const name = Names.uniqueResourceName(scope, { maxLength: 63, separator: '-' }).toLowerCase();
  return `${name.slice(0, PATH).replace(/-$/, '')}-${name.slice(-HASH)}`;
}

/** CloudWatch Synthetics refuses a timeout that is longer than the time between two runs. */
function shorterOf(one: Duration, other: Duration): Duration {
  return one.toSeconds() < other.toSeconds() ? one : other;
}

/**
 * Permissions that each canary needs:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_CanaryPermissions.html
 */
function addRole(scope: Construct, canaryName: string, bucket: Bucket): Role {
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const objects = bucket.arnForObjects('*');
  const logs = Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    resourceName: `/aws/lambda/cwsyn-${canaryName}-*`,
  });
  for (const statement of [
    { actions: ['s3:PutObject', 's3:GetObject'], resources: [objects] },
    { actions: ['s3:GetBucketLocation'], resources: [bucket.bucketArn] },
    { actions: ['s3:ListAllMyBuckets'], resources: ['*'] },
    { actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logs] },
    {
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': 'CloudWatchSynthetics' } },
    },
  ]) {
    role.addToPolicy(new PolicyStatement(statement));
  }
  acknowledgeWildcard(role, objects, 'The names of the artifacts contain the time of the run.');
  acknowledgeWildcard(role, logs, 'CloudWatch Synthetics adds an id to the name of the log group, and to its streams.');
  acknowledgeWildcard(
    role,
    '*',
    'ListAllMyBuckets and PutMetricData support only *. A condition limits PutMetricData to the namespace CloudWatchSynthetics.',
  );
  return role;
}
