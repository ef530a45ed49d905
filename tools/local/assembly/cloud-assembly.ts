import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AssemblyError } from './assembly-error';
import type { Template } from './template';

/** One stack of a cloud assembly, as `cdk synth` wrote it. */
export interface StackArtifact {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly template: Template;
  /** File assets by the key of their object in the asset bucket. */
  readonly files: Readonly<Record<string, FileAsset>>;
  /** Image assets by the tag of the image. */
  readonly images: Readonly<Record<string, ImageAsset>>;
}

/** A folder, or a file that is uploaded unchanged. */
interface FileAsset {
  readonly path: string;
  /** `zip`: `path` is a folder, zipped on upload. */
  readonly packaging: 'zip' | 'file';
}

export interface ImageAsset {
  /** Absolute path of the build context. */
  readonly directory: string;
  /** Path of the Dockerfile in it. */
  readonly dockerFile: string;
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  /** `aws://ACCOUNT/REGION` */
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: {
    readonly file?: string;
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly directoryName?: string;
  };
}

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string; readonly packaging?: 'zip' | 'file' };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
  readonly dockerImages?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly directory?: string; readonly dockerFile?: string };
        readonly destinations: Readonly<Record<string, { readonly imageTag: string }>>;
      }
    >
  >;
}

/**
 * Reads the stacks of a cloud assembly, including those of its stages.
 *
 * @param directory - the folder that holds `manifest.json`, `cdk.out` by default
 */
export function readCloudAssembly(directory: string): StackArtifact[] {
  const { artifacts = {} } = readJson<Manifest>(directory, 'manifest.json');
  return Object.entries(artifacts).flatMap(([id, { type, environment, dependencies = [], properties = {} }]) => {
    if (type === 'cdk:cloud-assembly' && properties.directoryName) {
      return readCloudAssembly(join(directory, properties.directoryName));
    }
    if (type !== 'aws:cloudformation:stack' || !properties.templateFile) return [];
    const assetFiles = dependencies.flatMap((dependency) => {
      const artifact = artifacts[dependency];
      return artifact?.type === 'cdk:asset-manifest' && artifact.properties?.file ? [artifact.properties.file] : [];
    });
    const manifests = assetFiles.map((file) => readJson<AssetManifest>(directory, file));
    return [
      {
        name: properties.stackName ?? id,
        ...environmentOf(environment),
        template: readJson<Template>(directory, properties.templateFile),
        files: Object.fromEntries(manifests.flatMap((manifest) => filesOf(manifest, directory))),
        images: Object.fromEntries(manifests.flatMap((manifest) => imagesOf(manifest, directory))),
      },
    ];
  });
}

/** The account and Region of a stack; for an environment-agnostic stack, the defaults of a local run. */
function environmentOf(environment = ''): { accountId: string; region: string } {
  const [, accountId = '', region = ''] = environment.match(/^aws:\/\/([^/]+)\/(.+)$/) ?? [];
  return {
    accountId: /^\d{12}$/.test(accountId) ? accountId : '000000000000',
    region: region === '' || region === 'unknown-region' ? 'us-east-1' : region,
  };
}

function filesOf({ files = {} }: AssetManifest, directory: string): [string, FileAsset][] {
  return Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).flatMap(({ objectKey }): [string, FileAsset][] =>
      source.path === undefined
        ? []
        : [[objectKey, { path: resolve(directory, source.path), packaging: source.packaging ?? 'file' }]],
    ),
  );
}

function imagesOf({ dockerImages = {} }: AssetManifest, directory: string): [string, ImageAsset][] {
  return Object.values(dockerImages).flatMap(({ source, destinations }) =>
    Object.values(destinations).flatMap(({ imageTag }): [string, ImageAsset][] =>
      source.directory === undefined
        ? []
        : [
            [
              imageTag,
              { directory: resolve(directory, source.directory), dockerFile: source.dockerFile ?? 'Dockerfile' },
            ],
          ],
    ),
  );
}

function readJson<T>(directory: string, file: string): T {
  try {
    return JSON.parse(readFileSync(join(directory, file), 'utf8'));
  } catch (error) {
    const reason = error instanceof SyntaxError ? `is not JSON (${error.message})` : 'cannot be read';
    throw new AssemblyError(directory, [
      { logicalId: '', path: '', message: `${file} ${reason}. Fix: run cdk synth again` },
    ]);
  }
}
