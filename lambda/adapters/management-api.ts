import type { Clock, ConnectionCloser, Outbox } from '../realtime/ports';
import { POSTS_AT_ONCE } from '../realtime/posting';
import { isOnTask } from '../realtime/task-id';
import { type CredentialProvider, environmentCredentials } from '../aws/credentials';
import { regionOf } from '../aws/endpoint';
import { HttpClient, type HttpTransport } from '../aws/http-client';
import { exceptionOf, isTransient } from '../aws/service-exception';
import { Signer } from '../aws/signer';
import { systemClock } from '../system-clock';

/**
 * Timeouts in milliseconds. A post takes about 10 ms. The timeout of connections is longer than for other clients, because a
 * cold function performs all TLS handshakes at once, with a third of a CPU.
 */
export const POST_TIMEOUTS = { connect: 1500, answer: 3000 };

/** One object, so that the signer recognizes it. */
const HEADERS = { 'content-type': 'application/octet-stream' };

export interface ManagementApiOptions {
  /** Base URL, without `/@connections`. */
  readonly endpoint: string;

  /** @default - an HttpClient with a connection for each concurrent post */
  readonly http?: HttpTransport;

  /** @default environmentCredentials */
  readonly credentials?: CredentialProvider;

  /** @default - from the environment, see regionOf */
  readonly region?: string;

  /** @default systemClock */
  readonly clock?: Clock;
}

/** Posts to connections and closes them with API Gateway's management API. Does not retry: only the caller knows the deadline. */
export class ManagementApi implements Outbox, ConnectionCloser {
  private readonly endpoint: URL;
  private readonly http: HttpTransport;
  private readonly signer: Signer;
  private readonly credentials: CredentialProvider;
  private readonly clock: Clock;

  constructor({ endpoint, http, credentials, region, clock }: ManagementApiOptions) {
    this.endpoint = new URL(endpoint);
    this.http = http ?? new HttpClient({ origin: this.endpoint, connections: POSTS_AT_ONCE, timeouts: POST_TIMEOUTS });
    this.signer = new Signer('execute-api', region ?? regionOf());
    this.credentials = credentials ?? environmentCredentials;
    this.clock = clock ?? systemClock;
  }

  post(connectionId: string, text: string): Promise<'sent' | 'gone' | 'busy'> {
    return this.send('POST', connectionId, text);
  }

  async close(connectionId: string): Promise<'closed' | 'busy'> {
    return (await this.send('DELETE', connectionId, '')) === 'busy' ? 'busy' : 'closed';
  }

  private async send(method: 'POST' | 'DELETE', connectionId: string, body: string): Promise<'sent' | 'gone' | 'busy'> {
    if (isOnTask(connectionId)) {
      // Of the time before the lane got an API: its servers are gone.
      return 'gone';
    }
    const { host, pathname } = this.endpoint;
    const path = `${pathname.replace(/\/$/, '')}/@connections/${encodeURIComponent(connectionId)}`;
    const request = { method, host, path, headers: HEADERS, body };
    try {
      const headers = this.signer.sign(request, await this.credentials(), this.clock.now());
      const response = await this.http.send(method, path, headers, body);
      if (response.status === 410) {
        return 'gone';
      }
      if (response.status >= 300) {
        throw exceptionOf(response);
      }
      return 'sent';
    } catch (error) {
      if (isTransient(error)) {
        return 'busy';
      }
      throw error;
    }
  }
}
