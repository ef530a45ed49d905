import { join } from 'node:path';
import { BenchmarkProcess } from '../isolation/benchmark-process';
import { NO_ACCOUNT } from '../processes';
import type { DeliverRequest } from './processes/broadcaster';
import type { ClientsRequest } from './processes/clients';
import type { FunctionRequest } from './processes/deliver';
import type { GatewayAnswer } from './processes/gateway';
import type { TablesAnswer, TablesRequest } from './processes/tables';
import type { ServerRequest } from './processes/task';
import type { CpuSeconds, Storm } from './report';
import type { Use, UseRequest } from './use';

/** Process that has the sockets. Only the task requires tickets, and the broadcaster delivers without a function. */
export type ServerName = 'task' | 'gateway' | 'broadcaster';

type Tables = BenchmarkProcess<TablesRequest, TablesAnswer>;
type Server = BenchmarkProcess<ServerRequest | DeliverRequest, GatewayAnswer>;
type Function = BenchmarkProcess<FunctionRequest, Use>;
type Clients = BenchmarkProcess<ClientsRequest, object>;

/** Share of the sockets that are opened before the memory is measured: the process has what it needs in any case then. */
const FIRST = 0.2;

/** CPU seconds of a process that does not exist. */
const NONE = { cpuSeconds: 0, kernelSeconds: 0 };

/** The tables of a lane, in a process. */
export class LaneTables {
  private constructor(
    private readonly process: Tables,
    /** Environment of processes that use the tables. */
    readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async start(): Promise<LaneTables> {
    const process: Tables = run('tables');
    const { port } = await process.send({ action: 'serve' });
    return new LaneTables(process, { ...NO_ACCOUNT, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
  }

  async mint(subjects: number): Promise<readonly string[]> {
    return (await this.process.send({ action: 'mint', subjects })).tickets ?? [];
  }

  async subscribe(connections: readonly string[]): Promise<void> {
    await this.process.send({ action: 'subscribe', connections });
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}

/** A running server with sockets, its clients, and the function that posts to it, if any. */
export class Trial {
  /** Resident bytes of the server for each socket. */
  readonly bytesPerSocket: number;

  private constructor(
    private readonly running: { readonly server: Server; readonly clients: Clients; readonly deliver?: Function },
    private readonly tables: LaneTables,
    private readonly sockets: number,
    private readonly url: string,
    bytesPerSocket: number,
  ) {
    this.bytesPerSocket = bytesPerSocket;
  }

  static async of(name: ServerName, sockets: number, tables: LaneTables): Promise<Trial> {
    const server: Server = run(name, tables.environment);
    const clients: Clients = run('clients');
    const deliver: Function | undefined =
      name === 'broadcaster' ? undefined : run<FunctionRequest, Use>('deliver', tables.environment);
    const running = { server, clients, deliver };
    try {
      const { port, endpoint = '' } = await server.send({ action: 'serve' });
      const url = `ws://127.0.0.1:${port}`;
      const open = async (count: number) => {
        const tickets = name === 'task' ? await tables.mint(count) : undefined;
        await clients.send({ action: 'open', url, sockets: count, tickets });
      };
      const first = Math.floor(sockets * FIRST);
      await open(first);
      const before = await residentBytes(server);
      await open(sockets - first);
      const bytesPerSocket = ((await residentBytes(server)) - before) / (sockets - first);
      if (name === 'gateway') {
        await tables.subscribe(Array.from({ length: sockets }, (_, index) => `${index}CKlQ=`));
        await deliver?.send({ action: 'gateway', endpoint, connections: sockets });
      } else {
        await deliver?.send({ action: 'tasks' });
      }
      return new Trial(running, tables, sockets, url, bytesPerSocket);
    } catch (error) {
      await stopAll(running);
      throw error;
    }
  }

  /**
   * Delivers to all sockets, and waits for the last message.
   *
   * @param times - number of deliveries, one after another
   * @param messages - messages of each
   */
  async deliver(times: number, messages: number): Promise<CpuSeconds> {
    const { server, clients, deliver } = this.running;
    const cpu = async () => ({ deliver: deliver ? await cpuOf(deliver) : NONE, server: await cpuOf(server) });
    const before = await cpu();
    await (deliver ?? server).send({ action: 'deliver', times, messages });
    await clients.send({ action: 'receive', messages: times * messages * this.sockets });
    const after = await cpu();
    return {
      deliver: after.deliver.cpuSeconds - before.deliver.cpuSeconds,
      server: after.server.cpuSeconds - before.server.cpuSeconds,
      kernel: after.server.kernelSeconds - before.server.kernelSeconds,
    };
  }

  /** Cuts all sockets of a task at once. Their clients have new tickets, and connect again at once. */
  async storm(): Promise<Storm> {
    const { server, clients } = this.running;
    const tickets = await this.tables.mint(this.sockets);
    const before = await cpuOf(server);
    const begun = performance.now();
    await clients.send({ action: 'cut' });
    await clients.send({ action: 'open', url: this.url, sockets: this.sockets, tickets });
    const seconds = (performance.now() - begun) / 1000;
    return { seconds, cpuSeconds: (await cpuOf(server)).cpuSeconds - before.cpuSeconds };
  }

  async stop(): Promise<void> {
    await stopAll(this.running);
  }
}

function run<Request extends object, Answer>(
  name: string,
  environment?: NodeJS.ProcessEnv,
): BenchmarkProcess<Request, Answer> {
  return BenchmarkProcess.run(join(__dirname, 'processes', `${name}.ts`), {
    execArgv: [...process.execArgv, '--expose-gc'],
    env: { ...process.env, ...environment },
    // Metrics of the task are not part of the result.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** A process that answers requests for its use. */
interface Measurable {
  send(request: UseRequest): Promise<Use>;
}

async function cpuOf(process: Measurable): Promise<typeof NONE> {
  const { cpuSeconds = Number.NaN, kernelSeconds = Number.NaN } = await process.send({ action: 'cpu' });
  return { cpuSeconds, kernelSeconds };
}

async function residentBytes(process: Measurable): Promise<number> {
  return (await process.send({ action: 'memory' })).residentBytes ?? Number.NaN;
}

async function stopAll(running: Readonly<Record<string, { stop(): Promise<void> } | undefined>>): Promise<void> {
  await Promise.all(Object.values(running).map((each) => each?.stop()));
}
