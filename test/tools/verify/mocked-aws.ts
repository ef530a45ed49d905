import { ACMClient } from '@aws-sdk/client-acm';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Route53Client } from '@aws-sdk/client-route-53';
import { ask } from '../../../tools/verify/ask';
import { connect } from '../../../tools/verify/aws';
import { type Finding, findings } from '../../../tools/verify/check';
import { understand } from '../../../tools/verify/deployment';
import { promises, questionsOf } from '../../../tools/verify/promises';
import { type Answers, KEPT, KEPT_PAGES, NOW, OUTPUTS, type Pages, STACK } from './kept-promises';

// A client that has credentials looks for none, in the background, until after the test.
process.env.AWS_ACCESS_KEY_ID = 'mocked';
process.env.AWS_SECRET_ACCESS_KEY = 'mocked';

const clients = [
  ACMClient,
  ApiGatewayV2Client,
  ApplicationAutoScalingClient,
  CloudFormationClient,
  DynamoDBClient,
  ElasticLoadBalancingV2Client,
  LambdaClient,
  Route53Client,
];

/** A command of any client. */
interface Command {
  readonly input: object;
}

/** AWS and public pages, as far as `verify` sees them: they answer from here, and what they were asked is kept. */
export class MockedAws {
  /** Class names of the commands sent, in order: `DescribeTableCommand`. */
  readonly sent: string[] = [];
  /** URLs of the pages got, in order. */
  readonly got: string[] = [];
  readonly #fetch = jest.spyOn(globalThis, 'fetch');
  readonly #sends = clients.map((client) =>
    jest.spyOn(client.prototype as { send(command: Command): unknown }, 'send'),
  );

  /** Answers as AWS does where every promise is kept, but for the answers given. */
  constructor(changed: Partial<Answers> = {}, pages: Pages = {}) {
    this.#fetch.mockImplementation(async (input) => {
      const url = String(input);
      this.got.push(url);
      const page = { ...KEPT_PAGES, ...pages }[url];
      if (!page) {
        throw new RangeError(`No page is prepared for ${url}`);
      }
      return page();
    });
    const answers: Partial<Record<string, (input: never) => object>> = { ...KEPT, ...changed };
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

/** What differs in the outputs; undefined for one that is absent. */
export type ChangedOutputs = Readonly<Record<string, string | undefined>>;

/** Verifies the deployment of {@link OUTPUTS}, changed as given, against mocked answers. */
export async function verified(
  changed: Partial<Answers> = {},
  outputs: ChangedOutputs = {},
  pages: Pages = {},
): Promise<Finding[]> {
  const mocked = new MockedAws(changed, pages);
  try {
    const deployment = understand({ stack: STACK, values: changedOutputs(outputs) });
    const groups = promises(deployment, connect(deployment.region), NOW);
    return findings(groups, await ask(questionsOf(groups), () => undefined));
  } finally {
    mocked.restore();
  }
}

/** {@link OUTPUTS} with these differences. */
export function changedOutputs(changed: ChangedOutputs): Record<string, string> {
  const entries = Object.entries({ ...OUTPUTS, ...changed });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** One way to break a promise: in words, the answers that differ, what is found, and the outputs that differ. */
export type Breakage = [how: string, changed: Partial<Answers>, found: string, outputs?: ChangedOutputs];

/** Declares one test for each way to break the promise. */
export function itIsBrokenBy(promise: string, breakages: readonly Breakage[]): void {
  it.each([...breakages])(`"${promise}" is broken by %s`, async (_, changed, found, outputs = {}) => {
    expect(await finding(promise, changed, outputs)).toMatchObject({ verdict: 'broken', found });
  });
}

/** The finding on one promise, which must be there once. */
export async function finding(
  promise: string,
  changed: Partial<Answers> = {},
  outputs: ChangedOutputs = {},
  pages: Pages = {},
) {
  const found = (await verified(changed, outputs, pages)).filter((one) => one.promise === promise);
  expect(found).toHaveLength(1);
  return found[0];
}
