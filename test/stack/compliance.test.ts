import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { HttpCompute } from '../../lib/http-lane/http-compute';
import { exampleFargate, twinLane } from '../lib/lanes';
import { testApp, testStack } from '../lib/synthesized';
import { STAGES, stageStack } from './stages';

interface Violation {
  readonly ruleName: string;
  readonly reason?: string;
  readonly violatingConstructs: readonly { readonly constructPath: string }[];
}

/**
 * Synthesizes with the validator that aws-cdk-lib brings, its default rules as errors, and cdk-nag's AwsSolutions.
 *
 * @returns the rules that something broke, each with the construct; and those that were acknowledged, with the reason
 */
function validated(build: (app: App) => void): { broken: string[]; acknowledged: readonly Violation[] } {
  const app = testApp({ builtinCloudFormationValidation: true });
  build(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks());
  const report = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    app.synth();
  } catch (error) {
    if (!(error as Error).message.includes('validation-report.json')) {
      throw error;
    }
  } finally {
    report.mockRestore();
  }
  const { pluginReports } = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
  const all = (key: string): Violation[] => pluginReports.flatMap((plugin: Record<string, Violation[]>) => plugin[key]);
  return {
    broken: all('violations').flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    ),
    acknowledged: all('suppressedViolations'),
  };
}

describe.each(STAGES)('the %s stage', (stage) => {
  const { broken, acknowledged } = validated((app) => stageStack(stage, {}, app));

  test('breaks no rule', () => {
    expect(broken).toEqual([]);
  });

  test('gives its reason for every rule it acknowledges', () => {
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const { reason } of acknowledged) {
      expect(reason).toMatch(/^.{30,}$/);
    }
  });
});

test('a lane of functions, warm ones too, breaks no rule', () => {
  const warm = { provisionedConcurrency: { minCapacity: 1, maxCapacity: 5 } };
  const { broken } = validated((app) => {
    twinLane(testStack(app), {
      http: { compute: HttpCompute.lambda(warm) },
      webSocket: { message: warm, accountLoggingRole: true },
    });
  });
  expect(broken).toEqual([]);
});

test('access logs that are deleted with their stack break no rule', () => {
  const { broken } = validated((app) => {
    twinLane(testStack(app), {
      http: { compute: exampleFargate(), accessLogs: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
  });
  expect(broken).toEqual([]);
});

describe('the rules', () => {
  test('of CloudFormation see a value that no deployment would take', () => {
    const { broken } = validated((app) => {
      new CfnFunction(testStack(app), 'Function', {
        code: { zipFile: '0' },
        role: 'arn:aws:iam::1:role/r',
        memorySize: 5,
      });
    });
    expect(broken).toEqual(expect.arrayContaining([expect.stringContaining('Test/Function')]));
  });

  test('of AwsSolutions see a queue that takes plain http', () => {
    const { broken } = validated((app) => {
      new Queue(testStack(app), 'Queue');
    });
    expect(broken).toContain('AwsSolutions-SQS4 Test/Queue/Resource');
  });
});
