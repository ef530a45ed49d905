import { ACCESS_LOG } from '../../../lib/websocket-lane/access-log';

test('the access log says who came, when and how it went, and nothing that a client wrote', () => {
  const format = ACCESS_LOG.toString();
  const variables = Object.values<string>(JSON.parse(format)).map((value) => value.replace('$context.', ''));
  // No query string, header, body or authorizer context: a ticket or a token could be in each of them.
  expect(variables.sort()).toEqual([
    'connectionId',
    'error.message',
    'eventType',
    'integrationErrorMessage',
    'integrationLatency',
    'requestId',
    'requestTime',
    'routeKey',
    'status',
  ]);
});

test('a record of the access log is one line', () => {
  expect(ACCESS_LOG.toString()).not.toMatch(/[\r\n]/);
});
