/**
 * What lambda/deliver.handler.ts does, written as the SDK's documentation has it: DocumentClient, one client each, their
 * defaults.
 */
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DeleteCommand, DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';

const { CONNECTION_TABLE, MANAGEMENT_ENDPOINT } = process.env;
const gateway = new ApiGatewayManagementApiClient({ endpoint: MANAGEMENT_ENDPOINT });
const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export async function handler({ Records }) {
  const batchItemFailures = [];
  for (const { body, messageId } of Records) {
    try {
      const { frame, connections } = JSON.parse(body);
      await Promise.all(connections.map((connection) => deliver(frame, connection)));
    } catch (error) {
      console.error(error);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

async function deliver(frame, connection) {
  try {
    await gateway.send(new PostToConnectionCommand({ ConnectionId: connection.id, Data: frame }));
  } catch (error) {
    if (!(error instanceof GoneException)) {
      throw error;
    }
    await forget(connection);
  }
}

async function forget({ id, connectedAt }) {
  await dynamo.send(
    new DeleteCommand({
      TableName: CONNECTION_TABLE,
      Key: { pk: `CONNECTION#${id}`, sk: 'CONNECTION' },
      ConditionExpression: 'attribute_not_exists(pk) OR connectedAt = :at',
      ExpressionAttributeValues: { ':at': connectedAt },
    }),
  );
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: CONNECTION_TABLE,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :topic)',
      ExpressionAttributeValues: { ':pk': `CONNECTION#${id}`, ':topic': 'TOPIC#' },
      ConsistentRead: true,
    }),
  );
  for (const { pk, sk } of Items) {
    const keys = [
      { pk, sk },
      { pk: sk, sk: pk },
    ];
    await dynamo.send(
      new BatchWriteCommand({ RequestItems: { [CONNECTION_TABLE]: keys.map((Key) => ({ DeleteRequest: { Key } })) } }),
    );
  }
}
