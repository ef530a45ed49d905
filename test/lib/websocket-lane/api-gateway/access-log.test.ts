import { ACCESS_LOG } from '../../../../lib/websocket-lane/api-gateway/access-log';

test('the access log identifies the connection, the time and the result, and contains no client data', () => {
  const format = ACCESS_LOG.toString();
  const variables = Object.values<string>(JSON.parse(format)).map((value) => value.replace('$context.', ''));
  // No query string, header, body or authorizer context, because each of them could contain a ticket or a token.
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

test('a record of the access log is a single line', () => {
  expect(ACCESS_LOG.toString()).not.toMatch(/[\r\n]/);
});
