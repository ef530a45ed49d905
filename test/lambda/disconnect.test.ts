import { createHandler } from '../../lambda/disconnect';
import { disconnectEvent } from '../support/websocket-events';
import { lanes } from './lanes';

test('$disconnect deletes the records and subscriptions of its connection, and of no other', async () => {
  const { connections, subscribed } = lanes();
  const [connection, other] = [await subscribed('news'), await subscribed('news')];
  expect(await createHandler({ connections })(disconnectEvent(connection))).toEqual({ statusCode: 200 });
  expect(await connections.accept(connection)).toBe('not_connected');
  expect(await connections.subscribers({ topic: 'news', number: 0 })).toEqual({ connections: [other] });
});
