import type { Clock } from '../realtime/ports';
import { type CredentialProvider, environmentCredentials } from './credentials';
import { endpointOf, regionOf } from './endpoint';
import { HttpClient } from './http-client';
import { retried } from './retries';
import { exceptionOf } from './service-exception';
import { Signer } from './signer';
import { systemClock } from '../system-clock';

/** Calls the operations of one service of AWS. */
export interface OperationCaller {
  /** Throws ServiceException, or what the last attempt failed with. An attempt may have acted though its answer was lost. */
  call<Answer>(operation: string, input: object): Promise<Answer>;
}

export interface JsonClientOptions {
  /** The part of the endpoint's name that is also the signing name. */
  readonly service: 'dynamodb' | 'sqs';

  /** Prefix of the operation in `X-Amz-Target`. */
  readonly target: string;

  /** From a request to the end of its answer, in milliseconds. */
  readonly timeout: number;

  /** @default environmentCredentials */
  readonly credentials?: CredentialProvider;

  /** @default - by the environment, see endpointOf */
  readonly endpoint?: URL;

  /** @default - by the environment, see regionOf */
  readonly region?: string;

  /** @default systemClock */
  readonly clock?: Clock;
}

/** To open a connection, TLS included, in milliseconds. */
const CONNECT_TIMEOUT = 1000;

/** As many as the AWS SDKs open to a service. */
const CONNECTIONS = 50;

/** Calls a service by AWS's JSON protocol 1.0. What will pass by itself is tried three times. */
export class JsonClient implements OperationCaller {
  private readonly endpoint: URL;
  private readonly http: HttpClient;
  private readonly signer: Signer;
  private readonly credentials: CredentialProvider;
  private readonly clock: Clock;

  constructor(private readonly options: JsonClientOptions) {
    const { service, timeout, endpoint, region, credentials, clock } = options;
    this.endpoint = endpoint ?? endpointOf(service);
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
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${this.options.target}.${operation}`,
    };
    const signed = this.signer.sign({ host, path, headers, body }, await this.credentials(), this.clock.now());
    const response = await this.http.post(path, signed, body);
    if (response.status !== 200) {
      throw exceptionOf(response);
    }
    return JSON.parse(response.body.toString());
  }
}
