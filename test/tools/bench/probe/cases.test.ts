import { HEALTHY } from '../../../../tools/bench/probe/healthy';
import { PLANTED, WITHOUT_FAULT } from '../../../../tools/bench/probe/cases';
import { CAUSES } from '../../../../tools/probe/diagnosis/cause';

test('each case of the probe has a title of its own', () => {
  const titles = [...PLANTED, ...WITHOUT_FAULT].map(({ title }) => title);
  expect(titles.filter((title, place) => titles.indexOf(title) !== place)).toEqual([]);
});

/** Causes that no server of the table plants. */
const NOT_PLANTED = [
  // Latency, which every server has.
  'cold-connection',
  // Named by three restarts of the server, and in no run without them.
  'cold-socket',
  'failing-under-load',
];

test('each cause that the probe can name is planted in a case', () => {
  const planted = new Set(PLANTED.flatMap(({ expected: { first, others = [] } }) => [...first, ...others]));
  expect(CAUSES.filter((id) => !planted.has(id))).toEqual(NOT_PLANTED);
});

test('there are ten healthy servers', () => {
  expect(HEALTHY).toHaveLength(10);
});
