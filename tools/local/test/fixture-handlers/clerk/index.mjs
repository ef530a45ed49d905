import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({});

/** Not bundled: what it imports is the managed runtime's. Queues what follows the kind, and says for whom. */
export const handler = async ({ body, requestContext: { authorizer } }) => {
  const { order } = JSON.parse(body);
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.ORDERS, MessageBody: order.content }));
  return { statusCode: 200, body: `queued for ${authorizer.clerk}` };
};
