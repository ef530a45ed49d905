import { Lanes } from './lanes';

const SECOND = 1_000;

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => lanes.end());

const refusal = (code: string, retryAfter?: number) => () => ({ type: 'error', code, message: 'No', retryAfter });

/** Replaces the answers to `presence` frames, in order. Undefined: no answer. */
function answers(...all: (object | undefined)[]): void {
  lanes.frames = ({ action, ref }) =>
    action === 'presence' && all.length > 0 ? JSON.stringify({ ...all.shift(), ref }) : undefined;
}

it('presence returns the number of subscribers over the open connection', async () => {
  const { client } = await lanes.subscriber();
  await lanes.subscriber();
  expect(await client.presence('news')).toEqual({ subscribers: 2, exact: true });
  expect(lanes.sockets).toHaveLength(2);
});

it('presence opens a connection if there is none', async () => {
  const client = lanes.client();
  const asked = client.presence('news');
  await lanes.time.pass(0);
  expect(await asked).toEqual({ subscribers: 0, exact: true });
});

it('presence is asked again over the next connection if the connection breaks', async () => {
  const { client } = await lanes.subscriber();
  const first = lanes.socket;
  lanes.frames = (_, socket) => (socket === first ? '' : undefined);
  const asked = client.presence('news');
  await lanes.time.pass(0);
  first.break();
  await lanes.time.pass(SECOND);
  expect(await asked).toMatchObject({ subscribers: 1 });
});

it('presence is asked again after a rate limit', async () => {
  const { client } = await lanes.subscriber();
  answers(refusal('rate_limited', 3)());
  const asked = client.presence('news');
  await lanes.time.pass(3 * SECOND);
  expect(await asked).toMatchObject({ subscribers: 1 });
});

it('presence rejects with the refusal of the server', async () => {
  const { client } = await lanes.subscriber();
  answers(refusal('forbidden')());
  await expect(client.presence('news')).rejects.toMatchObject({ code: 'forbidden', message: 'No', topic: 'news' });
});

it('presence rejects as unavailable after 10 seconds without an answer', async () => {
  lanes.handshake = 'hang';
  const asked = expect(lanes.client().presence('news')).rejects.toMatchObject({ code: 'unavailable' });
  await lanes.time.pass(10 * SECOND);
  await asked;
});

it('presence rejects when the client is closed, and after it was closed', async () => {
  lanes.handshake = 'hang';
  const client = lanes.client();
  const asked = client.presence('news');
  client.close();
  await expect(asked).rejects.toMatchObject({ code: 'closed' });
  await expect(client.presence('news')).rejects.toMatchObject({ code: 'closed' });
  expect(lanes.time.pending).toEqual([]);
});

it('presence rejects as signed out if the user signs out before the answer', async () => {
  const { client } = await lanes.subscriber();
  lanes.frames = () => '';
  const asked = client.presence('news');
  client.signOut();
  await expect(asked).rejects.toMatchObject({ code: 'signed_out' });
});
