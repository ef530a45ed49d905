import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({});

/** Queues the content of an order. It is not bundled, so it imports the SDK of the managed runtime. */
export const handler = async ({ body, requestContext: { authorizer } }) => {
  const { order } = JSON.parse(body);
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.ORDERS, MessageBody: order.content }));
  return { statusCode: 200, body: `queued for ${authorizer.clerk}` };
};
