import { SqsDeliveryQueue, sqsClient } from '../../../lambda/adapters/delivery-queue';
import type { Delivery } from '../../../lambda/realtime/ports';
import { type EmbeddedQueue, embeddedQueue } from '../../support/embedded/queue';
import { messageOf } from '../realtime/message';

const environment = process.env;
let sqs: EmbeddedQueue;
let queue: SqsDeliveryQueue;

beforeEach(async () => {
  sqs = await embeddedQueue();
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'embedded',
    AWS_SECRET_ACCESS_KEY: 'embedded',
  };
  queue = new SqsDeliveryQueue(sqsClient(), `${sqs.endpoint}/queue`);
});
afterEach(async () => {
  process.env = environment;
  await sqs.close();
});

const deliveries = (count: number, data = 'data'): Delivery[] => {
  const messages = [messageOf('t', 1, data)];
  return Array.from({ length: count }, (_, number) => ({ messages, to: { shard: { topic: 't', number } } }));
};
const sizesOf = () => sqs.batches.map((batch) => batch.length).sort((a, b) => b - a);
const byNumber = (a: Delivery, b: Delivery) =>
  JSON.stringify(a.to).localeCompare(JSON.stringify(b.to), 'en', { numeric: true });

it('the delivery queue sends every delivery as JSON, in batches of ten', async () => {
  expect(await queue.enqueue(deliveries(25))).toEqual([]);
  expect(sizesOf()).toEqual([10, 10, 5]);
  const sent = sqs.batches.flat().map((body): Delivery => JSON.parse(body));
  expect(sent.sort(byNumber)).toEqual(deliveries(25));
});

it('the delivery queue sends large deliveries in smaller batches', async () => {
  await queue.enqueue(deliveries(10, 'x'.repeat(100 * 1024)));
  expect(sizesOf()).toEqual([2, 2, 2, 2, 2]);
});

it('the delivery queue sends deliveries with the delay that the caller passes', async () => {
  await queue.enqueue(deliveries(1));
  await queue.enqueue(deliveries(2), 7);
  expect(sqs.delays).toEqual([0, 7, 7]);
});

it('the delivery queue sends at most sixteen batches concurrently', async () => {
  const maxConcurrent = sqs.gather(16);
  await queue.enqueue(deliveries(400));
  expect(sqs.batches).toHaveLength(40);
  expect(maxConcurrent()).toBe(16);
});

it('the delivery queue returns the deliveries that SQS did not accept', async () => {
  sqs.refuse(1, 3);
  const sent = deliveries(8);
  expect(await queue.enqueue(sent)).toEqual([sent[1], sent[3]]);
  expect(sqs.batches.flat()).toHaveLength(6);
});

it('the delivery queue returns all deliveries of a batch that fails temporarily', async () => {
  sqs.fail(500, 3);
  const sent = deliveries(8);
  expect(await queue.enqueue(sent)).toEqual(sent);
  expect(await queue.enqueue(sent)).toEqual([]);
});

it('the delivery queue throws a permanent error of SQS', async () => {
  sqs.fail(403, 1);
  await expect(queue.enqueue(deliveries(1))).rejects.toThrow();
});

it('the delivery queue makes no request for an empty list', async () => {
  expect(await queue.enqueue([])).toEqual([]);
  expect(sqs.batches).toEqual([]);
});
