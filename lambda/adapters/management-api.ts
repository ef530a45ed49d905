import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { Gate, Outbox } from '../realtime/ports';
import { POSTS_AT_ONCE } from '../realtime/posting';
import { isTransient } from './transient';

/** A post takes some 10 ms; one without an answer after this long has none to come. In milliseconds. */
const POST_TIMEOUT = 3000;

/** Posts to connections, and closes them, through API Gateway's management API. */
export class ManagementApi implements Outbox, Gate {
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
    return outcomeOf(
      this.client
        .send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: text }))
        .then(() => 'sent' as const),
    );
  }

  async close(connectionId: string): Promise<'closed' | 'busy'> {
    const outcome = await outcomeOf(
      this.client.send(new DeleteConnectionCommand({ ConnectionId: connectionId })).then(() => 'closed' as const),
    );
    return outcome === 'gone' ? 'closed' : outcome;
  }
}

/** @returns `gone` and `busy` for the errors that say so. */
async function outcomeOf<Done>(sending: Promise<Done>): Promise<Done | 'gone' | 'busy'> {
  try {
    return await sending;
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
