import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBStreamEvent } from 'aws-lambda';

const sqs = new SQSClient({});

/** Tells a queue of every change it gets from the table: `INSERT p1`. */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<void> {
  for (const { eventName, dynamodb } of Records) {
    const MessageBody = `${eventName} ${dynamodb?.Keys?.id?.S}`;
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.NOTICES, MessageBody }));
  }
}
