import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBStreamEvent } from 'aws-lambda';

const sqs = new SQSClient({});

/** Sends a message to a queue for each change in the table: `INSERT p1`. */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<void> {
  for (const { eventName, dynamodb } of Records) {
    const MessageBody = `${eventName} ${dynamodb?.Keys?.id?.S}`;
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.NOTICES, MessageBody }));
  }
}
