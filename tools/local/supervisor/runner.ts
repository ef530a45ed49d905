import { generateKeyPair, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import { loadAssembly } from '../assembly/load-assembly';
import type { Addresses } from '../addresses';
import type { Blueprint } from '../blueprint';
import { ImageBuilder } from '../images/image-builder';
import { ImageCache } from '../images/image-cache';
import { prepareContainers } from '../images/prepare-containers';
import { Console } from '../console/console';
import { sourceOf } from '../console/source';
import type { LogLine, RunnerEvent } from '../log-line';
import { newAuthority } from '../network/certificate-authority';
import { redirectedHosts, Routes } from '../network/routes';
import { newRunFolder } from '../network/run-folder';
import type { Setup } from '../setup';
import type { Running, StartOptions } from '../running';
import { type Urls, urlsOf } from '../urls';
import { UserError } from '../user-error';
import { allocate, anyFree } from './allocate';
import { Child } from './child';
import { processesOf } from './processes';
import { structureChanges } from './structure';

/** A running app: reads the assembly, assigns ports, and manages the processes, which restart when they end. */
export class Runner implements Running {
  private children: readonly Child[] = [];
  private setup: Setup | undefined;
  private readonly stopping = new AbortController();
  private console: { readonly url: string; readonly server: Console } | undefined;
  private removeFiles = () => {};

  constructor(private readonly options: StartOptions) {}

  get blueprint(): Blueprint {
    return this.started.blueprint;
  }

  get urls(): Urls {
    const { blueprint, addresses } = this.started;
    return { ...urlsOf(blueprint, addresses), ...(this.console && { console: this.console.url }) };
  }

  get problems(): readonly string[] {
    return this.children.flatMap(({ problems }) => problems);
  }

  /** Resolves when the app is ready, or when it was stopped in the meantime. */
  async start(): Promise<void> {
    const { iam = 'on', data, port = 0, origins, streams, latency, disconnectDelaySeconds, pageUrl } = this.options;
    const blueprint = await this.prepared(this.load());
    const entryPoints = { ...(await allocate(blueprint, port)), ...(origins && { origins }) };
    const authority = newAuthority();
    const addresses = { ...entryPoints, front: await this.newFront(blueprint, entryPoints, authority.certificate) };
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
      ...(this.options.console !== undefined && { invocations: true }),
    };
    this.setup = setup;
    await this.openConsole();
    this.children = processesOf(blueprint).map((name) => this.child(name));
    const [aws, ...others] = this.children;
    this.progress('starting tables and queues');
    await aws?.start({ ...setup, authority });
    this.progress('starting the lanes');
    await Promise.all(others.map((child) => child.start(setup)));
  }

  async reload(): Promise<readonly string[]> {
    const loaded = this.load();
    const changes = structureChanges(this.blueprint, loaded);
    if (changes.length === 0) {
      const blueprint = await this.prepared(loaded);
      checkImages(this.blueprint, blueprint);
      const setup = { ...this.started, blueprint };
      this.setup = setup;
      for (const child of this.children) {
        child.update(setup);
      }
    }
    return changes;
  }

  async stop(now = false): Promise<void> {
    this.stopping.abort();
    const [aws, ...others] = this.children;
    await Promise.all(others.map((child) => child.stop(now)));
    await aws?.stop(now);
    await this.console?.server.close();
    this.removeFiles();
  }

  private async newFront(blueprint: Blueprint, addresses: Addresses, authority: string) {
    const port = await anyFree();
    const redirected = redirectedHosts(new Routes(blueprint, addresses));
    const { folder: files, remove } = newRunFolder({ port, authority, redirected });
    this.removeFiles = remove;
    return { port, files };
  }

  private get started(): Setup {
    if (!this.setup) {
      throw new Error('The app has not started');
    }
    return this.setup;
  }

  private load(): Blueprint {
    this.progress(`reading ${this.options.assembly}`);
    return loadAssembly(this.options.assembly, this.options);
  }

  /** Builds the images of the services. Their folders are part of the blueprint. */
  private async prepared(blueprint: Blueprint): Promise<Blueprint> {
    const { containers = {} } = this.options;
    if (blueprint.services.length === 0 && Object.keys(containers).length === 0) {
      return blueprint;
    }
    let building = '';
    const builder = new ImageBuilder({
      cache: new ImageCache(),
      signal: this.stopping.signal,
      progress: (text) => this.progress(`building the image of ${building}: ${text}`),
    });
    try {
      const services = await prepareContainers(blueprint.services, containers, (image, container) => {
        building = container;
        return builder.build(image);
      });
      return { ...blueprint, services };
    } finally {
      await builder.close();
    }
  }

  private progress(step: string): void {
    this.tell({ event: 'progress', time: new Date().toISOString(), step });
  }

  private child(name: LogLine['process']): Child {
    return new Child(
      name,
      (line) => this.log(line),
      (invocation) => this.tell({ event: 'invocation', invocation }),
    );
  }

  private async openConsole(): Promise<void> {
    const { console: port } = this.options;
    if (port !== undefined) {
      const server = new Console(sourceOf(this));
      this.console = { url: await server.open(port), server };
    }
  }

  private tell(event: RunnerEvent): void {
    this.console?.server.add(event);
    this.options.onEvent?.(event);
  }

  private log(line: Omit<LogLine, 'time'>): void {
    this.tell({ event: 'log', time: new Date().toISOString(), ...line });
  }
}

/** The code of before keeps running if an image cannot be built any more. */
function checkImages(before: Blueprint, after: Blueprint): void {
  const containersOf = ({ services }: Blueprint) =>
    services.flatMap(({ logicalId, containers }) =>
      containers.map((container) => ({ id: `${logicalId}/${container.name}`, ...container })),
    );
  const ran = containersOf(before).filter(({ directory }) => directory !== undefined);
  const broken = containersOf(after).find(
    ({ id, cannotRun }) => cannotRun !== undefined && ran.some((each) => each.id === id),
  );
  if (broken) {
    throw new UserError(`The container ${broken.id} cannot run: ${broken.cannotRun}`);
  }
}

/** A signing key of the same kind as Cognito's: RSA with 2048 bits. */
async function newSigningKey(): Promise<JsonWebKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ format: 'jwk' });
}
