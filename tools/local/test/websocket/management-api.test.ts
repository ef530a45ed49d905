import { once } from 'node:events';
import type { Socket } from 'node:net';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  ForbiddenException,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { Caller } from '../../identity/credentials';
import type { Identity } from '../../websocket/management-api';
import { ACCOUNT, close, frame, http, REGION, Running, type Setup } from './running';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/service/deliver`;
const ok = () => ({ statusCode: 200 });

let running: Running;
let sdk: ApiGatewayManagementApiClient;
afterEach(async () => {
  sdk?.destroy();
  await running.stop();
});

/** Starts an API, and an SDK client at its `path`. */
async function start(setup: Setup = {}, path = ''): Promise<void> {
  running = await Running.start({ functions: { $connect: ok, $disconnect: ok }, ...setup });
  sdk = new ApiGatewayManagementApiClient({
    region: REGION,
    endpoint: `http://127.0.0.1:${running.port}${path}`,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
}

/** @returns a connected client, with its id */
async function connection() {
  const client = await running.connected('/', { headers: { 'User-Agent': 'test/1' } });
  const { requestContext } = running.events.at(-1)?.event ?? {};
  return { client, id: requestContext.connectionId as string, connectedAt: requestContext.connectedAt as number };
}

const post = (ConnectionId: string, Data = 'hello') => sdk.send(new PostToConnectionCommand({ ConnectionId, Data }));

/** An identity with one caller, whose permissions `allowed` determines. */
function identity(caller: Caller, allowed: (action: string, resource: string) => boolean = () => false): Identity {
  return {
    callerOf: () => caller,
    authorize: async (_role, action, resource) => ({
      allowed: allowed(action, resource),
      statementToAdd: { Effect: 'Allow', Action: action, Resource: resource },
    }),
  };
}

describe.each([
  ['without the stage, as for the custom domain,', ''],
  ['with the stage, as for the default endpoint,', '/prod'],
])('an SDK client %s', (_what, path) => {
  beforeEach(() => start({}, path));

  test('posts a text frame and gets status 200', async () => {
    const { client, id } = await connection();
    const received = frame(client);
    const { $metadata } = await post(id, 'hellö');
    expect($metadata.httpStatusCode).toBe(200);
    expect(await received).toBe('hellö');
  });

  test('reads the properties of a connection', async () => {
    const { id, connectedAt } = await connection();
    const known = await sdk.send(new GetConnectionCommand({ ConnectionId: id }));
    expect(known.ConnectedAt).toEqual(new Date(connectedAt));
    expect(known.Identity).toEqual({ SourceIp: '127.0.0.1', UserAgent: 'test/1' });
    expect(known.LastActiveAt?.getTime()).toBeGreaterThanOrEqual(connectedAt);
  });

  test('closes a connection with code 1000 and gets status 204', async () => {
    const { client, id } = await connection();
    const closed = close(client);
    const { $metadata } = await sdk.send(new DeleteConnectionCommand({ ConnectionId: id }));
    expect($metadata.httpStatusCode).toBe(204);
    expect(await closed).toEqual([1000, 'Connection Closed Normally']);
    expect((await running.event('$disconnect')).requestContext).toMatchObject({
      disconnectStatusCode: 1000,
      disconnectReason: 'Connection Closed Normally',
    });
    await expect(post(id)).rejects.toThrow(GoneException);
  });
});

test('every command for a closed connection fails with GoneException, 410', async () => {
  await start();
  const { client, id } = await connection();
  client.close();
  await running.event('$disconnect');
  for (const command of [
    new PostToConnectionCommand({ ConnectionId: id, Data: 'x' }),
    new GetConnectionCommand({ ConnectionId: id }),
    new DeleteConnectionCommand({ ConnectionId: id }),
  ]) {
    const error = await sdk.send(command as PostToConnectionCommand).catch((reason) => reason);
    expect(error).toBeInstanceOf(GoneException);
    expect(error.$metadata.httpStatusCode).toBe(410);
  }
});

test('every command for a connection whose $connect is running fails with GoneException, and the client connects', async () => {
  const outcomes: unknown[] = [];
  await start({
    functions: {
      $connect: async ({ requestContext: { connectionId: ConnectionId } }) => {
        for (const command of [
          new PostToConnectionCommand({ ConnectionId, Data: 'x' }),
          new GetConnectionCommand({ ConnectionId }),
          new DeleteConnectionCommand({ ConnectionId }),
        ]) {
          outcomes.push(await sdk.send(command as PostToConnectionCommand).catch((error) => error));
        }
        return { statusCode: 200 };
      },
    },
  });
  await running.connected();
  expect(outcomes).toEqual([expect.any(GoneException), expect.any(GoneException), expect.any(GoneException)]);
});

