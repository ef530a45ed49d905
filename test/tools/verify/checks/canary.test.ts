import type { GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { Output } from '../../../../lib/outputs';
import { type Answers, NOW, WITH_SYNTHETICS } from '../passing-deployment';
import { finding, itFailsFor, verified } from '../mocked-aws';

const RAN = 'The canary canary ran in the last 2 hours';
const CREDENTIALS = 'The secret of the canary has credentials that were written after it was created';
const FIX = 'npm run canary:user -- --stack Twinlane-test --region us-east-1';

const runs = (...Values: number[]): Partial<Answers> => ({
  GetMetricData: () => ({ MetricDataResults: [{ Id: 'runs', Values }] }),
});
const secret = (...stages: string[][]): Partial<Answers> => ({
  DescribeSecret: () => ({
    VersionIdsToStages: Object.fromEntries(stages.map((stage, index) => [`v${index}`, stage])),
  }),
});
const ownSecret = { [Output.CANARY_SECRET_ARN]: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:canary-AbCdEf' };

describe('The checks of a canary', () => {
  itFailsFor(RAN, [
    [
      'no run, with the command that finds its rule',
      runs(),
      'no runs. Fix: enable the rule that aws events list-rule-names-by-target --region us-east-1 --target-arn arn:aws:lambda:us-east-1:123456789012:function:canary lists. If the canary was deployed within the last hour, run the command again.',
    ],
  ]);

  itFailsFor('The canary lane-canary ran in the last 2 hours', [
    [
      'no run of CloudWatch Synthetics, with the command that starts it',
      runs(),
      'no runs. Fix: aws synthetics start-canary --region us-east-1 --name lane-canary. If the canary was deployed within the last hour, run the command again.',
      WITH_SYNTHETICS,
    ],
  ]);

  itFailsFor('canary has no reserved concurrency', [
    [
      'a reserved concurrency of 0, which stops it',
      {
        GetFunctionConcurrency: (input) => (input.FunctionName === 'canary' ? { ReservedConcurrentExecutions: 0 } : {}),
      },
      'a reserved concurrency of 0',
    ],
  ]);

  it('count the runs of all periods', async () => {
    expect(await finding(RAN, runs(1, 0, 2))).toMatchObject({ result: 'passed', found: '3 runs' });
  });

  it.each([
    ['the invocations of a function', {}, 'AWS/Lambda', 'Invocations', 'FunctionName', 'canary', 'Sum'],
    [
      'the results of CloudWatch Synthetics',
      WITH_SYNTHETICS,
      ...(['CloudWatchSynthetics', 'SuccessPercent', 'CanaryName', 'lane-canary', 'SampleCount'] as const),
    ],
  ])('read %s of the last 2 hours', async (_, outputs, Namespace, MetricName, Name, Value, Stat) => {
    const inputs: GetMetricDataCommandInput[] = [];
    await verified(
      {
        GetMetricData: (input) => {
          inputs.push(input);
          return {};
        },
      },
      outputs,
    );

    expect(inputs).toEqual([
      {
        StartTime: new Date(NOW.getTime() - 2 * 3600 * 1000),
        EndTime: NOW,
        MetricDataQueries: [
          {
            Id: 'runs',
            MetricStat: { Metric: { Namespace, MetricName, Dimensions: [{ Name, Value }] }, Period: 300, Stat },
          },
        ],
      },
    ]);
  });

  it('of CloudWatch Synthetics do not include a function, which AWS creates', async () => {
    const found = await verified({}, WITH_SYNTHETICS);

    expect(found.filter(({ expected }) => expected.startsWith('canary '))).toEqual([]);
    expect(found.filter(({ result }) => result !== 'passed')).toEqual([]);
  });

  itFailsFor(CREDENTIALS, [
    [
      'the secret as the stack created it',
      secret(['AWSCURRENT']),
      `only the version that the stack created. Fix: ${FIX}`,
    ],
    ['no current version', secret(['AWSPREVIOUS']), 'no current version'],
    [
      'a deleted secret',
      { DescribeSecret: () => ({ DeletedDate: NOW, VersionIdsToStages: { v1: ['AWSCURRENT', 'AWSPREVIOUS'] } }) },
      'deleted at 2026-03-01T00:00:00.000Z. Fix: aws secretsmanager restore-secret',
    ],
  ]);

  it('accept a secret of your own with one version', async () => {
    expect(await finding(CREDENTIALS, secret(['AWSCURRENT']), ownSecret)).toMatchObject({
      result: 'passed',
      found: 'a secret of your own, with a current version',
    });
  });

  it('do not include a secret if the canary does not sign in', async () => {
    const found = await verified({}, { [Output.CANARY_SECRET_ARN]: undefined });

    expect(found.map(({ expected }) => expected)).not.toContain(CREDENTIALS);
    expect(found.map(({ expected }) => expected)).toContain(RAN);
  });
});
