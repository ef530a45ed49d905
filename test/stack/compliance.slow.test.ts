import { type App, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { CfnApi, CfnDomainName, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { HttpCompute } from '../../lib/http-lane/http-compute';
import { templateValidator } from '../../lib/compliance/template-validator';
import { expectTable } from '../support/generated-table';
import { exampleFargate, twinlane } from '../lib/lanes';
import { testStack } from '../lib/synthesized';
import { complianceRows } from './compliance-table';
import { STAGES, stageStack } from './stages';
import { validated } from './validated';

/** One for all tests: its engine is WebAssembly, and takes a second to start. */
const validator = templateValidator();

/** @returns the findings of the rules of CloudFormation, of this app and of AwsSolutions */
function findings(build: (app: App) => void) {
  return validated(build, validator, new AwsSolutionsChecks());
}

/** @returns the rules that are broken, each with the construct. */
function brokenBy(build: (app: App) => void): string[] {
  return findings(build).broken.map(({ rule, construct }) => `${rule} ${construct}`);
}

describe('the stages', () => {
  const stages = STAGES.map((stage) => [stage, findings((app) => stageStack(stage, {}, app))] as const);

  test.each(stages)('%s breaks no rule', (_, { broken }) => {
    expect(broken).toEqual([]);
  });

  test('acknowledge what they do not follow, with the reasons that docs/compliance.md has', () => {
    const acknowledged = stages.flatMap(([, found]) => found.acknowledged);
    const reasonOf = (rule: string) =>
      [...new Set(acknowledged.flatMap((finding) => (finding.rule === rule ? finding.reason : [])))].join(' ');
    expectTable(
      'docs/compliance.md',
      'AwsSolutions and CloudFormation',
      complianceRows(
        stages.map(([stage, found]) => [stage, found.acknowledged]),
        reasonOf,
      ),
    );
    expect(acknowledged.filter(({ reason = '' }) => reason.length < 30)).toEqual([]);
  });
});

test('a lane of functions, warm ones too, breaks no rule', () => {
  const warm = { provisionedConcurrency: { minCapacity: 1, maxCapacity: 5 } };
  const broken = brokenBy((app) => {
    twinlane(testStack(app), {
      http: { compute: HttpCompute.lambda(warm) },
      webSocket: { message: warm, accountLoggingRole: true },
    });
  });
  expect(broken).toEqual([]);
});

test('a distribution in front of the socket breaks no rule', () => {
  const broken = brokenBy((app) => {
    twinlane(testStack(app), { webSocket: { distribution: { originHostName: 'ws-origin.example.com' } } });
  });
  expect(broken).toEqual([]);
});

test('access logs that are deleted with their stack break no rule', () => {
  const broken = brokenBy((app) => {
    twinlane(testStack(app), {
      http: { compute: exampleFargate(), accessLogs: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
  });
  expect(broken).toEqual([]);
});

describe('the rules', () => {
  const sightings: [string, string, (stack: Stack) => void][] = [
    [
      'of CloudFormation see a value that no deployment would take',
      'F3034 Test/Function',
      (stack) => {
        const role = 'arn:aws:iam::111122223333:role/r';
        new CfnFunction(stack, 'Function', { code: { zipFile: '0' }, role, memorySize: 5 });
      },
    ],
    [
      'of AwsSolutions see a queue that takes plain http',
      'AwsSolutions-SQS4 Test/Queue/Resource',
      (stack) => {
        new Queue(stack, 'Queue');
      },
    ],
    [
      'of this app see a listener that speaks the TLS that load balancers speak by default',
      'LISTENER_TLS_POLICY Test/Listener',
      (stack) => {
        const loadBalancerArn = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/a/b';
        new CfnListener(stack, 'Listener', { loadBalancerArn, port: 443, protocol: 'HTTPS', defaultActions: [] });
      },
    ],
    [
      'of this app see an API that answers at an address of its own',
      'DEFAULT_ENDPOINT_OFF Test/Api',
      (stack) => {
        new CfnApi(stack, 'Api', { name: 'api', protocolType: 'WEBSOCKET', routeSelectionExpression: '$default' });
      },
    ],
    [
      'of this app see a domain that does not say which TLS it speaks',
      'DOMAIN_TLS_VERSION Test/Domain',
      (stack) => {
        const domainNameConfigurations = [{ endpointType: 'REGIONAL' }];
        new CfnDomainName(stack, 'Domain', { domainName: 'ws.example.com', domainNameConfigurations });
      },
    ],
    [
      'of this app see a table that cannot be recovered',
      'POINT_IN_TIME_RECOVERY Test/Table',
      (stack) => {
        const keySchema = [{ attributeName: 'pk', keyType: 'HASH' }];
        new CfnTable(stack, 'Table', { keySchema, billingMode: 'PAY_PER_REQUEST' });
      },
    ],
    [
      'of this app see a stage without logs',
      'STAGE_LOGS Test/Stage',
      (stack) => {
        new CfnStage(stack, 'Stage', { apiId: 'api', stageName: 'live' });
      },
    ],
    [
      'of this app see a stage that logs what clients send',
      'STAGE_LOGS Test/Stage',
      (stack) => {
        new CfnStage(stack, 'Stage', {
          apiId: 'api',
          stageName: 'live',
          accessLogSettings: {
            destinationArn: 'arn:aws:logs:us-east-1:111122223333:log-group:a',
            format: '$context.requestId',
          },
          defaultRouteSettings: { loggingLevel: 'INFO', dataTraceEnabled: true },
        });
      },
    ],
  ];

  test.each(sightings)('%s', (_, expected, build) => {
    expect(brokenBy((app) => build(testStack(app)))).toContain(expected);
  });
});
