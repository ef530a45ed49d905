import type { ConnectionState } from '../../../client';
import { TwinlaneError } from '../../../client';
import { connectionText } from '../../../tools/demo/page/connection-text';

const NOW = 1_000_000;

const text = (state: Partial<ConnectionState>, online = true) =>
  connectionText({ status: 'connecting', attempt: 0, quality: 'none', ...state }, NOW, online);

test.each<[Partial<ConnectionState>, string]>([
  [{ status: 'idle' }, 'Not connected. Subscribe to a topic to connect.'],
  [{}, 'Connecting'],
  [{ reason: 'dropped' }, 'Connecting. The connection was lost.'],
  [{ reason: 'silent' }, 'Connecting. The server did not answer.'],
  [{ reason: 'frozen' }, 'Connecting. The browser suspended this page.'],
  [{ reason: 'limit' }, 'Connecting. A newer connection of the same user replaced this one.'],
  [{ status: 'open', quality: 'good' }, 'Connected'],
  [{ status: 'open', quality: 'slow' }, 'Connected, but answers are slow'],
  [{ status: 'open', quality: 'silent' }, 'Connected, but the server has not answered for 5 seconds'],
  [{ status: 'closed', reason: 'closed' }, 'Not connected. You signed out.'],
  [{ status: 'closed', reason: 'token' }, 'Not connected. There is no valid token. Sign out, and sign in again.'],
  [{ status: 'closed', reason: 'refused' }, 'Not connected. The connection was refused. Reload the page to try again.'],
  [{ status: 'closed', reason: 'unsupported' }, 'Not connected. This browser does not support WebSockets.'],
  [{ status: 'closed' }, 'Not connected. Reload the page to try again.'],
])('the page explains the connection %j', (state, expected) => {
  expect(text(state).state).toBe(expected);
});

test('the page shows the error of the server that belongs to the reason', () => {
  const error = new TwinlaneError('forbidden', 'origin is not allowed');
  expect(text({ reason: 'refused', error }).state).toBe(
    'Connecting. The connection was refused. Origin is not allowed.',
  );
});

test('the page says that the device is offline only while it has no connection', () => {
  expect(text({ reason: 'dropped' }, false).state).toBe('Connecting. This device is offline. The connection was lost.');
  expect(text({ status: 'open', quality: 'good' }, false).state).toBe('Connected');
});

test.each<[Partial<ConnectionState>, string]>([
  [{}, ''],
  [{ retryAt: NOW + 4_100 }, 'Next attempt in 5 s'],
  [{ attempt: 2, retryAt: NOW + 4_100 }, 'Attempt 3 in 5 s'],
  [{ attempt: 2, retryAt: NOW }, 'Attempt 3 is running'],
  [{ attempt: 2 }, 'Attempt 3 is running'],
  [{ status: 'open', rtt: 12.3 }, 'Round trip: 12 ms'],
  [{ status: 'closed', reason: 'token', attempt: 2, retryAt: NOW + 1_000 }, ''],
])('the page shows next to the connection %j: "%s"', (state, expected) => {
  expect(text(state).detail).toBe(expected);
});

test('a countdown does not change the text that screen readers announce', () => {
  const state = (retryAt: number) => text({ reason: 'dropped', attempt: 1, retryAt }).state;
  expect(state(NOW + 5_000)).toBe(state(NOW + 4_000));
});
