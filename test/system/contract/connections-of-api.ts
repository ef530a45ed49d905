import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { somebody } from '../caller';
import { Client, newTopic } from '../client';
import type { LocalPlace } from '../place';

/** Connections of an API Gateway API: their rows in the table, and the management API. */
export function connectionsOfApi(place: () => LocalPlace): void {
  test('that is closed is deleted from the table', async () => {
    const { client, id, rows } = await subscribed();
    expect(await rows.of(id)).toEqual(['CONNECTION', 'SESSION', expect.stringMatching(/^TOPIC#/)]);
    client.socket.close();
    await disconnected(id);
    expect(await rows.of(id)).toEqual([]);
  });

  test('that is deleted by its id is closed and deleted from the table', async () => {
    const { client, id, rows } = await subscribed();
    const management = new ApiGatewayManagementApiClient({
      endpoint: place().local.app.urls.management,
      region: 'us-east-1',
      credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
    });
    expect(await management.send(new GetConnectionCommand({ ConnectionId: id }))).toMatchObject({
      ConnectedAt: expect.any(Date),
    });
    await management.send(new DeleteConnectionCommand({ ConnectionId: id }));
    expect(await client.closed).toBe(1000);
    await disconnected(id);
    expect(await rows.of(id)).toEqual([]);
    const post = management.send(new PostToConnectionCommand({ ConnectionId: id, Data: '{}' }));
    await expect(post).rejects.toMatchObject({ name: 'GoneException', $metadata: { httpStatusCode: 410 } });
    management.destroy();
  });

  test('that was deleted from the table cannot subscribe', async () => {
    const { client, id, rows } = await subscribed();
    await rows.remove(id);
    expect(await client.ask({ action: 'subscribe', topic: newTopic() })).toMatchObject({ code: 'not_connected' });
  });

  /** Connects a subscribed client. @returns the client, its connection id, and the rows of the table */
  async function subscribed() {
    const { connections: rows } = place().local;
    const who = somebody();
    const client = await Client.connect(place(), {}, who);
    await client.ask({ action: 'subscribe', topic: newTopic() });
    const [id = ''] = await rows.connectionsOf(who);
    return { client, id, rows };
  }

  async function disconnected(id: string): Promise<void> {
    await place().local.app.line(({ text }) => text.startsWith(`${id} $disconnect: 200`));
  }
}
