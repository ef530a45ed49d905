import type { Who } from './caller';
import type { ConnectionRows } from './connection-rows';

/** A text frame that clients ignore, of the size of a large post. */
const PADDING = '{"type":"pong"}'.padEnd(120_000);

/** @returns the id of the task of a connection to a WebSocket server. */
export function taskOf(connectionId: string): string {
  return connectionId.replace(/\d+$/, '0');
}

/** Sends a request about a connection to its task, with the secret of the task. @returns the status of the response */
export async function askTask(
  rows: ConnectionRows,
  method: 'POST' | 'DELETE',
  connectionId: string,
  body?: string,
): Promise<number> {
  const { address, secret } = await rows.leaseOf(taskOf(connectionId));
  const headers = { authorization: `Bearer ${secret}` };
  return (await fetch(`http://${address}/@connections/${connectionId}`, { method, headers, body })).status;
}

/**
 * Posts to the only connection of a subject, which does not read, until its task closes it. Messages would do the same, but the
 * buffers of the operating system and of the load balancer hold several hundred of the longest ones.
 */
export async function postUntilClosed(rows: ConnectionRows, who: Who): Promise<void> {
  for (let [id] = await rows.connectionsOf(who); id; [id] = await rows.connectionsOf(who)) {
    await askTask(rows, 'POST', id, PADDING);
  }
}