test('a post to a client that sent a close frame but is still connected fails with 410', async () => {
  await start();
  const { client, id } = await connection();
  const socket = (client as unknown as { _socket: Socket })._socket;
  client.pause();
  socket.write(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
  let error: unknown;
  while (error === undefined) {
    error = await post(id).then(
      () => undefined,
      (reason) => reason,
    );
  }
  expect(error).toBeInstanceOf(GoneException);
});

test('an id that API Gateway cannot have issued fails with BadRequestException, 400', async () => {
  await start();
  const error = await post('invalid').catch((reason) => reason);
  expect(error).toMatchObject({ name: 'BadRequestException', message: 'Invalid connectionId: invalid' });
});

test('a post of 128 KB succeeds, and a byte more fails with PayloadTooLargeException, 413', async () => {
  await start();
  const { client, id } = await connection();
  const received = frame(client);
  await post(id, 'x'.repeat(131_072));
  expect(await received).toHaveLength(131_072);
  const error = await post(id, 'x'.repeat(131_073)).catch((reason) => reason);
  expect(error).toBeInstanceOf(PayloadTooLargeException);
  expect(error.$metadata.httpStatusCode).toBe(413);
});

test('a post to a client with a full buffer fails with LimitExceededException, 429, until the client has read', async () => {
  await start({ limits: { sendBufferBytes: 256 * 1024 } });
  const { client, id } = await connection();
  let received = 0;
  client.on('message', () => {
    received += 1;
  });
  client.pause();
  let sent = 0;
  let error: unknown;
  while (error === undefined) {
    error = await post(id, 'x'.repeat(100_000)).then(
      () => {
        sent += 1;
      },
      (reason) => reason,
    );
  }
  expect(error).toBeInstanceOf(LimitExceededException);
  client.resume();
  while (received < sent) {
    await once(client, 'message');
  }
  await post(id, 'again');
});

describe('a caller', () => {
  test('that did not sign its request gets status 403', async () => {
    await start({ identity: identity({ kind: 'unsigned' }) });
    const { id } = await connection();
    const { status, headers } = await http(running.port, 'POST', `/@connections/${id}`);
    expect([status, headers['x-amzn-errortype']]).toEqual([403, 'MissingAuthenticationTokenException']);
  });

  test('whose role allows ManageConnections on this method and stage can post', async () => {
    const allowed = (action: string, resource: string) =>
      action === 'execute-api:ManageConnections' &&
      resource === `arn:aws:execute-api:${REGION}:${ACCOUNT}:abc123/prod/POST/@connections/*`;
    await start({ identity: identity({ kind: 'role', roleArn: ROLE }, allowed) });
    const { client, id } = await connection();
    const received = frame(client);
    await post(id);
    expect(await received).toBe('hello');
    await expect(sdk.send(new GetConnectionCommand({ ConnectionId: id }))).rejects.toThrow('not authorized');
  });

  test('whose role does not allow it gets the denial of AWS, and the log has the statement to add', async () => {
    await start({ identity: identity({ kind: 'role', roleArn: ROLE }) });
    const { id } = await connection();
    const error = await post(id).catch((reason) => reason);
    expect(error).toMatchObject({
      name: 'AccessDeniedException',
      message:
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/deliver/local is not authorized to perform: ` +
        `execute-api:ManageConnections on resource: arn:aws:execute-api:${REGION}:********9012:abc123/prod/POST/@connections/{connectionId}`,
    });
    expect(error.$metadata.httpStatusCode).toBe(403);
    const line = running.log.find(({ text }) => text.includes('"Effect":"Allow"'));
    expect(line).toMatchObject({ level: 'warn', of: 'Api' });
    expect(line?.text).toContain(`${ROLE.split('/').at(-1)} is not allowed to call execute-api:ManageConnections`);
  });

  test('without permission cannot learn whether a connection exists', async () => {
    await start({ identity: identity({ kind: 'role', roleArn: ROLE }) });
    await expect(post('AAAAAAAAAAAAAAA=')).rejects.toThrow('not authorized');
  });
});

test('a path with the stage of another API fails with ForbiddenException, 403', async () => {
  await start({}, '/dev');
  const { id } = await connection();
  await expect(post(id)).rejects.toThrow(ForbiddenException);
});

test('a path with the stage is forbidden if the default endpoint is disabled', async () => {
  await start({ api: { defaultEndpointDisabled: true } }, '/prod');
  const { id } = await connection();
  await expect(post(id)).rejects.toThrow(ForbiddenException);
});

test.each(['PUT', 'PATCH'])('the method %s gets status 403', async (method) => {
  await start();
  const { id } = await connection();
  expect((await http(running.port, method, `/@connections/${id}`)).status).toBe(403);
});

test.each(['@connections', '%40connections'])(
  'the path can have %s, and the id can be encoded or not',
  async (word) => {
    await start();
    const { id } = await connection();
    for (const spelling of [id, encodeURIComponent(id)]) {
      expect((await http(running.port, 'GET', `/prod/${word}/${spelling}`)).status).toBe(200);
    }
  },
);

test('a path with invalid percent-encoding gets status 403', async () => {
  await start();
  expect((await http(running.port, 'GET', '/@connections/%zz')).status).toBe(403);
});

test('a post with a latency arrives after another command that was sent later', async () => {
  await start({ latencies: { next: () => 300 } });
  const { client, id } = await connection();
  const order: string[] = [];
  const arrived = once(client, 'message').then(() => order.push('message'));
  const posted = post(id);
  await sdk.send(new GetConnectionCommand({ ConnectionId: id }));
  order.push('description');
  await posted;
  await arrived;
  expect(order).toEqual(['description', 'message']);
});
