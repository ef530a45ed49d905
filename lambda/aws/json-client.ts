import type { Clock } from '../realtime/ports';
import { type CredentialProvider, environmentCredentials } from './credentials';
import { endpointOf, regionOf, type Service } from './endpoint';
import { HttpClient } from './http-client';
import { retried } from './retries';
import { exceptionOf } from './service-exception';
import { Signer } from './signer';
import { systemClock } from '../system-clock';

/** Calls operations of an AWS service. */
export interface OperationCaller {
  /** Throws ServiceException, or the error of the last attempt. A failed attempt may have been processed by the service. */
  call<Answer>(operation: string, input: object): Promise<Answer>;
}

export interface JsonClientOptions {
  readonly service: Service;

  /** Prefix of the operation in `X-Amz-Target`. */
  readonly target: string;

  /** Milliseconds from a request to the end of its response. */
  readonly timeout: number;

  /** @default environmentCredentials */
  readonly credentials?: CredentialProvider;

  /** @default - from the environment, see endpointOf */
  readonly endpoint?: URL;

  /** @default - from the environment, see regionOf */
  readonly region?: string;

  /** @default systemClock */
  readonly clock?: Clock;
}

/** Milliseconds to open a connection, including TLS. */
const CONNECT_TIMEOUT = 1000;

/** Maximum number of connections to a service, as in the AWS SDKs. */
const CONNECTIONS = 50;

/** Versions of the AWS JSON protocol. */
const CONTENT_TYPES: Readonly<Record<Service, string>> = {
  dynamodb: 'application/x-amz-json-1.0',
  sqs: 'application/x-amz-json-1.0',
  'cognito-idp': 'application/x-amz-json-1.1',
  secretsmanager: 'application/x-amz-json-1.1',
};

/** Client for the AWS JSON protocol. Makes up to three attempts if errors are transient. */
export class JsonClient implements OperationCaller {
  private readonly endpoint: URL;
  private readonly http: HttpClient;
  private readonly signer: Signer;
  private readonly credentials: CredentialProvider;
  private readonly clock: Clock;

  constructor(private readonly options: JsonClientOptions) {
    const { service, timeout, endpoint, region, credentials, clock } = options;
    this.endpoint = endpoint ?? endpointOf(service, process.env, region);
    this.http = new HttpClient({
      origin: this.endpoint,
      connections: CONNECTIONS,
      timeouts: { connect: CONNECT_TIMEOUT, answer: timeout },
    });
    this.signer = new Signer(service, region ?? regionOf());
    this.credentials = credentials ?? environmentCredentials;
    this.clock = clock ?? systemClock;
  }

  async call<Answer>(operation: string, input: object): Promise<Answer> {
    const body = JSON.stringify(input);
    return retried(async () => (await this.attempt(operation, body)) as Answer, this.clock);
  }

  private async attempt(operation: string, body: string): Promise<unknown> {
    const { host, pathname: path } = this.endpoint;
    const headers = {
      'content-type': CONTENT_TYPES[this.options.service],
      'x-amz-target': `${this.options.target}.${operation}`,
    };
    const signed = this.signer.sign({ host, path, headers, body }, await this.credentials(), this.clock.now());
    const response = await this.http.post(path, { ...signed, ...traceHeader() }, body);
    if (response.status !== 200) {
      throw exceptionOf(response);
    }
    return JSON.parse(response.body.toString());
  }
}

/** @returns the trace of this invocation, not signed, as in the AWS SDKs: SQS passes it on to the function that receives the message */
function traceHeader({ _X_AMZN_TRACE_ID: trace }: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return trace ? { 'x-amzn-trace-id': trace } : {};
}
