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
const ACCEPTED = { transient: [], permanent: [] };
const sizesOf = () => sqs.batches.map((batch) => batch.length).sort((a, b) => b - a);
const byNumber = (a: Delivery, b: Delivery) =>
  JSON.stringify(a.to).localeCompare(JSON.stringify(b.to), 'en', { numeric: true });

it('the delivery queue sends every delivery as JSON, in batches of ten', async () => {
  expect(await queue.enqueue(deliveries(25))).toEqual(ACCEPTED);
  expect(sizesOf()).toEqual([10, 10, 5]);
  const sent = sqs.batches.flat().map((body): Delivery => JSON.parse(body));
  expect(sent.sort(byNumber)).toEqual(deliveries(25));
});

it('the delivery queue sends every character of a message exactly, in characters that SQS accepts', async () => {
  const data = '\uFFFE\uFFFF\u0000\uD7FF😀';
  await queue.enqueue(deliveries(1, data));
  const [body = ''] = sqs.batches.flat();
  expect(body).not.toMatch(/[\uFFFE\uFFFF]/);
  expect(JSON.parse(body)).toEqual(deliveries(1, data)[0]);
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
  sqs.refuse({ index: 1 }, { index: 3 });
  const sent = deliveries(8);
  expect(await queue.enqueue(sent)).toEqual({ transient: [sent[1], sent[3]], permanent: [] });
  expect(sqs.batches.flat()).toHaveLength(6);
});

it('the delivery queue returns separately the deliveries that SQS never accepts', async () => {
  sqs.refuse({ index: 1, Code: 'InternalError', SenderFault: false });
  sqs.refuse({ index: 2, Code: 'InvalidMessageContents', SenderFault: true });
  sqs.refuse({ index: 3, Code: 'RequestThrottled', SenderFault: true });
  const sent = deliveries(8);
  expect(await queue.enqueue(sent)).toEqual({ transient: [sent[1], sent[3]], permanent: [sent[2]] });
});

it('the delivery queue sends the deliveries of a batch separately if SQS rejects all of it because of one', async () => {
  const sent = [...deliveries(2), ...deliveries(1, 'poison'), ...deliveries(2)];
  sqs.reject(({ MessageBody }) => MessageBody.includes('poison'));
  expect(await queue.enqueue(sent)).toEqual({ transient: [], permanent: [sent[2]] });
  expect(sqs.batches.flat()).toHaveLength(4);
});

it('the delivery queue returns all deliveries of a batch that fails temporarily', async () => {
  sqs.fail(500, 3);
  const sent = deliveries(8);
  expect(await queue.enqueue(sent)).toEqual({ transient: sent, permanent: [] });
  expect(await queue.enqueue(sent)).toEqual(ACCEPTED);
});

it('the delivery queue throws a permanent error of SQS', async () => {
  sqs.fail(403, 1);
  await expect(queue.enqueue(deliveries(1))).rejects.toThrow();
});

it('the delivery queue makes no request for an empty list', async () => {
  expect(await queue.enqueue([])).toEqual(ACCEPTED);
  expect(sqs.batches).toEqual([]);
});
