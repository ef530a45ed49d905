import type { ConnectionState, Reason } from '../../../client';
import { sentence } from './sentence';

/** Explanation of a connection for the user. */
export interface ConnectionText {
  /** Changes only with the state, so that screen readers announce each state once. */
  readonly state: string;
  /** Numbers that change while the state stays the same: the next attempt, the round trip. Empty if there are none. */
  readonly detail: string;
}

const REASONS: Record<Reason, string> = {
  dropped: 'The connection was lost.',
  silent: 'The server did not answer.',
  frozen: 'The browser suspended this page.',
  limit: 'A newer connection of the same user replaced this one.',
  token: 'There is no valid token.',
  refused: 'The connection was refused.',
  unsupported: 'This browser does not support WebSockets.',
  closed: 'You signed out.',
};

/**
 * Describes the state of the connection.
 *
 * @param now - milliseconds since 1970
 * @param online - false if the browser reports that the device has no network
 */
export function connectionText(connection: ConnectionState, now: number, online: boolean): ConnectionText {
  const { status, quality, rtt } = connection;
  if (status === 'idle') {
    return { state: 'Not connected. Subscribe to a topic to connect.', detail: '' };
  }
  if (status === 'open') {
    const slow = quality === 'slow' ? ', but answers are slow' : '';
    const state =
      quality === 'silent' ? 'Connected, but the server has not answered for 5 seconds' : `Connected${slow}`;
    return { state, detail: rtt === undefined ? '' : `Round trip: ${Math.round(rtt)} ms` };
  }
  const why = whyNot(connection, online);
  if (status === 'closed') {
    return { state: ['Not connected.', ...why, ...remedy(connection.reason)].join(' '), detail: '' };
  }
  return { state: why.length > 0 ? `Connecting. ${why.join(' ')}` : 'Connecting', detail: next(connection, now) };
}

/** Sentences with the cause. */
function whyNot({ reason, error }: ConnectionState, online: boolean): string[] {
  const cause = reason ? [REASONS[reason]] : [];
  const offline = online ? [] : ['This device is offline.'];
  return [...offline, ...cause, ...(error ? [sentence(error.message)] : [])];
}

function remedy(reason: Reason | undefined): string[] {
  if (reason === 'closed' || reason === 'unsupported') {
    return [];
  }
  return [reason === 'token' ? 'Sign out, and sign in again.' : 'Reload the page to try again.'];
}

/** Next attempt, which counts those that failed before it. */
function next({ attempt, retryAt }: ConnectionState, now: number): string {
  const seconds = retryAt === undefined ? 0 : Math.ceil((retryAt - now) / 1000);
  const number = attempt > 0 ? `Attempt ${attempt + 1}` : '';
  if (seconds <= 0) {
    return number && `${number} is running`;
  }
  return `${number || 'Next attempt'} in ${seconds} s`;
}
