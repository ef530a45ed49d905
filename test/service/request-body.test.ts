import { Hono } from 'hono';
import { readUnreadBody } from '../../service/request-body';
import { ManualClock } from '../support/memory/clock';

/** Never ends a wait. */
const patient = { wait: () => new Promise<void>(() => undefined) };

const appWith = (clock: Parameters<typeof readUnreadBody>[0]) =>
  new Hono()
    .use(readUnreadBody(clock))
    .post('/refused', (c) => c.text('no', 413))
    .post('/read', async (c) => c.text(`${(await c.req.text()).length}`))
    .post('/broken', () => {
      throw new Error('broken');
    })
    .onError((_, c) => c.text('failed', 500));

const app = appWith(patient);

/** A body of 64 KB pieces, with a count of those that were read. */
function pieces(count: number) {
  const taken = { pieces: 0 };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (taken.pieces === count) {
          controller.close();
        } else {
          taken.pieces += 1;
          controller.enqueue(new Uint8Array(65_536));
        }
      },
    },
    { highWaterMark: 0 },
  );
  return { taken, request: { method: 'POST', body, duplex: 'half' } as RequestInit };
}

test.each(['/refused', '/broken'])('an unread body is read before the response of %s', async (path) => {
  const { taken, request } = pieces(3);
  const response = await app.request(path, request);
  expect([taken.pieces, response.headers.get('connection')]).toEqual([3, null]);
});

test('the connection is closed if an unread body is larger than 1 MB', async () => {
  const { taken, request } = pieces(100);
  const response = await app.request('/refused', request);
  expect([response.status, response.headers.get('connection'), taken.pieces]).toEqual([413, 'close', 17]);
});

test('the connection is closed if an unread body does not arrive within a second', async () => {
  const clock = new ManualClock();
  const body = new ReadableStream<Uint8Array>();
  const response = await appWith(clock).request('/refused', { method: 'POST', body, duplex: 'half' } as RequestInit);
  expect([response.status, response.headers.get('connection'), clock.waits]).toEqual([413, 'close', [1000]]);
});

test('a body that the handler has read changes nothing', async () => {
  const { request } = pieces(2);
  const response = await app.request('/read', request);
  expect([await response.text(), response.headers.get('connection')]).toEqual(['131072', null]);
});

test('a request without a body gets its response unchanged', async () => {
  expect((await app.request('/refused', { method: 'POST' })).status).toBe(413);
});
