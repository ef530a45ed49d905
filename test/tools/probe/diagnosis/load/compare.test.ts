import { compareRounds, idleAgainstIdle } from '../../../../../tools/probe/diagnosis/load/compare';
import { stormOf } from './made-up';

const verdict = (...made: Parameters<typeof stormOf>) => compareRounds(stormOf(...made).rounds).verdict;

test('requests that take half as long again are slowed', () => {
  expect(verdict(10)).toBe('slowed');
});

test('requests that take as long as before are isolated', () => {
  expect(verdict(0)).toBe('isolated');
});

test('a difference below 5 ms is isolated, whatever the ratio', () => {
  expect(verdict(3, { usual: 1, spread: 0.2 })).toBe('isolated');
});

test('a difference of 12 ms is isolated if the requests take 120 ms without it', () => {
  expect(verdict(12, { usual: 120 })).toBe('isolated');
});

test('a difference in the 90th percentile alone is enough', () => {
  const rounds = stormOf(0).rounds.map(({ idle, loaded }) => ({
    idle,
    // A fifth of the requests waits for 15 ms: 3 ms on average.
    loaded: loaded.map((ms, index) => (index % 5 === 0 ? ms + 15 : ms)),
  }));
  const compared = compareRounds(rounds);
  expect(compared.mean.difference.high).toBeLessThan(5);
  expect(compared.verdict).toBe('slowed');
});

test('an equal mean is not enough to be isolated', () => {
  const rounds = stormOf(0).rounds.map(({ idle, loaded }, round) => ({
    idle,
    // In every second round, a fifth of the requests waits for 15 ms: 3 ms on average.
    loaded: loaded.map((ms, index) => (index % 5 === 0 && round % 2 === 0 ? ms + 15 : ms)),
  }));
  const compared = compareRounds(rounds);
  expect(compared.mean.difference.high).toBeLessThan(5);
  expect(compared.verdict).toBe('undecided');
});

test('an interval across the threshold is undecided', () => {
  const rounds = stormOf(0).rounds.map(({ idle, loaded }, round) => ({
    idle,
    loaded: loaded.map((ms) => ms + (round % 2 === 0 ? 0 : 15)),
  }));
  expect(compareRounds(rounds).verdict).toBe('undecided');
});

test('one paused round of eleven changes no verdict', () => {
  const paused = stormOf(0, { count: 11 }).rounds.map(({ idle, loaded }, round) => ({
    idle,
    loaded: loaded.map((ms) => ms + (round === 3 ? 500 : 0)),
  }));
  expect(compareRounds(paused).verdict).toBe('isolated');
});

test('fewer rounds than an interval needs are undecided', () => {
  expect(verdict(100, { count: 4 })).toBe('undecided');
});

test('idle rounds that differ among themselves have their ratio and difference', () => {
  const { rounds } = stormOf(0, { spread: 0 });
  const uneven = rounds.map(({ idle, loaded }, round) => ({
    idle: idle.map((ms) => (round % 2 === 0 ? ms : 2 * ms)),
    loaded,
  }));
  expect(idleAgainstIdle(uneven)).toEqual({ ratio: 2, difference: 20 });
  expect(idleAgainstIdle(rounds)).toEqual({ ratio: 1, difference: 0 });
});
