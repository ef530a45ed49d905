import { emptyMeasurements } from '../../../../tools/probe/measurements';
import { measure } from '../../../../tools/probe/measure';
import { Laboratory, planOf } from './laboratory';

let laboratory: Laboratory;
beforeEach(() => {
  laboratory = new Laboratory();
});
afterEach(() => laboratory.close());

test("the server gets the page's own requests first, then preflights, and last those that show the framework", async () => {
  const received: string[] = [];
  const url = await laboratory.serve(({ method, url: path = '' }, response) => {
    received.push(`${method} ${path.replace(/[\da-f-]{36}/, 'ID')}`);
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'content-type');
    response.end();
  });
  const page = await laboratory.serve((_, response) => response.end('<p>Hello</p>'), '/');
  const request = {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
    origin: page.origin,
  };
  const found = emptyMeasurements();
  await measure(planOf(url, request, { page, rounds: 1 }), found, () => undefined, laboratory.signal);

  // A busy machine pauses the probe, and another request of the same kind follows.
  const kinds = received.filter((one, index) => one !== received[index - 1]);
  expect(kinds.slice(0, 2)).toEqual(['POST /items', 'POST /items?probe=ID']);
  expect(kinds.slice(-4)).toEqual(['POST /items', 'OPTIONS /items', 'GET /ID', 'GET /openapi.json']);
  expect(found).toMatchObject({ page: { url: page.href }, preflight: { cachedFor: 5 }, evidence: { openApi: false } });
});

test('nothing is sent to a server that the page shares with the request before the request', async () => {
  const received: unknown[] = [];
  const url = await laboratory.serve((request, response) => {
    received.push(request.url);
    response.end();
  });
  const found = emptyMeasurements();
  await measure(planOf(url, {}, { page: new URL('/', url), rounds: 1 }), found, () => undefined, laboratory.signal);

  expect(received[0]).toBe('/items');
  expect(found.page?.unread).toContain('is on the measured server');
});
