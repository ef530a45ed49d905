import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import type { Outbox } from '../realtime/ports';
import { POSTS_AT_ONCE } from '../realtime/posting';
import { isTransient } from './transient';

/** A post takes some 10 ms; one without an answer after this long has none to come. In milliseconds. */
const POST_TIMEOUT = 3000;

/** Posts to connections through API Gateway's management API. */
export class ManagementApi implements Outbox {
  private readonly client: ApiGatewayManagementApiClient;

  /** @param endpoint base URL, without `/@connections`. */
  constructor(endpoint: string) {
    const sockets = { keepAlive: true, maxSockets: POSTS_AT_ONCE };
    this.client = new ApiGatewayManagementApiClient({
      endpoint,
      // Whoever posts knows the deadline, so whoever posts tries again.
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: 1000,
        requestTimeout: POST_TIMEOUT,
        throwOnRequestTimeout: true,
        httpAgent: sockets,
        httpsAgent: sockets,
      },
    });
  }

  async post(connectionId: string, text: string): Promise<'sent' | 'gone' | 'busy'> {
    try {
      await this.client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: text }));
      return 'sent';
    } catch (error) {
      if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 410) {
        return 'gone';
      }
      if (isTransient(error)) {
        return 'busy';
      }
      throw error;
    }
  }
}
