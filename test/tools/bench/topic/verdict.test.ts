import { dataOf } from '../../../../tools/bench/topic/publisher';
import { violationsOf } from '../../../../tools/bench/topic/verdict';

/** @param senders publisher and number of each message, in the order of the log */
const log = (...senders: [publisher: number, count: number][]) =>
  senders.map(([publisher, count], index) => ({
    sequence: index + 1,
    data: JSON.stringify(dataOf(publisher, count, 100)),
  }));
const acknowledged = (publisher: number, count: number, sequence: number) => ({
  publisher,
  count,
  sequence,
  at: 0,
  milliseconds: 1,
});

it('a log with all acknowledged messages in the order of each publisher has no violations', () => {
  const acknowledgements = [acknowledged(1, 1, 1), acknowledged(1, 2, 3)];
  expect(violationsOf(acknowledgements, log([1, 1], [2, 1], [1, 2], [2, 2]))).toEqual([]);
});

it('a message that was acknowledged and is not in the log is a violation', () => {
  expect(violationsOf([acknowledged(1, 1, 1), acknowledged(1, 2, 2)], log([1, 1]))).toHaveLength(1);
});

it('a message that was acknowledged with the sequence of another one is a violation', () => {
  expect(violationsOf([acknowledged(1, 1, 2)], log([1, 1], [2, 1]))).toHaveLength(1);
});

it('a gap in the sequences is a violation', () => {
  const [first, , third] = log([1, 1], [2, 1], [1, 2]);
  expect(
    violationsOf(
      [],
      [first, third].flatMap((each) => each ?? []),
    ),
  ).toHaveLength(1);
});

it.each([
  ['in another order than it was sent', log([1, 2], [1, 1])],
  ['in the log twice', log([1, 1], [1, 1])],
])('a message that is %s is a violation', (_, messages) => {
  expect(violationsOf([], messages)).not.toEqual([]);
});
