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
import { exampleFargate, twinlane, withApi } from '../lib/lanes';
import { testStack } from '../lib/synthesized';
import { complianceRows } from './compliance-table';
import {
  GATEWAY_WITH_PUBLIC_LOAD_BALANCER,
  GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
  GATEWAY_WITH_SERVERS,
  ONE_LOAD_BALANCER,
  SHARED_LOAD_BALANCER,
  STAGES,
  stageStack,
} from './stages';
import { validated } from './validated';

/** Shared by all tests, because its WebAssembly engine takes a second to start. */
const validator = templateValidator();

/** @returns the findings of the rules of CloudFormation, this app and AwsSolutions */
function findings(build: (app: App) => void) {
  return validated(build, validator, new AwsSolutionsChecks());
}

/** @returns each broken rule and its construct. */
function brokenBy(build: (app: App) => void): string[] {
  return findings(build).broken.map(({ rule, construct }) => `${rule} ${construct}`);
}

describe('the stages', () => {
  const stages = STAGES.map((stage) => [stage, findings((app) => stageStack(stage, {}, app))] as const);

  test('include servers with a shared load balancer, which break no rule, but synth warns', () => {
    const { broken, acknowledged } = findings((app) => stageStack('servers', SHARED_LOAD_BALANCER, app));
    expect(broken.map(({ rule }) => rule)).toEqual(['Annotation::twinlane:shared-load-balancer']);
    const own = stages.flatMap(([stage, found]) => (stage === 'servers' ? found.acknowledged : []));
    const rulesOf = (list: typeof own) => list.map(({ rule, construct }) => `${rule} ${construct}`);
    expect(rulesOf(acknowledged).filter((rule) => !rulesOf(own).includes(rule))).toEqual([]);
  });

  test.each(stages)('include %s, which breaks no rule', (_, { broken }) => {
    expect(broken).toEqual([]);
  });

  test('acknowledge the rules that they do not follow, with the reasons in docs/compliance.md', () => {
    const acknowledged = stages.flatMap(([, found]) => found.acknowledged);
    // Reasons of several constructs can have sentences in common.
    const reasonOf = (rule: string) =>
      [
        ...new Set(acknowledged.flatMap(({ rule: of, reason = '' }) => (of === rule ? reason.split(/(?<=\.) /) : []))),
      ].join(' ');
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

test('lanes on Lambda with provisioned concurrency break no rule', () => {
  const warm = { provisionedConcurrency: { minCapacity: 1, maxCapacity: 5 } };
  const broken = brokenBy((app) => {
    twinlane(testStack(app), {
      http: { compute: HttpCompute.lambda(warm) },
      webSocket: withApi({ message: warm, accountLoggingRole: true }),
    });
  });
  expect(broken).toEqual([]);
});

test('functions with gradual deployments break no rule', () => {
  const gradual = { deployment: {} };
  const broken = brokenBy((app) => {
    twinlane(testStack(app), {
      http: { compute: HttpCompute.lambda(gradual) },
      webSocket: withApi({ message: gradual, accountLoggingRole: true }),
      delivery: { deliver: gradual },
      operation: {},
    });
  });
  expect(broken).toEqual([]);
});

test.each([
  ['servers', GATEWAY_WITH_SERVERS],
  ['a public load balancer and an API', GATEWAY_WITH_PUBLIC_LOAD_BALANCER],
  ['public load balancers', GATEWAY_WITH_PUBLIC_LOAD_BALANCERS],
  ['AWS WAF', { webAcl: { rateLimit: 2000 } }],
  ['no page', { gateway: { type: 'cloudFront' as const, host: 'app.gateway.example.com' } }],
])('a gateway with %s breaks no rule', (_, changes) => {
  expect(brokenBy((app) => stageStack('gateway', changes, app))).toEqual([]);
});

test('one load balancer for both lanes breaks no rule, but synth warns that they share it', () => {
  expect(brokenBy((app) => stageStack('servers', ONE_LOAD_BALANCER, app))).toEqual([
    'Annotation::twinlane:shared-load-balancer Twinlane-servers/TwinLane/WebSocketLane/Servers',
  ]);
});

test('access logs that are deleted with their stack break no compliance rule', () => {
  const broken = brokenBy((app) => {
    twinlane(testStack(app), {
      http: { compute: exampleFargate(), accessLogs: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
  });
  expect(broken).toEqual([]);
});

describe('the compliance rules', () => {
  const violations: [string, string, (stack: Stack) => void][] = [
    [
      'of CloudFormation report a value that every deployment would reject',
      'F3034 Test/Function',
      (stack) => {
        const role = 'arn:aws:iam::111122223333:role/r';
        new CfnFunction(stack, 'Function', { code: { zipFile: '0' }, role, memorySize: 5 });
      },
    ],
    [
      'of AwsSolutions report a queue that accepts plain http',
      'AwsSolutions-SQS4 Test/Queue/Resource',
      (stack) => {
        new Queue(stack, 'Queue');
      },
    ],
    [
      'of this app report a listener with the default TLS policy of load balancers',
      'LISTENER_TLS_POLICY Test/Listener',
      (stack) => {
        const loadBalancerArn = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/a/b';
        new CfnListener(stack, 'Listener', { loadBalancerArn, port: 443, protocol: 'HTTPS', defaultActions: [] });
      },
    ],
    [
      'of this app report an API with its default endpoint',
      'DEFAULT_ENDPOINT_OFF Test/Api',
      (stack) => {
        new CfnApi(stack, 'Api', { name: 'api', protocolType: 'WEBSOCKET', routeSelectionExpression: '$default' });
      },
    ],
    [
      'of this app report a domain without a TLS version',
      'DOMAIN_TLS_VERSION Test/Domain',
      (stack) => {
        const domainNameConfigurations = [{ endpointType: 'REGIONAL' }];
        new CfnDomainName(stack, 'Domain', { domainName: 'ws.example.com', domainNameConfigurations });
      },
    ],
    [
      'of this app report a table without point-in-time recovery',
      'POINT_IN_TIME_RECOVERY Test/Table',
      (stack) => {
        const keySchema = [{ attributeName: 'pk', keyType: 'HASH' }];
        new CfnTable(stack, 'Table', { keySchema, billingMode: 'PAY_PER_REQUEST' });
      },
    ],
    [
      'of this app report a stage without logs',
      'STAGE_LOGS Test/Stage',
      (stack) => {
        new CfnStage(stack, 'Stage', { apiId: 'api', stageName: 'live' });
      },
    ],
    [
      'of this app report a stage that logs client data',
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

  test.each(violations)('%s', (_, expected, build) => {
    expect(brokenBy((app) => build(testStack(app)))).toContain(expected);
  });
});
