import type { Json, Position, TwinlaneClient } from '../../../client';
import { PROTOCOL } from '../../../client/protocol';
import { newTicket, somebody, type Who } from '../caller';
import { Client, newTopic } from '../client';
import { Received, upTo } from '../clients';
import { publish } from '../publish';
import { type Library, libraryClient } from './library';
import type { MixedApp } from './mixed-app';
import { logOut } from './traffic';

/** Connections and data from before a change of the version. */
interface Left {
  readonly topic: string;
  /** Position of the first message. Its id is `first`. */
  readonly first: Position;
  /** A client of the library, with the messages that it has received. */
  readonly reader: TwinlaneClient<Record<string, Json>>;
  readonly received: Received;
  /** A connection without the library. */
  readonly socket: Client;
  /** The subject of the connection. */
  readonly who: Who;
  /** A ticket that was not used yet. */
  readonly ticket: string;
  /** A subject that logged out. */
  readonly loggedOut: Who;
}

/** Connects, subscribes, publishes, gets a ticket and logs out, with a version of the library. */
export async function leaveData(mixed: MixedApp, library: Library): Promise<Left> {
  const { app } = mixed;
  const topic = newTopic();
  const [who, loggedOut] = [somebody(), somebody()];
  const socket = await Client.connect(app, {}, who);
  await socket.subscribe(topic);
  const reader = libraryClient(library, app);
  const received = new Received();
  await reader.subscribe(topic, received.handler).ready;
  const first = await reader.publish(topic, { first: true }, { id: 'first' });
  expect(await received.until(1)).toEqual([1]);
  await socket.pushed(topic);
  const ticket = await newTicket(app, somebody());
  await logOut(mixed, loggedOut);
  return { topic, first, reader, received, socket, who, ticket, loggedOut };
}

/** Publishes until an entry waits in the delivery queue, whose consumers are stopped. @returns the sequence of the last message */
export async function publishUntilQueued(mixed: MixedApp, { topic }: Left): Promise<number> {
  let last = 1;
  await mixed.until(async () => {
    last += 1;
    expect(await publish(mixed.app, topic, last)).toEqual({ status: 201, sequence: last });
    return (await mixed.waiting()) > 0;
  });
  return last;
}

/** Conditions after the change. */
interface After {
  /** Sequence of the last message. */
  readonly last: number;
  readonly library: Library;
  /** True if the connections outlive the change. */
  readonly keepsSockets: boolean;
}

/** Expects the version after the change to use everything that was left. */
export async function expectData(mixed: MixedApp, left: Left, { last, library, keepsSockets }: After): Promise<void> {
  const { app } = mixed;
  const { topic, first, reader, received, socket, who } = left;
  expect(await received.until(last)).toEqual(upTo(last));
  const resumed = new Received();
  const other = libraryClient(library, app);
  other.subscribe(topic, resumed.handler, { after: first });
  expect(await resumed.until(last)).toEqual(upTo(last).slice(1));
  expect(await reader.publish(topic, { first: true }, { id: 'first' })).toEqual(first);
  await other.publish(topic, 'more');
  expect(await received.until(last + 1)).toEqual(upTo(last + 1));
  const opened = await Client.open(app, [PROTOCOL, `ticket.${left.ticket}`]);
  expect(await opened.ask({ action: 'ping', topics: [topic] })).toMatchObject({
    type: 'pong',
    positions: { [topic]: { epoch: first.epoch, sequence: last + 1 } },
  });
  await expect(newTicket(app, left.loggedOut)).rejects.toThrow('No ticket: 401');
  if (keepsSockets) {
    expect((await socket.pushed(topic, last + 1)).map(({ sequence }) => sequence)).toEqual(upTo(last + 1));
    expect(await socket.ask({ action: 'subscribe', topic: newTopic() })).toMatchObject({
      type: 'subscribed',
      sequence: 0,
    });
    await logOut(mixed, who);
    expect(await socket.closed).toBe(1000);
  }
}
