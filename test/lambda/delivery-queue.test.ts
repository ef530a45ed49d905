import { SqsDeliveryQueue } from '../../lambda/adapters/delivery-queue';
import type { Delivery } from '../../lambda/realtime/ports';
import { type EmbeddedQueue, embeddedQueue } from '../embedded/queue';

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
  queue = new SqsDeliveryQueue(`${sqs.endpoint}/queue`);
});
afterEach(async () => {
  process.env = environment;
  await sqs.close();
});

const deliveries = (count: number, frame = 'frame'): Delivery[] =>
  Array.from({ length: count }, (_, index) => ({ frame, connections: [{ id: `c${index}=`, connectedAt: index }] }));

it('sends every delivery as JSON, ten at a time', async () => {
  expect(await queue.enqueue(deliveries(25))).toEqual([]);
  expect(sqs.batches.map((batch) => batch.length)).toEqual([10, 10, 5]);
  expect(sqs.batches.flat().map((body) => JSON.parse(body))).toEqual(deliveries(25));
});

it('sends fewer at a time if they are large', async () => {
  await queue.enqueue(deliveries(10, 'x'.repeat(100 * 1024)));
  expect(sqs.batches.map((batch) => batch.length)).toEqual([2, 2, 2, 2, 2]);
});

it('returns what the queue did not accept', async () => {
  sqs.refuse(1, 3);
  const sent = deliveries(12);
  expect(await queue.enqueue(sent)).toEqual([sent[1], sent[3]]);
  expect(sqs.batches.flat()).toHaveLength(10);
});

it('returns all of a batch that could not be sent for the moment', async () => {
  sqs.fail(500, 3);
  const sent = deliveries(12);
  expect(await queue.enqueue(sent)).toEqual(sent.slice(0, 10));
});

it('does not hide a refusal that will not pass', async () => {
  sqs.fail(403, 1);
  await expect(queue.enqueue(deliveries(1))).rejects.toThrow();
});

it('has nothing to send for no deliveries', async () => {
  expect(await queue.enqueue([])).toEqual([]);
  expect(sqs.batches).toEqual([]);
});
