import { RunningClock } from '../../../tools/probe/running-clock';

let paused = 0;
let clock: RunningClock;

beforeEach(() => {
  jest.useFakeTimers();
  paused = 0;
  clock = new RunningClock(() => performance.now() + paused);
});

afterEach(() => {
  clock.stop();
  jest.useRealTimers();
});

test('the clock advances while the process waits', () => {
  const start = clock.now();
  jest.advanceTimersByTime(995);

  expect(clock.now() - start).toBe(995);
  expect(clock.standstill).toBe(0);
});

test('the clock does not advance by more than its period while the process stands still', () => {
  const start = clock.now();
  jest.advanceTimersByTime(100);
  paused = 300;

  // The answer that waited for the process is read before any timer.
  expect(clock.now() - start).toBe(110);
  expect(clock.standstill).toBe(290);
});

test('the clock sees a standstill that ends with a timer', () => {
  const start = clock.now();
  paused = 300;
  jest.advanceTimersByTime(10);
  paused = 400;
  jest.advanceTimersByTime(10);

  expect(clock.standstill).toBe(400);
  expect(clock.now() - start).toBe(20);
});

test('timers that are late by less than a period are no standstill', () => {
  const start = clock.now();
  for (let tick = 0; tick < 10; tick++) {
    paused += 9;
    jest.advanceTimersByTime(10);
  }

  expect(clock.now() - start).toBe(190);
  expect(clock.standstill).toBe(0);
});

test('a clock that is stopped leaves no timer behind', () => {
  clock.stop();

  expect(jest.getTimerCount()).toBe(0);
});
