import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { emptyDirectory } from '../../support/cloud-assembly';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

type Resources = Readonly<Record<string, Resource>>;

interface Template {
  readonly Resources: Resources;
  readonly [section: string]: unknown;
}

interface Asset {
  readonly source: { readonly path?: string; readonly directory?: string };
}

type Assets = Readonly<Record<'files' | 'dockerImages', Readonly<Record<string, Asset>> | undefined>>;

/** `stopped`: the queues of the delivery keep their messages. */
export type Consumers = 'running' | 'stopped';

/** Properties of a resource that are its code, with the configuration that the code reads. */
const CODE: Readonly<Record<string, readonly string[]>> = {
  'AWS::Lambda::Function': ['Code', 'Handler', 'Runtime', 'Environment'],
  'AWS::ECS::TaskDefinition': ['ContainerDefinitions'],
};

/** Functions of the CDK, which have no data in common with others. */
const OF_CDK = /^Custom/;

/** Functions that take messages from the queues of the delivery. */
const CONSUMER = /Delivery(Deliver|Push)Function/;

const DELIVERY_QUEUE = /DeliveryQueue[0-9A-F]{8}$/;

/**
 * A cloud assembly whose functions and containers, its parts, have the code of two versions. As during a deployment, it has the resources of
 * both versions. A resource that both have has the configuration of the current version.
 */
export class MixedAssembly {
  readonly folder = emptyDirectory();
  /** Logical ids of the parts that both versions have. */
  readonly parts: readonly string[];
  private readonly release: Template;
  private readonly current: Template;
  private writes = 0;

  /** @param releaseFolder - assembly of the release. @param currentFolder - assembly of this version */
  constructor(releaseFolder: string, currentFolder: string) {
    this.release = templateIn(releaseFolder);
    this.current = templateIn(currentFolder);
    this.parts = Object.entries(this.current.Resources)
      .filter(([id, { Type }]) => Type in CODE && !OF_CDK.test(id) && this.release.Resources[id]?.Type === Type)
      .map(([id]) => id);
    for (const file of readdirSync(currentFolder).filter((name) =>
      /manifest\.json$|\.metadata\.json$|\.template\.json$/.test(name),
    )) {
      writeFileSync(join(this.folder, file), readFileSync(join(currentFolder, file)));
    }
    const [old, assets] = [assetsIn(releaseFolder), assetsIn(currentFolder)];
    this.write(assets.file, {
      ...assets.content,
      files: { ...old.content.files, ...assets.content.files },
      dockerImages: { ...old.content.dockerImages, ...assets.content.dockerImages },
    });
  }

  /**
   * Writes the template.
   *
   * @param fromRelease - parts with the code of the release
   */
  mix(fromRelease: readonly string[], consumers: Consumers = 'running'): void {
    const { release, current } = this;
    this.writes += 1;
    const entries = Object.entries({ ...release.Resources, ...current.Resources }).map(([id, resource]) => {
      const older = fromRelease.includes(id) ? release.Resources[id] : undefined;
      const code = (CODE[resource.Type] ?? []).map((name) => [name, (older ?? resource).Properties?.[name]]);
      const mixed = withProperties(resource, Object.fromEntries(code));
      return [id, withProperties(mixed, changesOf(id, mixed, consumers))];
    });
    const sections = ['Parameters', 'Conditions', 'Mappings'].map((name) => [
      name,
      { ...(release[name] as object), ...(current[name] as object) },
    ]);
    this.write(fileIn(this.folder, '.template.json'), {
      ...current,
      ...Object.fromEntries(sections),
      Resources: Object.fromEntries(entries),
    });
  }

  private write(file: string, content: object): void {
    writeFileSync(join(this.folder, file), JSON.stringify(content));
  }
}

/** @returns properties that the test changes, so that it takes less time, and can stop the consumers */
function changesOf(id: string, { Type, Properties = {} }: Resource, consumers: Consumers): object {
  if (Type === 'AWS::Lambda::Function' && CONSUMER.test(id) && consumers === 'stopped') {
    return { ReservedConcurrentExecutions: 0 };
  }
  if (Type === 'AWS::SQS::Queue' && DELIVERY_QUEUE.test(id)) {
    // An entry that could not be delivered is received again soon, and any number of times.
    return { VisibilityTimeout: 2, RedrivePolicy: { ...(Properties.RedrivePolicy as object), maxReceiveCount: 1000 } };
  }
  if (Type === 'AWS::ECS::TaskDefinition') {
    const containers = Properties.ContainerDefinitions as readonly object[];
    return { ContainerDefinitions: containers.map((container) => ({ ...container, StopTimeout: 2 })) };
  }
  return {};
}

/** @returns the resource with other properties; undefined removes one */
function withProperties(resource: Resource, properties: object): Resource {
  return { ...resource, Properties: { ...resource.Properties, ...properties } };
}

function templateIn(folder: string): Template {
  return JSON.parse(readFileSync(join(folder, fileIn(folder, '.template.json')), 'utf8'));
}

/** @returns the name of the file with the assets of a stack, and its content with absolute paths */
function assetsIn(folder: string): { file: string; content: Assets } {
  const file = fileIn(folder, '.assets.json');
  const content: Assets = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const absolute = (assets: Assets[keyof Assets] = {}) =>
    Object.fromEntries(
      Object.entries(assets).map(([hash, { source, ...asset }]) => {
        const { path, directory } = source;
        return [
          hash,
          {
            ...asset,
            source: {
              ...source,
              ...(path !== undefined && { path: resolve(folder, path) }),
              ...(directory !== undefined && { directory: resolve(folder, directory) }),
            },
          },
        ];
      }),
    );
  return {
    file,
    content: { ...content, files: absolute(content.files), dockerImages: absolute(content.dockerImages) },
  };
}

function fileIn(folder: string, ending: string): string {
  const [file, ...others] = readdirSync(folder).filter((name) => name.endsWith(ending));
  if (file === undefined || others.length > 0) {
    throw new Error(`${folder} must have one stack, got ${others.length + (file ? 1 : 0)}`);
  }
  return file;
}
