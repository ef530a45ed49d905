import { generateKeyPair, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import { loadAssembly } from '../assembly/load-assembly';
import type { Blueprint } from '../blueprint';
import type { LogLine } from '../log-line';
import type { Setup } from '../setup';
import { allocate } from './allocate';
import { Child } from './child';
import type { Options } from './options';
import { Refusal } from './refusal';
import { structureChanges } from './structure';
import { synthesize } from './synthesize';
import type { Terminal } from './terminal';
import { watch } from './watch';

/** Each is a process, by its folder in `local`; without a page there is none for it. The first starts first and stops last: the others need it. */
const PARTS: readonly LogLine['lane'][] = ['aws', 'websocket', 'http', 'events', 'page'];

/** The app, running: synthesized, read, given ports, and spread over processes that start again when they die. */
export class Runner {
  private children: readonly Child[] = [];
  private readonly stopping = new AbortController();

  constructor(
    private readonly options: Options,
    private readonly terminal: Terminal,
  ) {}

  get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Resolves when everything serves. Throws a {@link Refusal} or an AssemblyError, a sentence for a person, if it cannot. */
  async start(): Promise<void> {
    const blueprint = await this.load();
    const start = performance.now();
    const { iam, data, page } = this.options;
    const addresses = await allocate(blueprint, this.options.port, page !== undefined);
    const signingKey = blueprint.userPools.length > 0 ? await newSigningKey() : undefined;
    const setup: Setup = {
      blueprint,
      addresses,
      iam,
      ...(data && { data }),
      ...(signingKey && { signingKey }),
      ...(page && { page }),
    };
    const parts = PARTS.filter((name) => name !== 'page' || addresses.page);
    this.children = parts.map((name) => new Child(name, this.terminal.log));
    const [aws, ...others] = this.children;
    this.terminal.progress('starting tables and queues');
    await aws?.start(setup);
    this.terminal.progress('starting the lanes');
    await Promise.all(others.map((child) => child.start(setup)));
    if (this.stopped) {
      return;
    }
    this.terminal.ready(blueprint, addresses, performance.now() - start);
    if (this.options.watch) {
      this.reloadOnChange(setup);
    }
  }

  /** Lets everything finish, the entry points first; or kills it. Resolves when nothing runs. */
  async stop(now = false): Promise<void> {
    this.stopping.abort();
    const [aws, ...others] = this.children;
    await Promise.all(others.map((child) => child.stop(now)));
    await aws?.stop(now);
  }

  private async load(): Promise<Blueprint> {
    const { app, context } = this.options;
    if (!app) {
      this.terminal.progress('synthesizing the app');
    }
    const folder = app ?? (await synthesize(context, this.stopping.signal));
    this.terminal.progress(`reading ${folder}`);
    return loadAssembly(folder);
  }

  /** Hands the parts new code; a change of what they were started with is told, and waits for the next start. */
  private reloadOnChange(first: Setup): void {
    let current = first;
    const tell = (level: LogLine['level'], text: string) => this.terminal.log({ lane: 'runner', level, text });
    watch(process.cwd(), async () => {
      try {
        const blueprint = await this.load();
        const changes = structureChanges(current.blueprint, blueprint);
        if (changes.length > 0) {
          tell(
            'warn',
            `Not taken over, for it needs a new start (Ctrl-C, then the same command): ${changes.join(', ')}`,
          );
          return;
        }
        current = { ...current, blueprint };
        for (const child of this.children) {
          child.update(current);
        }
        tell('info', 'The new code is live');
      } catch (error) {
        if (!this.stopped) {
          const reason = error instanceof Refusal ? error.inOneLine : (error as Error).message;
          tell('error', `${reason}; the code of before goes on`);
        }
      }
    });
  }
}

/** As Cognito's: RSA with 2048 bits. */
async function newSigningKey(): Promise<JsonWebKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ format: 'jwk' });
}
