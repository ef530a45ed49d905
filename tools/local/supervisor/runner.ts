import { generateKeyPair, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import { loadAssembly } from '../assembly/load-assembly';
import type { Blueprint } from '../blueprint';
import type { LogLine } from '../log-line';
import type { Setup } from '../setup';
import type { Running, StartOptions } from '../running';
import { type Urls, urlsOf } from '../urls';
import { allocate } from './allocate';
import { Child } from './child';
import { processesOf } from './processes';
import { structureChanges } from './structure';

/** A running app: reads the assembly, assigns ports, and manages the processes, which restart when they end. */
export class Runner implements Running {
  private children: readonly Child[] = [];
  private setup: Setup | undefined;

  constructor(private readonly options: StartOptions) {}

  get blueprint(): Blueprint {
    return this.started.blueprint;
  }

  get urls(): Urls {
    const { blueprint, addresses } = this.started;
    return urlsOf(blueprint, addresses);
  }

  /** Resolves when the app is ready, or when it was stopped in the meantime. */
  async start(): Promise<void> {
    const { iam = 'on', data, port = 0, origins, streams, latency, disconnectDelaySeconds, pageUrl } = this.options;
    const blueprint = this.load();
    const addresses = { ...(await allocate(blueprint, port)), ...(origins && { origins }) };
    const signingKey = blueprint.userPools.length > 0 ? await newSigningKey() : undefined;
    const setup: Setup = {
      blueprint,
      addresses,
      iam,
      ...(data && { data }),
      ...(pageUrl && { pageUrl }),
      ...(streams && { streams }),
      ...(latency && { latency }),
      ...(disconnectDelaySeconds !== undefined && { disconnectDelaySeconds }),
      ...(signingKey && { signingKey }),
    };
    this.setup = setup;
    this.children = processesOf(blueprint).map((name) => new Child(name, (line) => this.log(line)));
    const [aws, ...others] = this.children;
    this.progress('starting tables and queues');
    await aws?.start(setup);
    this.progress('starting the lanes');
    await Promise.all(others.map((child) => child.start(setup)));
  }

  async reload(): Promise<readonly string[]> {
    const blueprint = this.load();
    const changes = structureChanges(this.blueprint, blueprint);
    if (changes.length === 0) {
      const setup = { ...this.started, blueprint };
      this.setup = setup;
      for (const child of this.children) {
        child.update(setup);
      }
    }
    return changes;
  }

  async stop(now = false): Promise<void> {
    const [aws, ...others] = this.children;
    await Promise.all(others.map((child) => child.stop(now)));
    await aws?.stop(now);
  }

  private get started(): Setup {
    if (!this.setup) {
      throw new Error('The app has not started');
    }
    return this.setup;
  }

  private load(): Blueprint {
    this.progress(`reading ${this.options.assembly}`);
    return loadAssembly(this.options.assembly);
  }

  private progress(step: string): void {
    this.options.onEvent?.({ event: 'progress', time: new Date().toISOString(), step });
  }

  private log(line: Omit<LogLine, 'time'>): void {
    this.options.onEvent?.({ event: 'log', time: new Date().toISOString(), ...line });
  }
}

/** A signing key of the same kind as Cognito's: RSA with 2048 bits. */
async function newSigningKey(): Promise<JsonWebKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ format: 'jwk' });
}
