import { withDefaults } from '../../client/options';

afterEach(() => jest.useRealTimers());

test('the default clock runs a timer once, and not if it was cleared', () => {
  jest.useFakeTimers();
  const { clock } = withDefaults({ httpUrl: 'https://api.example.com', webSocketUrl: 'wss://ws.example.com' });
  const [runs, cleared] = [jest.fn(), jest.fn()];
  clock.setTimeout(runs, 10);
  clock.clearTimeout(clock.setTimeout(cleared, 10));
  jest.advanceTimersByTime(100);
  expect([runs.mock.calls.length, cleared.mock.calls.length]).toEqual([1, 0]);
});
