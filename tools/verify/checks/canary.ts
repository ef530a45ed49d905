import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeSecretCommand, type DescribeSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { type Check, check, type Evaluation } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Aws } from '../aws';
import type { Canary, Deployment } from '../deployment';
import { checksOfFunction } from './functions';

/** Hours in which a canary with the longest time between two runs, an hour, runs at least once, also if its metrics are late. */
const HOURS = 2;

/** Seconds of a value. CloudWatch has values of a minute for these hours, and fewer of them are enough. */
const PERIOD = 300;

/**
 * Checks that the canary runs, that nothing stops its function, and that its credentials were written. The health of its alarm is checked
 * with the other alarms: `ALARM` says that it does not run or cannot sign in. The value of the secret and the user are not read.
 */
export function canaryChecks(canary: Canary, deployment: Deployment, aws: Aws, now: Date): Check[] {
  return [
    ...(canary.type === 'scheduled' ? checksOfFunction({ name: canary.name, traced: false }, deployment, aws) : []),
    runCheck(canary, deployment, aws, now),
    ...(canary.secretArn === undefined ? [] : [secretCheck(canary.secretArn, deployment, aws)]),
  ];
}

function runCheck({ type, name }: Canary, deployment: Deployment, aws: Aws, now: Date): Check {
  const metric =
    type === 'scheduled'
      ? { Namespace: 'AWS/Lambda', MetricName: 'Invocations', Dimensions: [{ Name: 'FunctionName', Value: name }] }
      : {
          Namespace: 'CloudWatchSynthetics',
          MetricName: 'SuccessPercent',
          Dimensions: [{ Name: 'CanaryName', Value: name }],
        };
  const query: Query<number> = {
    action: 'cloudwatch:GetMetricData',
    arn: '*',
    subject: `the canary ${name}`,
    run: async () => {
      const { MetricDataResults: [found] = [] } = await aws.cloudWatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(now.getTime() - HOURS * 3_600_000),
          EndTime: now,
          MetricDataQueries: [
            {
              Id: 'runs',
              MetricStat: { Metric: metric, Period: PERIOD, Stat: type === 'scheduled' ? 'Sum' : 'SampleCount' },
            },
          ],
        }),
      );
      return found?.Values?.reduce((sum, value) => sum + value, 0);
    },
  };
  return check(`The canary ${name} ran in the last ${HOURS} hours`, [query], (runs) => ({
    passed: runs > 0,
    found: runs > 0 ? `${runs} runs` : `no runs. Fix: ${restart({ type, name }, deployment)}`,
  }));
}

function restart(
  { type, name }: Pick<Canary, 'type' | 'name'>,
  { partition, region, account }: Pick<Deployment, 'partition' | 'region' | 'account'>,
): string {
  const afterDeployment = 'If the canary was deployed within the last hour, run the command again.';
  return type === 'scheduled'
    ? `enable the rule that aws events list-rule-names-by-target --region ${region} --target-arn arn:${partition}:lambda:${region}:${account}:function:${name} lists. ${afterDeployment}`
    : `aws synthetics start-canary --region ${region} --name ${name}. ${afterDeployment}`;
}

function secretCheck(secretArn: string, { stack, region }: Deployment, aws: Aws): Check {
  const query: Query<DescribeSecretCommandOutput> = {
    action: 'secretsmanager:DescribeSecret',
    arn: secretArn,
    subject: `the secret ${secretArn}`,
    run: () => aws.secretsManager.send(new DescribeSecretCommand({ SecretId: secretArn })),
  };
  return check('The secret of the canary has credentials that were written after it was created', [query], (secret) =>
    written(secret, isCreated(secretArn), `npm run canary:user -- --stack ${stack} --region ${region}`),
  );
}

/** A secret that the stack creates has a generated password until the command replaces it, and keeps that as its previous version. */
function written(
  { DeletedDate, VersionIdsToStages = {} }: DescribeSecretCommandOutput,
  created: boolean,
  fix: string,
): Evaluation {
  if (DeletedDate) {
    return { passed: false, found: `deleted at ${DeletedDate.toISOString()}. Fix: aws secretsmanager restore-secret` };
  }
  const versions = Object.values(VersionIdsToStages).flat();
  if (!versions.includes('AWSCURRENT')) {
    return { passed: false, found: 'no current version' };
  }
  if (created && !versions.includes('AWSPREVIOUS')) {
    return { passed: false, found: `only the version that the stack created. Fix: ${fix}` };
  }
  return { passed: true, found: created ? 'written' : 'a secret of your own, with a current version' };
}

/** True for a secret whose name CloudFormation made of its logical id. */
function isCreated(secretArn: string): boolean {
  return /:secret:\w*CanaryCredentials[0-9A-F]{8}-/.test(secretArn);
}
