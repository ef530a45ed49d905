import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { FakeUserPool } from './fake-user-pool';
import { Refused } from './refused';

export const STACK = 'Twinlane-prod';
export const POOL = 'us-east-1_12345678a';
export const CLIENT = '1h57kf5cpq17m0eml12EXAMPLE';
export const SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:canary-AbCdEf';

/** Outputs of a stack with a canary that signs in to its own user pool. */
export const OUTPUTS: Readonly<Record<string, string>> = {
  HttpUrl: 'https://api.example.com',
  TokenIssuer: `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`,
  TokenAudience: CLIENT,
  CanarySecretArn: SECRET,
};

/** An AWS account on loopback, for the real clients with AWS_ENDPOINT_URL: one stack, its user pool and its secret. */
export class FakeAccount {
  readonly pool = new FakeUserPool(POOL, CLIENT);
  outputs: Readonly<Record<string, string | undefined>> = OUTPUTS;
  /** Pages of the physical ids of the stack's resources. */
  resources: readonly (readonly string[])[] = [['lane-table'], [POOL]];
  secret: string | undefined = JSON.stringify({ username: 'canary@api.example.com', password: 'generated' });
  /** Actions that a proxy answers with a page. */
  readonly answeredByProxy = new Set<string>();
  /** Actions that IAM denies. */
  readonly denied = new Set<string>();
  /** Names of all actions, in their order. */
  readonly calls: string[] = [];
  private readonly server = createServer(async (request, response) => {
    const call = parseCall(request, await text(request));
    this.calls.push(call.action);
    if (this.answeredByProxy.has(call.action)) {
      response.setHeader('content-type', 'text/html').end('<html>Sign in</html>');
      return;
    }
    try {
      response.end(call.answer(this.perform(call)));
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused('InternalFailure', `${error}`);
      response.writeHead(400).end(call.refusal(refused));
    }
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  /** @returns true if the canary could sign in with its secret */
  canSignIn(secret = this.secret): boolean {
    const { username = '', password = '', totpSecret = '' } = JSON.parse(secret ?? '{}') as Record<string, string>;
    return this.pool.accepts(username, password, totpSecret);
  }

  private perform({ action, input, signed }: Call): object {
    const isPublic = ['AssociateSoftwareToken', 'VerifySoftwareToken'].includes(action);
    if (!isPublic && !signed) {
      throw new Refused('MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    if (this.denied.has(action)) {
      throw new Refused('AccessDeniedException', `User is not authorized to perform ${action}`);
    }
    switch (action) {
      case 'DescribeStacks':
        return this.stack(input);
      case 'ListStackResources':
        return this.resourcePage(input);
      case 'GetSecretValue':
      case 'PutSecretValue':
        return this.secretValue(action, input);
      default:
        return this.pool.perform(action, input);
    }
  }

  private stack({ StackName }: Input): object {
    if (StackName !== STACK) {
      throw new Refused('ValidationError', `Stack with id ${StackName} does not exist`);
    }
    const Outputs = Object.entries(this.outputs)
      .filter(([, value]) => value !== undefined)
      .map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
    return { Stacks: [{ StackName, Outputs }] };
  }

  private resourcePage({ NextToken = '0' }: Input): object {
    const page = Number(NextToken);
    const next = page + 1 < this.resources.length ? { NextToken: `${page + 1}` } : {};
    const StackResourceSummaries = this.resources[page]?.map((PhysicalResourceId) => ({ PhysicalResourceId }));
    return { StackResourceSummaries, ...next };
  }

  private secretValue(action: string, { SecretId, SecretString }: Input): object {
    if (SecretId !== SECRET || (action === 'GetSecretValue' && this.secret === undefined)) {
      throw new Refused('ResourceNotFoundException', "Secrets Manager can't find the specified secret value.");
    }
    if (action === 'PutSecretValue') {
      this.secret = `${SecretString}`;
    }
    return { ARN: SECRET, SecretString: this.secret };
  }
}

type Input = Readonly<Record<string, unknown>>;

interface Call {
  readonly action: string;
  readonly input: Input;
  /** True with a signature of IAM credentials. */
  readonly signed: boolean;
  answer(value: object): string;
  refusal(refused: Refused): string;
}

function parseCall({ headers }: IncomingMessage, body: string): Call {
  const target = headers['x-amz-target'];
  const signed = headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') ?? false;
  if (typeof target === 'string') {
    return {
      ...{ action: target.replace(/^.*\./, ''), input: JSON.parse(body), signed, answer: JSON.stringify },
      refusal: ({ code, message }) => JSON.stringify({ __type: code, message }),
    };
  }
  const input = Object.fromEntries(new URLSearchParams(body));
  const { Action: action = '' } = input;
  return {
    ...{ action, input, signed },
    answer: (value) => xml(`${action}Response`, { [`${action}Result`]: value }),
    refusal: ({ code, message }) => xml('ErrorResponse', { Error: { Type: 'Sender', Code: code, Message: message } }),
  };
}

/** AWS Query protocol. */
function xml(name: string, value: unknown): string {
  const content = Array.isArray(value)
    ? value.map((item) => xml('member', item)).join('')
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
          .map(([key, child]) => xml(key, child))
          .join('')
      : `${value}`;
  return `<${name}>${content}</${name}>`;
}
