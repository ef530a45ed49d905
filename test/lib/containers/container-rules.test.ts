import { containerProblems } from '../../../lib/containers/container-rules';
import { sizeProblems } from '../../../lib/containers/fargate-sizes';
import { capacityProblems } from '../../../lib/containers/task-capacity';

const CONTAINER = { containerPort: 8080, healthCheckPath: '/health', user: 'node' };

test('a container with a port, a path and a user other than root has no problems', () => {
  expect(containerProblems(CONTAINER)).toEqual([]);
});

test.each([
  ['the port 0', { containerPort: 0 }, 'containerPort'],
  ['the port 65536', { containerPort: 65_536 }, 'containerPort'],
  ['a port that is no whole number', { containerPort: 80.5 }, 'containerPort'],
  ['a relative path', { healthCheckPath: 'health' }, 'healthCheckPath'],
  ['the user root', { user: 'root' }, 'user'],
  ['the user 0', { user: '0' }, 'user'],
  ['the user root with a group', { user: 'root:node' }, 'user'],
  ['no user', { user: '' }, 'user'],
  ['its port in the environment', { environment: { PORT: '80' } }, 'environment'],
])('a container with %s has one problem, which names the option', (_what, change, option) => {
  expect(containerProblems({ ...CONTAINER, ...change })).toEqual([expect.stringMatching(`^${option} must .* Fix: `)]);
});

test('all problems of a container are reported together', () => {
  expect(containerProblems({ containerPort: 0, healthCheckPath: '', user: 'root' })).toHaveLength(3);
});

test.each([
  [256, 512, 0],
  [256, 2048, 0],
  [256, 4096, 1],
  [300, 512, 1],
  [1024, 5120, 0],
])('%d CPU units and %d MiB have %d problems', (cpu, memoryLimitMiB, problems) => {
  expect(sizeProblems({ cpu, memoryLimitMiB })).toHaveLength(problems);
});

const CAPACITY = { minCapacity: 2, maxCapacity: 4, percents: { cpu: 60 }, numbers: { load: 5 }, effect: 'ends it' };

test('a capacity of two or more tasks has no problems', () => {
  expect(capacityProblems(CAPACITY)).toEqual([]);
});

test.each([
  ['a single task', { minCapacity: 1 }, 'one failure ends it'],
  ['fewer tasks at most than at least', { maxCapacity: 1 }, 'minCapacity must be <= maxCapacity'],
  ['a percentage of 0', { percents: { cpu: 0 } }, 'scaling.cpu must be more than 0'],
  ['a percentage that is not a number', { percents: { cpu: Number.NaN } }, 'scaling.cpu must be more than 0'],
  ['a load of 0', { numbers: { load: 0 } }, 'scaling.load must be a whole number'],
])('a capacity with %s has one problem', (_what, change, problem) => {
  expect(capacityProblems({ ...CAPACITY, ...change })).toEqual([expect.stringContaining(problem)]);
});
