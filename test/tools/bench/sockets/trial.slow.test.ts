import { TYPESCRIPT } from '../../../../tools/bench/processes';
import { LaneTables, type ServerName, Trial } from '../../../../tools/bench/sockets/trial';

/** More than the rows of a shard. */
const SOCKETS = 210;

/** Arguments of this process. Those of the benchmark load TypeScript, and its processes have the same. */
const execArgv = process.execArgv;

let tables: LaneTables;
let trial: Trial | undefined;

beforeEach(async () => {
  process.execArgv = [...TYPESCRIPT];
  tables = await LaneTables.start();
});

afterEach(async () => {
  process.execArgv = execArgv;
  await Promise.all([trial?.stop(), tables.stop()]);
  trial = undefined;
});

test.each<[ServerName, number]>([
  ['task', 1],
  ['gateway', 1],
  ['broadcaster', 0],
])('each socket of the %s receives each message once, and the CPU time is measured', async (name, functions) => {
  trial = await Trial.of(name, SOCKETS, tables);
  for (const messages of [1, 10]) {
    const cpu = await trial.deliver(2, messages);
    expect(cpu.server).toBeGreaterThan(0);
    expect(Math.sign(cpu.deliver)).toBe(functions);
  }
});

test('sockets that were cut are subscribed again after a storm', async () => {
  trial = await Trial.of('task', SOCKETS, tables);
  expect(await trial.storm()).toEqual({ seconds: expect.any(Number), cpuSeconds: expect.any(Number) });
  await trial.deliver(1, 1);
});
