import { Recent } from '../../console/recent';

test('a reader receives the events from before, and each further one', () => {
  const recent = new Recent<string>(10);
  recent.add('before');
  const read: string[] = [];
  recent.follow((event) => read.push(event));
  recent.add('after');
  expect(read).toEqual(['before', 'after']);
});

test('only the newest events are kept', () => {
  const recent = new Recent<number>(2);
  [1, 2, 3].forEach((event) => recent.add(event));
  const read: number[] = [];
  recent.follow((event) => read.push(event));
  expect(read).toEqual([2, 3]);
});

test('a reader that has ended receives nothing more', () => {
  const recent = new Recent<string>(10);
  const read: string[] = [];
  const end = recent.follow((event) => read.push(event));
  end();
  recent.add('after');
  expect(read).toEqual([]);
});
