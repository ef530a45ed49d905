/**
 * Equivalent of lambda/deliver.handler.ts, written as in the SDK's documentation: DocumentClient and one client for each service,
 * with their defaults.
 */
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';

const { CONNECTION_TABLE, MANAGEMENT_ENDPOINT } = process.env;
const gateway = new ApiGatewayManagementApiClient({ endpoint: MANAGEMENT_ENDPOINT });
const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export async function handler({ Records }) {
  const batchItemFailures = [];
  for (const { body, messageId } of Records) {
    try {
      const { messages, to } = JSON.parse(body);
      const subscribers = await subscribersOf(to.shard);
      for (const message of messages) {
        const frame = JSON.stringify({ type: 'message', ...message });
        await Promise.all(subscribers.map((subscriber) => deliver(frame, subscriber)));
      }
    } catch (error) {
      console.error(error);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

async function subscribersOf({ topic, number }) {
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: CONNECTION_TABLE,
      KeyConditionExpression: 'pk = :pk AND sk > :after',
      FilterExpression: 'expiresAt > :now',
      ExpressionAttributeValues: {
        ':pk': `TOPIC#${topic}#${number}`,
        ':after': 'CONNECTION#',
        ':now': Math.floor(Date.now() / 1000),
      },
      ConsistentRead: true,
    }),
  );
  return Items;
}

async function deliver(frame, { pk, sk }) {
  try {
    await gateway.send(new PostToConnectionCommand({ ConnectionId: sk.slice('CONNECTION#'.length), Data: frame }));
  } catch (error) {
    if (!(error instanceof GoneException)) {
      throw error;
    }
    await dynamo.send(new DeleteCommand({ TableName: CONNECTION_TABLE, Key: { pk, sk } }));
  }
}
