import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Addresses } from '../../../addresses';
import type { FunctionBlueprint } from '../../../blueprint';
import { Functions } from '../../../functions/functions';
import { blueprintOf } from '../../functions/function-of';

const ADDRESSES: Addresses = { awsEndpoint: 'http://127.0.0.1:1', webSocketApis: {}, loadBalancers: {} };
const { arn: ARN } = blueprintOf('');

let functions: Functions | undefined;

afterEach(() => functions?.close());

function build(...all: FunctionBlueprint[]) {
  return {
    functions: all,
    queues: [],
    userPools: [],
    webSocketApis: [],
    loadBalancers: [],
    distributions: [],
  };
}

function start(...all: FunctionBlueprint[]): Functions {
  functions = new Functions(build(...all), ADDRESSES, 'websocket', () => undefined);
  return functions;
}

test('each function is invoked by its ARN, with its own environment', async () => {
  const code =
    'exports.handler = async () => [process.env.GREETING, process.env.AWS_LAMBDA_FUNCTION_NAME, new Date(0).getHours()]';
  const started = start(
    blueprintOf(code, { name: 'a', arn: 'arn:a', environment: { GREETING: 'hello' } }),
    blueprintOf(code, { name: 'b', arn: 'arn:b', environment: { GREETING: 'bye' } }),
  );
  expect(await started.invoke('arn:a', {})).toEqual({ payload: ['hello', 'a', 0] });
  expect(await started.invoke('arn:b', {})).toEqual({ payload: ['bye', 'b', 0] });
});

test('the error for an unknown function lists the functions of the template', async () => {
  await expect(start(blueprintOf('', { arn: 'arn:a' })).invoke('arn:b', {})).rejects.toThrow(
    'there is no function arn:b: the assembly has arn:a',
  );
});

test('a caller can time out before the function does', async () => {
  // The function waits for this port to close its connection.
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const code = `let calls = 0;
    exports.handler = ({ port }) => new Promise((done) => {
      calls += 1;
      if (port) require('node:net').connect(port, '127.0.0.1').resume().once('close', () => done(calls));
      else done(calls);
    })`;
  const started = start(blueprintOf(code, { reservedConcurrency: 1, timeoutSeconds: 4 }));
  try {
    expect(await started.invoke(ARN, { port }, 1)).toMatchObject({ payload: { errorType: 'Caller.TimedOut' } });
    expect(await started.invoke(ARN, {})).toMatchObject({ error: 'Throttled' });
    if (sockets.length === 0) {
      await once(server, 'connection');
    }
  } finally {
    server.close();
    sockets[0]?.end();
  }
  await started.drained();
  expect(await started.invoke(ARN, {})).toEqual({ payload: 2 });
});

test('a reload lets running invocations finish with the old build and serves new ones with the new build', async () => {
  const version = (name: string) =>
    blueprintOf(`exports.handler = () => new Promise((done) => setTimeout(done, 50, '${name}'))`);
  const started = start(version('old'));
  const before = started.invoke(ARN, {});
  started.reload(build(version('new')));
  expect(await Promise.all([before, started.invoke(ARN, {})])).toEqual([{ payload: 'old' }, { payload: 'new' }]);
});
