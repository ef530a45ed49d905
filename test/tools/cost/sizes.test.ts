import type { UserLoad } from '../../../tools/cost/load-of';
import { resized } from '../../../tools/cost/sizes';
import { DEFAULTS } from '../../../tools/scale/load';

const LOAD: UserLoad = { ...DEFAULTS, connections: 1000, topics: 100, httpRequestsPerSecond: 4, users: 500 };

test('a load of another size has the same use for each connection', () => {
  expect(resized(LOAD, 10_000)).toEqual({
    ...LOAD,
    connections: 10_000,
    topics: 1000,
    httpRequestsPerSecond: 40,
    users: 5000,
  });
});

test('a load of another size has at least one topic, and no more than one if one topic is for all', () => {
  expect(resized(LOAD, 1)).toMatchObject({ connections: 1, topics: 1 });
  expect(resized({ ...LOAD, topics: 1 }, 1e6)).toMatchObject({ connections: 1e6, topics: 1 });
});
