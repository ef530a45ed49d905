import { createHandler } from '../../lambda/disconnect';
import { failure } from '../support/memory/dynamodb';
import { disconnectEvent } from '../support/websocket-events';
import { lanes } from './lanes';

test('$disconnect deletes the records and subscriptions of its connection, and of no other', async () => {
  const { connections, subscribed } = lanes();
  const [connection, other] = [await subscribed('news'), await subscribed('news')];
  expect(await createHandler({ connections })(disconnectEvent(connection))).toEqual({ statusCode: 200 });
  expect(await connections.accept(connection)).toBe('not_connected');
  expect(await connections.subscribers({ topic: 'news', number: 0 })).toEqual({ connections: [other] });
});

test('$disconnect releases the slot of its subject also if the response of the table is lost', async () => {
  const { connections, opened, newPrincipal, failTransaction } = lanes();
  const principal = newPrincipal();
  const connection = await opened(principal);
  failTransaction(failure('InternalServerError', 'lost', {}, 500), { done: true });
  await createHandler({ connections })(disconnectEvent(connection));
  expect(await connections.connectionsOf(principal)).toEqual([]);
});

test('$disconnect deletes all records also while a frame of its connection subscribes', async () => {
  const { connections, opened, newPrincipal, dynamo, during } = lanes();
  const principal = newPrincipal();
  const connection = await opened(principal);
  let disconnected: Promise<unknown> | undefined;
  during('TransactWriteItems', async () => {
    disconnected = createHandler({ connections })(disconnectEvent(connection));
    await new Promise(setImmediate);
  });
  await connections.subscribe(connection, ['news']);
  await disconnected;
  expect(dynamo.items('connections').filter(({ sk }) => sk !== 'SHARDS')).toEqual([]);
});

test('$disconnect is idempotent, and leaves the slot to the connection that took it over', async () => {
  const { connections, opened, newPrincipal, clock } = lanes();
  const principal = newPrincipal();
  const silent = await opened(principal);
  clock.advance(1000);
  const others = [await opened(principal), await opened(principal)];
  const disconnect = createHandler({ connections });
  await disconnect(disconnectEvent(silent));
  await disconnect(disconnectEvent(silent));
  expect((await connections.connectionsOf(principal)).map(({ id }) => id).sort()).toEqual(
    others.map(({ id }) => id).sort(),
  );
});
