import { ACMClient } from '@aws-sdk/client-acm';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { runQueries } from '../../../tools/aws-checks/run-queries';
import { connect } from '../../../tools/verify/aws';
import { type Finding, findings, queriesOf } from '../../../tools/aws-checks/check';
import { parseDeployment } from '../../../tools/verify/deployment';
import { checkGroups } from '../../../tools/verify/check-groups';
import type { Outside } from '../../../tools/verify/outside';
import { type Answers, PASSING, PASSING_PAGES, NOW, OUTPUTS, type Pages, STACK } from './passing-deployment';

// With credentials, a client does not search for them in the background, beyond the end of the test.
process.env.AWS_ACCESS_KEY_ID = 'mocked';
process.env.AWS_SECRET_ACCESS_KEY = 'mocked';

const clients = [
  ACMClient,
  ApiGatewayV2Client,
  ApplicationAutoScalingClient,
  CloudFormationClient,
  CloudWatchClient,
  DynamoDBClient,
  EC2Client,
  ECSClient,
  ElasticLoadBalancingV2Client,
  KMSClient,
  LambdaClient,
  Route53Client,
  SecretsManagerClient,
  SNSClient,
  SQSClient,
  WAFV2Client,
];

/** A command of any client. */
interface Command {
  readonly input: object;
}

/** Mock of AWS and the public pages that `verify` calls. Records the calls. */
export class MockedAws {
  /** Class names of the commands, in order: `DescribeTableCommand`. */
  readonly sent: string[] = [];
  /** URLs of the fetched pages, in order. */
  readonly got: string[] = [];
  readonly #fetch = jest.spyOn(globalThis, 'fetch');
  readonly #sends = clients.map((client) =>
    jest.spyOn(client.prototype as { send(command: Command): unknown }, 'send'),
  );

  /** Answers as AWS does for a deployment that passes every check, except for the answers given. */
  constructor(changed: Partial<Answers> = {}, pages: Pages = {}) {
    this.#fetch.mockImplementation(async (input) => {
      const url = String(input);
      this.got.push(url);
      const page = { ...PASSING_PAGES, ...pages }[url];
      if (!page) {
        throw new RangeError(`No page is prepared for ${url}`);
      }
      return page();
    });
    const answers: Partial<Record<string, (input: never) => object>> = { ...PASSING, ...changed };
    for (const send of this.#sends) {
      send.mockImplementation(async (command) => {
        const { name } = command.constructor;
        this.sent.push(name);
        const answer = answers[name.replace(/Command$/, '')];
        if (!answer) {
          throw new TypeError(`No answer is prepared for ${name}`);
        }
        return { $metadata: {}, ...answer(command.input as never) };
      });
    }
  }

  restore(): void {
    this.#fetch.mockRestore();
    for (const send of this.#sends) {
      send.mockRestore();
    }
  }
}

/** Outputs that differ; undefined for one that is absent. */
export type ChangedOutputs = Readonly<Record<string, string | undefined>>;

/** Checks the deployment of {@link OUTPUTS}, changed as given, against mocked answers. */
export async function verified(
  changed: Partial<Answers> = {},
  outputs: ChangedOutputs = {},
  pages: Pages = {},
  outside: Partial<Outside> = {},
): Promise<Finding[]> {
  const mocked = new MockedAws(changed, pages);
  try {
    const deployment = parseDeployment({ stack: STACK, values: changedOutputs(outputs) });
    const groups = checkGroups(deployment, connect(deployment.region), { ...UNPREPARED, ...outside }, NOW);
    return findings(groups, await runQueries(queriesOf(groups), () => undefined));
  } finally {
    mocked.restore();
  }
}

/** Outside of a deployment whose records are in its hosted zone, and that has no distribution. */
export const UNPREPARED: Outside = {
  resolve: async (host) => {
    throw new RangeError(`No records are prepared for ${host}`);
  },
  handshake: async (url) => {
    throw new RangeError(`No status is prepared for ${url}`);
  },
};

/** {@link OUTPUTS} with these differences. */
export function changedOutputs(changed: ChangedOutputs): Record<string, string> {
  const entries = Object.entries({ ...OUTPUTS, ...changed });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** One reason for a check to fail: description, the answers that differ, the expected `found`, and the outputs that differ. */
export type FailingCase = [how: string, changed: Partial<Answers>, found: string, outputs?: ChangedOutputs];

/** Declares one test for each reason for which the check fails. */
export function itFailsFor(expected: string, breakages: readonly FailingCase[]): void {
  it.each([...breakages])(`the check "${expected}" fails on %s`, async (_, changed, found, outputs = {}) => {
    expect(await finding(expected, changed, outputs)).toMatchObject({ result: 'failed', found });
  });
}

/** The only finding with this expectation. */
export async function finding(
  expected: string,
  changed: Partial<Answers> = {},
  outputs: ChangedOutputs = {},
  pages: Pages = {},
) {
  const found = (await verified(changed, outputs, pages)).filter((one) => one.expected === expected);
  expect(found).toHaveLength(1);
  return found[0];
}
