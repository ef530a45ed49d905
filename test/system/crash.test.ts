import { setInterval } from 'node:timers/promises';
import { emptyDirectory } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { type App, appOf } from './caller';
import { Listener } from './listener';
import { assemblyOf } from './place';
import { history, publish } from './publish';

const assembly = assemblyOf('apiGateway');

/** Processes of the runner, and a container of the HTTP lane. */
const PROCESSES = ['websocket', 'http', 'events', 'http task'] as const;

/** Publishes a hundred times a second until `done`. @returns the data of the acknowledged messages, by sequence */
async function publishUntil(done: () => boolean, app: App, topic: string): Promise<Map<number, unknown>> {
  const acknowledged = new Map<number, unknown>();
  const open: Promise<void>[] = [];
  let data = 0;
  for await (const _ of setInterval(10)) {
    if (done()) {
      break;
    }
    data += 1;
    open.push(acknowledge(data));
  }
  await Promise.all(open);
  return acknowledged;

  async function acknowledge(value: number): Promise<void> {
    // A request without a response, because the process was killed, is not acknowledged.
    const answer = await publish(app, topic, value).catch(() => undefined);
    if (answer?.sequence !== undefined) {
      acknowledged.set(answer.sequence, value);
    }
  }
}

describe.each([
  ['with --data', assembly, ['aws', ...PROCESSES], () => ['--data', emptyDirectory()]],
  ['in memory', assembly, PROCESSES, () => []],
  [
    'with WebSocket servers',
    assemblyOf('servers'),
    // ./history.test.ts kills the others, too.
    ['websocket', 'http', 'websocket task'],
    () => ['--data', emptyDirectory()],
  ],
  // The gateway itself, and what it forwards to. The lanes are the same as without it.
  ['behind a gateway', assemblyOf('gateway'), ['cloudfront', 'websocket', 'http task'], () => []],
  [
    'with WebSocket servers behind a gateway',
    assemblyOf('gateway with servers'),
    ['cloudfront', 'websocket task'],
    () => ['--data', emptyDirectory()],
  ],
] as const)('the runner %s', (_, app, processes, options) => {
  let runner: StartedRunner;

  beforeAll(async () => {
    runner = await StartedRunner.start(['--app', app, ...options()]);
  }, 60_000);

  afterAll(async () => {
    if (runner) {
      // A second signal stops the runner immediately. Otherwise it can retry an interrupted delivery for half a minute.
      process.kill(runner.pid, 'SIGINT');
      await runner.stop();
    }
  }, 30_000);

  test.each(processes)(
    'loses no acknowledged message when %s is killed, and all processes serve again',
    async (name) => {
      const app = appOf(runner);
      const topic = `crash:${name.replace(' ', ':')}`;
      let back = false;
      const load = publishUntil(() => back, app, topic);
      try {
        await publish(app, topic, 'before');
        await runner.crash(name);
        await publish(app, topic, 'after');
      } finally {
        back = true;
      }
      const acknowledged = await load;

      const listener = await Listener.connect(app);
      await listener.ask({ action: 'subscribe', topic });
      const kept = await history(app, topic);
      expect([...kept.keys()]).toEqual(Array.from(kept, (_message, index) => index + 1));
      expect(acknowledged.size).toBeGreaterThan(0);
      expect([...acknowledged].filter(([sequence, data]) => kept.get(sequence) !== data)).toEqual([]);
      await listener.ask({ action: 'publish', topic, data: 'again', id: 'again' });
      await listener.receives(({ type, id }) => type === 'message' && id === 'again');
      await listener.close();
    },
    60_000,
  );
});

test('without --data, the runner logs that the tables are empty after the aws process is killed, and all processes serve again', async () => {
  const runner = await StartedRunner.start(['--app', assembly]);
  const app = appOf(runner);
  await publish(app, 'gone', 'before');
  const from = runner.printed.length;
  process.kill(runner.child('aws').pid, 'SIGKILL');
  await runner.says(
    ({ text = '' }) => text.endsWith('it starts again, with empty tables. Pass --data to keep them'),
    from,
  );
  await runner.says(({ text }) => text === 'The aws process serves again', from);
  expect(await history(app, 'gone')).toEqual(new Map());

  const listener = await Listener.connect(app);
  await listener.ask({ action: 'subscribe', topic: 'gone' });
  expect(await publish(app, 'gone', 'after')).toEqual({ status: 201, sequence: 1 });
  await listener.receives(({ type, sequence }) => type === 'message' && sequence === 1);
  await listener.close();
  await runner.stop();
}, 30_000);

test('--data keeps published messages between runs', async () => {
  const options = ['--app', assembly, '--data', emptyDirectory()];
  const first = await StartedRunner.start(options);
  await publish(appOf(first), 'kept', 'before');
  await first.stop();
  const second = await StartedRunner.start(options);
  const app = appOf(second);
  expect(await publish(app, 'kept', 'after')).toEqual({ status: 201, sequence: 2 });
  expect([...(await history(app, 'kept')).values()]).toEqual(['before', 'after']);
  await second.stop();
}, 30_000);
