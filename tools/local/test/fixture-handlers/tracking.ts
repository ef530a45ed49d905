import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';

const management = new ApiGatewayManagementApiClient({ endpoint: process.env.CALLBACK_URL });

/** Answers `watch` by posting to the connection, and every other frame by its return value. */
export async function handler(event: APIGatewayProxyWebsocketEventV2): Promise<APIGatewayProxyResultV2> {
  const { routeKey, connectionId: ConnectionId } = event.requestContext;
  if (routeKey === 'watch') {
    await management.send(new PostToConnectionCommand({ ConnectionId, Data: `watching ${event.body}` }));
    return { statusCode: 200 };
  }
  return { statusCode: 200, body: `${routeKey} ${event.body}` };
}
