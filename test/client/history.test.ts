import type { HistoryOptions } from '../../client';
import { START } from '../../client/protocol';
import { collected, Lanes, problem } from './lanes';

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => lanes.end());

const HOUR = 3_600_000;

async function append(count: number): Promise<void> {
  for (let data = 1; data <= count; data += 1) {
    await lanes.append('news', data);
  }
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

const dataOf = async (messages: AsyncIterable<{ data: unknown }>) =>
  (await collected(messages)).map(({ data }) => data);

it('history has every message up to the head of the first page', async () => {
  await append(250);
  const data: unknown[] = [];
  for await (const message of lanes.client().history('news')) {
    data.push(message.data);
    if (data.length === 1) {
      await lanes.append('news', 'later');
    }
  }
  expect(data).toEqual(upTo(250));
});

it('history reads no further page after the loop ends', async () => {
  await append(250);
  for await (const _ of lanes.client().history('news')) {
    break;
  }
  expect(lanes.requests).toHaveLength(1);
});

it.each([
  [2, upTo(250, 249)],
  [120, upTo(250, 131)],
  [1_000, upTo(250)],
  [0, []],
])('history of the last %d messages has those before the head', async (last, expected) => {
  await append(250);
  expect(await dataOf(lanes.client().history('news', { last }))).toEqual(expected);
});

it('history after a position has the messages after it', async () => {
  await append(3);
  const { epoch } = await lanes.head('news');
  expect(await dataOf(lanes.client().history('news', { after: { epoch, sequence: 1 } }))).toEqual([2, 3]);
});

const [POSITION, COUNT, ONE] = ['after must be a position', 'last must be an integer', 'Only one of after and last'];

it.each<[unknown, string]>([
  [{ last: Number.NaN }, `${COUNT} from 0, got NaN`],
  [{ last: -1 }, COUNT],
  [{ last: 0.5 }, COUNT],
  [{ last: '2' }, COUNT],
  [{ last: null }, COUNT],
  [{ after: null }, POSITION],
  [{ after: 5 }, POSITION],
  [{ after: {} }, `${POSITION}, got {}`],
  [{ after: { epoch: 'x' } }, POSITION],
  [{ after: { sequence: 1 } }, POSITION],
  [{ after: { epoch: '', sequence: Number.NaN } }, POSITION],
  [{ after: { epoch: '', sequence: -1 } }, POSITION],
  [{ after: { epoch: '', sequence: '0' } }, POSITION],
  [{ after: START, last: 1 }, ONE],
  [{ after: START, last: 0 }, ONE],
])('history and a subscription throw a TypeError at once for %j', async (options, message) => {
  const client = lanes.client();
  const expected = expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) });
  expect(() => client.history('news', options as HistoryOptions)).toThrow(expected);
  expect(() => client.subscribe('news', () => undefined, options as HistoryOptions)).toThrow(expected);
  await lanes.time.pass(1_000);
  expect([lanes.requests.length, lanes.sockets.length]).toEqual([0, 0]);
});

it('history of an empty topic is empty', async () => {
  expect(await dataOf(lanes.client().history('news'))).toEqual([]);
});

describe('if messages are no longer kept, history', () => {
  beforeEach(async () => {
    await lanes.append('news', 'expired');
    await lanes.time.pass(25 * HOUR);
    await append(2);
  });

  it('begins at the oldest kept', async () => {
    expect(await dataOf(lanes.client().history('news'))).toEqual([1, 2]);
    expect(await dataOf(lanes.client().history('news', { last: 3 }))).toEqual([1, 2]);
  });

  it('after a position throws not_kept', async () => {
    await expect(dataOf(lanes.client().history('news', { after: START }))).rejects.toMatchObject({
      code: 'not_kept',
      topic: 'news',
    });
  });
});

it('history after a position of another epoch throws not_kept', async () => {
  await append(2);
  const after = { epoch: 'other', sequence: 1 };
  await expect(dataOf(lanes.client().history('news', { after }))).rejects.toMatchObject({ code: 'not_kept' });
});

it('history throws not_kept if the log is restored between two pages', async () => {
  await append(250);
  const messages = lanes.client().history('news');
  for (let read = 0; read < 100; read += 1) {
    await messages.next();
  }
  lanes.restore();
  await append(250);
  await expect(messages.next()).rejects.toMatchObject({ code: 'not_kept' });
});

it('history throws the error of the service, and of a client that is closed', async () => {
  const client = lanes.client();
  lanes.http = () => problem(403, 'forbidden');
  await expect(client.history('news').next()).rejects.toMatchObject({ code: 'forbidden', topic: 'news' });
  client.close();
  await expect(client.history('news').next()).rejects.toMatchObject({ code: 'closed' });
});
