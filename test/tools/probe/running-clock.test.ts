import { RunningClock } from '../../../tools/probe/network/running-clock';

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

test('the running clock advances while the process waits', () => {
  const start = clock.now();
  jest.advanceTimersByTime(995);

  expect(clock.now() - start).toBe(995);
  expect(clock.paused).toBe(0);
});

test('the running clock advances by at most its period while the process is paused', () => {
  const start = clock.now();
  jest.advanceTimersByTime(100);
  paused = 300;

  // A response that arrived during the pause is read before any timer runs.
  expect(clock.now() - start).toBe(110);
  expect(clock.paused).toBe(290);
});

test('the clock sees a pause that ends with a timer', () => {
  const start = clock.now();
  paused = 300;
  jest.advanceTimersByTime(10);
  paused = 400;
  jest.advanceTimersByTime(10);

  expect(clock.paused).toBe(400);
  expect(clock.now() - start).toBe(20);
});

test('timers that are late by less than a period are not a pause', () => {
  const start = clock.now();
  for (let tick = 0; tick < 10; tick++) {
    paused += 9;
    jest.advanceTimersByTime(10);
  }

  expect(clock.now() - start).toBe(190);
  expect(clock.paused).toBe(0);
});

test('a stopped running clock has no timer', () => {
  clock.stop();

  expect(jest.getTimerCount()).toBe(0);
});
