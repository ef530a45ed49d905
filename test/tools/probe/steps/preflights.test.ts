import type { RequestListener } from 'node:http';
import type { PageRequest } from '../../../../tools/probe/plan';
import type { Context } from '../../../../tools/probe/steps/context';
import { preflights } from '../../../../tools/probe/steps/preflights';
import { runs } from '../../../../tools/probe/steps/runs';
import { Laboratory } from './laboratory';

const PAGE = 'https://app.example.com';
const JSON_POST = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}', origin: PAGE };

let laboratory: Laboratory;
beforeEach(() => {
  laboratory = new Laboratory();
});
afterEach(() => laboratory.close());

async function contextFor(answer: RequestListener, request: Partial<PageRequest> = JSON_POST): Promise<Context> {
  return laboratory.context(await laboratory.serve(answer), request);
}

/** An API that allows the page and caches preflights for a minute. */
const allowing: RequestListener = ({ method }, response) => {
  response.setHeader('access-control-allow-origin', PAGE);
  response.setHeader('access-control-allow-headers', 'content-type');
  response.setHeader('access-control-max-age', '60');
  response.writeHead(method === 'OPTIONS' ? 204 : 200).end();
};

test('five preflights are measured, each on a new connection', async () => {
  const connections = new Set();
  const methods: unknown[] = [];
  const context = await contextFor((request, response) => {
    connections.add(request.socket);
    methods.push(request.method);
    laboratory.pass(250);
    allowing(request, response);
  });
  await preflights(context);

  expect(context.found.preflight).toMatchObject({
    maxAge: 60,
    cachedFor: 60,
    exchanges: Array(5).fill({ ms: 250, status: 204 }),
  });
  expect([connections.size, methods]).toEqual([5, Array(5).fill('OPTIONS')]);
});

test('a preflight during which the probe was paused is measured again', async () => {
  let requests = 0;
  const context = await contextFor((request, response) => {
    requests += 1;
    if (requests === 2) {
      laboratory.pause(200);
    }
    allowing(request, response);
  });
  await preflights(context);

  expect(context.found.preflight?.exchanges.map(({ pause }) => pause > 0)).toEqual([
    ...[false, true, false],
    ...[false, false, false],
  ]);
});

test('no preflight is sent for a request that needs none', async () => {
  const received: unknown[] = [];
  const context = await contextFor(({ method }) => received.push(method), { origin: PAGE });
  await preflights(context);

  expect([context.found.preflight, received]).toEqual([undefined, []]);
});

test('a preflight that the API refuses stops the measurement with a fix', async () => {
  const context = await contextFor((_, response) => response.writeHead(405).end());

  await expect(preflights(context)).rejects.toThrow(
    `A page of ${PAGE} cannot send this request: the preflight response has the status 405. Fix: `,
  );
});

test('a response that the page cannot read stops the measurement after everything before', async () => {
  const context = await contextFor((_, response) => response.end(), { origin: PAGE });
  const located = await runs(context);

  await expect(preflights(located)).rejects.toThrow(`A page of ${PAGE} cannot read the response`);
  expect(context.found.runs).toHaveLength(3);
});
