import { createServer, type RequestListener } from 'node:http';
import { rests } from '../../../../tools/probe/steps/rests';
import type { Context } from '../../../../tools/probe/steps/context';
import { run } from '../diagnosis/made-up';
import { Laboratory } from './laboratory';

/** Seconds. */
const REST = 0.1;

let laboratory: Laboratory;
beforeEach(() => {
  laboratory = new Laboratory();
});
afterEach(() => laboratory.close());

async function rested(answer: RequestListener, seconds = [REST]): Promise<Context> {
  const context = laboratory.context(await laboratory.serve(answer), {}, { rests: seconds });
  context.found.runs.push(run([1, 1]));
  await rests(context);
  return context;
}

test('a rest that ends with a slow request is repeated, and one that does not is not', async () => {
  let requests = 0;
  const { found } = await rested(
    (_, response) => {
      requests++;
      if (requests === 2) {
        laboratory.pass(300);
      }
      response.end();
    },
    [REST, 2 * REST],
  );

  expect(found.rests.map(({ seconds }) => seconds)).toEqual([REST, REST, 2 * REST]);
});

test('the request after a rest uses the connection that stayed open', async () => {
  const connections = new Set();
  const { found } = await rested(({ socket }, response) => {
    connections.add(socket);
    response.end();
  });

  expect(found.rests).toEqual([{ seconds: REST, request: expect.objectContaining({ status: 200, opening: 0 }) }]);
  expect(connections.size).toBe(1);
});

test('a server that ends the idle connection is recorded with the time of that', async () => {
  const connections = new Set();
  const server = createServer(({ socket }, response) => {
    connections.add(socket);
    response.end();
    if (connections.size === 1) {
      setTimeout(() => {
        laboratory.pass(500);
        socket.end();
      }, 10);
    }
  });
  const context = laboratory.context(await laboratory.serve(server), {}, { rests: [REST] });
  await rests(context);

  expect(context.found.rests).toMatchObject([{ seconds: REST, closedAfter: 0.5, request: { status: 200 } }]);
  expect(connections.size).toBe(2);
});

test('a server that is slow after each rest is slow in the request that follows, and in that after the repeated rest', async () => {
  let requests = 0;
  const { found } = await rested(
    (_, response) => {
      requests += 1;
      laboratory.pass(requests % 2 === 0 ? 300 : 0);
      response.end();
    },
    [REST, 2 * REST],
  );

  expect(found.rests.map(({ seconds, request }) => [seconds, request.ms])).toEqual([
    [REST, 300],
    [REST, 300],
    [2 * REST, 300],
    [2 * REST, 300],
  ]);
});

test('the progress says how long a rest is', async () => {
  await rested((_, response) => response.end());

  expect(laboratory.shown).toEqual([`a request after ${REST} s of rest, 1 s left`]);
});

test('a rest can be interrupted', async () => {
  const hour = 3_600;
  const url = await laboratory.serve((_, response) => response.end());
  const context = { ...laboratory.context(url, {}, { rests: [hour] }), show: () => laboratory.interrupt() };

  await expect(rests(context)).rejects.toThrow();
});
