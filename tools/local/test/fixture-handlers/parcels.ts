import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ALBEvent, ALBResult } from 'aws-lambda';
import type { Parcel } from './parcel';

const dynamo = new DynamoDBClient({});
const TableName = process.env.PARCELS;

/**
 * Handles requests from the load balancer: `PUT /parcels` stores a parcel, `GET /parcels?city=` finds the parcels of a city
 * through the table's index.
 */
export async function handler({ httpMethod, queryStringParameters, body }: ALBEvent): Promise<ALBResult> {
  try {
    return httpMethod === 'PUT'
      ? json(200, await store(JSON.parse(body ?? '')))
      : json(200, await find(queryStringParameters?.city ?? ''));
  } catch (error) {
    const { name, message } = error as Error;
    return json(500, { name, message });
  }
}

async function store(parcel: Parcel): Promise<Parcel> {
  await dynamo.send(new PutItemCommand({ TableName, Item: marshall(parcel) }));
  return parcel;
}

async function find(city: string): Promise<unknown[]> {
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName,
      IndexName: 'byCity',
      KeyConditionExpression: 'city = :city',
      ExpressionAttributeValues: { ':city': { S: city } },
    }),
  );
  return Items.map((item) => unmarshall(item));
}

function json(statusCode: number, body: unknown): ALBResult {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
