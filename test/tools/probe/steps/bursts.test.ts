import type { ServerResponse } from 'node:http';
import { bursts } from '../../../../tools/probe/steps/bursts';
import { Laboratory } from './laboratory';

let laboratory: Laboratory;
beforeEach(() => {
  laboratory = new Laboratory();
});
afterEach(() => laboratory.close());

test('each of two bursts has eight requests at once, each on its own new connection', async () => {
  const connections = new Set();
  const waiting: ServerResponse[] = [];
  const url = await laboratory.serve(({ socket }, response) => {
    connections.add(socket);
    waiting.push(response);
    // Nothing is answered before all have arrived.
    if (waiting.length === 8) {
      waiting.splice(0).forEach((one) => one.end());
    }
  });
  const context = laboratory.context(url);
  await bursts(context);

  expect(context.found.bursts.map((burst) => burst.map(({ status }) => status))).toEqual(
    Array(2).fill(Array(8).fill(200)),
  );
  expect(connections.size).toBe(16);
});

test('a request of a burst without a response is a result', async () => {
  let requests = 0;
  const url = await laboratory.serve(({ socket }, response) => {
    requests += 1;
    if (requests === 8) {
      socket.destroy();
    } else {
      response.end();
    }
  });
  const context = laboratory.context(url);
  await bursts(context);

  expect(context.found.bursts.flat().filter(({ failure }) => failure !== undefined)).toHaveLength(1);
});
