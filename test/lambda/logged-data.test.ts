import { createHandler as createConnect } from '../../lambda/connect';
import { createHandler as createDeliver } from '../../lambda/deliver';
import { createHandler as createDispatch } from '../../lambda/dispatch';
import { EmbeddedMetrics } from '../../lambda/embedded-metrics';
import { logLine } from '../../lambda/logger';
import { createHandler as createMessage } from '../../lambda/message';
import { METRICS } from '../../lambda/metrics';
import { createHandler as createPush } from '../../lambda/push';
import { createHandler as createRevoke } from '../../lambda/revoke';
import { createRoute } from '../../lambda/route';
import { connectEvent, messageEvent } from '../support/websocket-events';
import { violationsOf } from './embedded-format';
import { FULL_TIME, lanes, ORIGIN, sqsEvent } from './lanes';

/** Each is in the requests below, and is recognizable. */
const SECRETS = [
  'secrettenant',
  'secretsubject',
  'secrettopic',
  'secretconnection',
  'secretdata',
  'secretid',
  'secretref',
];

test('no log line of a function has a tenant, a subject, a topic, a connection, an id or data, with metrics and with failures', async () => {
  const chunks: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => chunks.push(String(chunk)) > 0);
  try {
    await performAll();
  } finally {
    write.mockRestore();
  }
  const lines = chunks.join('').split('\n').filter(Boolean);
  const found = SECRETS.flatMap((secret) => lines.filter((line) => line.toLowerCase().includes(secret)));
  expect(found).toEqual([]);

  const embedded = lines.filter((line) => '_aws' in JSON.parse(line));
  expect(embedded.flatMap((line) => violationsOf(`${line}\n`))).toEqual([]);
  const members = new Set(embedded.flatMap((line) => Object.keys(JSON.parse(line))));
  // The HTTP service and the servers write the others.
  const { Gaps, OpenConnections, ...ours } = METRICS;
  expect(members).toEqual(new Set(['_aws', 'Lane', 'Reason', ...Object.keys(ours)]));
  const events = new Set(lines.map((line) => JSON.parse(line).event));
  expect(events).toEqual(
    new Set([
      ...[
        undefined,
        'refused',
        'failed',
        'dispatch_failed',
        'records_refused',
        'records_set_aside',
        'record_unreadable',
      ],
      ...['delivered', 'delivery_failed', 'delivery_unreadable', 'deliveries_set_aside', 'pushed', 'push_failed'],
      ...['hint_unreadable', 'revoked', 'revoke_failed'],
    ]),
  );
});

/** Calls every handler that writes to the log, with success, refusals and failures. */
async function performAll(): Promise<void> {
  const lane = lanes();
  const { connections, connectionOpener, admission, log, marks, queue, deadLetters, management, gateway } = lane;
  const { clock, newId, hints, streamOf } = lane;
  const [logger, metrics] = [logLine, new EmbeddedMetrics('lane')];
  const posting = { connections, queue, outbox: management, clock, logger, metrics };
  const session = { connections, log, clock, newId, rateLimits: admission, closeRequests: admission, logger, metrics };
  const connect = createConnect({
    ...{ connections, connectionOpener, logger, metrics },
    ...{ allowedOrigins: [ORIGIN], ownOrigin: 'https://ws.example.com', originSecret: 'none' },
  });
  const message = createMessage(session);
  const route = createRoute(() => Promise.reject(new RangeError('secretdata')), session);
  const dispatch = createDispatch({ marks, connections, queue, deadLetters, logger, metrics });
  const deliver = createDeliver({ ...posting, deadLetters });
  const push = createPush({ ...posting, log: marks });
  const revoke = createRevoke({
    ...{ connections, connectionCloser: management, outbox: management, deadLetters, clock, logger },
  });

  const alice = { ...lane.newPrincipal(), tenant: 'secrettenant', subject: 'secretsubject' };
  const [one, gone] = ['one', 'gone'].map((name) => ({ id: `secretconnection-${name}=`, connectedAt: clock.now() }));
  for (const connection of [one, gone]) {
    const ticket = await lane.mint(alice);
    const headers = { Origin: ORIGIN, 'Sec-WebSocket-Protocol': `twinlane.v1, ticket.${ticket}` };
    expect(await connect(connectEvent(connection ?? 'none', headers))).toMatchObject({ statusCode: 200 });
    expect(await connect(connectEvent(connection ?? 'none', headers))).toMatchObject({ statusCode: 401 });
  }
  const send = async (frame: object) => {
    const { body } = await message(messageEvent(one ?? 'none', JSON.stringify({ ref: 'secretref', ...frame })));
    return JSON.parse(body ?? '') as { type: string };
  };
  const topic = 'secrettopic';
  for (const connection of [one, gone]) {
    const frame = JSON.stringify({ action: 'subscribe', topic });
    await message(messageEvent(connection ?? 'none', frame));
  }
  clock.advance(60_000);
  for (const id of ['secretid-1', 'secretid-2']) {
    expect(await send({ action: 'publish', topic, id, data: 'secretdata' })).toMatchObject({ type: 'published' });
    clock.advance(10_000);
  }
  await route(messageEvent(one ?? 'none', '{"action":"secretdata"}'));
  jest.spyOn(log, 'positions').mockRejectedValueOnce(new RangeError('secrettopic'));
  expect(await send({ action: 'ping', topics: [topic] })).toMatchObject({ type: 'error' });

  gateway.statuses.set(gone?.id ?? '', 410);
  await push(sqsEvent(['secretdata', ...hints.sent.map((hint) => JSON.stringify(hint))], clock.now()));
  jest.spyOn(marks, 'read').mockRejectedValueOnce(new RangeError('secrettopic'));
  await push(
    sqsEvent(
      hints.sent.map((hint) => JSON.stringify(hint)),
      clock.now(),
    ),
  );
  await dispatch({ Records: streamOf('log', 'MESSAGE#') });
  const bodies = queue.bodies.splice(0);
  gateway.statuses.set(one?.id ?? '', 403);
  await deliver(sqsEvent(['secretdata', ...bodies], clock.now()), FULL_TIME);
  gateway.statuses.set(one?.id ?? '', 200);
  await deliver(sqsEvent(queue.bodies.splice(0)), FULL_TIME);
  queue.neverAccept(() => true);
  const broken = {
    eventName: 'INSERT' as const,
    dynamodb: { NewImage: { sk: { S: 'secrettopic' } }, SequenceNumber: '1' },
  };
  await dispatch({ Records: [broken, ...streamOf('log', 'MESSAGE#')] });
  jest.spyOn(connections, 'availableShards').mockRejectedValueOnce(new RangeError('secrettopic'));
  await dispatch({ Records: streamOf('log', 'MESSAGE#') });

  await admission.revoke(alice);
  jest.spyOn(connections, 'connectionsOf').mockRejectedValueOnce(new RangeError('secretsubject'));
  await revoke({ Records: streamOf('admission', 'REVOCATION') }, FULL_TIME);
  await revoke({ Records: streamOf('admission', 'REVOCATION') }, FULL_TIME);
}
