import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../user-error';
import { AssemblyError } from './assembly-error';
import type { AssemblyOptions } from './assembly-options';
import type { FileAsset, ImageAsset } from './assets';
import { legacyAssets, type Metadata } from './legacy-assets';
import { type Selectable, selectedOf } from './stack-selection';
import type { Template } from './template';

/** The file that makes a folder a cloud assembly. */
const MANIFEST = 'manifest.json';

/** One stack of a cloud assembly, as `cdk synth` wrote it. */
export interface StackArtifact {
  readonly name: string;
  /** Name of the stack; its path in the app, `Prod/Data`, if several stacks have the name: each can be in a Region or account of its own. */
  readonly label: string;
  /** Label of the stack; for a nested stack, of the one that contains it: what a run can select. */
  readonly root: string;
  readonly region: string;
  readonly accountId: string;
  readonly template: Template;
  /** File assets by the key of their object in the asset bucket. */
  readonly files: Readonly<Record<string, FileAsset>>;
  /** Image assets by the tag of the image. */
  readonly images: Readonly<Record<string, ImageAsset>>;
  /** Values of template parameters that the CDK passes at a deployment. */
  readonly parameters: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  /** `aws://ACCOUNT/REGION` */
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  /** Path in the app: `Prod/Data`. */
  readonly displayName?: string;
  readonly properties?: {
    readonly file?: string;
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly directoryName?: string;
    readonly parameters?: Readonly<Record<string, string>>;
  };
  /** By path of the construct. */
  readonly metadata?: Metadata;
  /** File with more metadata. */
  readonly additionalMetadataFile?: string;
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
        readonly source: {
          readonly directory?: string;
          readonly dockerFile?: string;
          readonly dockerBuildArgs?: Readonly<Record<string, string>>;
          readonly dockerBuildTarget?: string;
        };
        readonly destinations: Readonly<Record<string, { readonly imageTag: string }>>;
      }
    >
  >;
}

/**
 * Reads the selected stacks of a cloud assembly, including those of its stages.
 *
 * @param directory - the folder that holds `manifest.json`, `cdk.out` by default
 */
export function readCloudAssembly(directory: string, options: AssemblyOptions = {}): StackArtifact[] {
  const stacks = readStacks(directory, options);
  return selectedOf(stacks, options.stacks ?? []).map((stack) => {
    const label = stacks.filter(({ name }) => name === stack.name).length > 1 ? stack.path : stack.name;
    return { ...stack, label, root: label };
  });
}

function readStacks(
  directory: string,
  options: AssemblyOptions,
): (Omit<StackArtifact, 'label' | 'root'> & Selectable)[] {
  const { artifacts = {} } = readJson<Manifest>(directory, MANIFEST);
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    const { type, environment, dependencies = [], properties = {}, metadata = {} } = artifact;
    const { displayName, additionalMetadataFile } = artifact;
    if (type === 'cdk:cloud-assembly' && properties.directoryName) {
      return readStacks(join(directory, properties.directoryName), options);
    }
    if (type !== 'aws:cloudformation:stack' || !properties.templateFile) return [];
    const assetFiles = dependencies.flatMap((dependency) => {
      const manifest = artifacts[dependency];
      return manifest?.type === 'cdk:asset-manifest' && manifest.properties?.file ? [manifest.properties.file] : [];
    });
    const manifests = assetFiles.map((file) => readJson<AssetManifest>(directory, file));
    const place = environmentOf(environment, options);
    const legacy = legacyAssets(
      [metadata, ...(additionalMetadataFile ? [readJson<Metadata>(directory, additionalMetadataFile)] : [])],
      { ...place, directory },
    );
    return [
      {
        name: properties.stackName ?? id,
        ...{ id, path: displayName ?? id, dependencies },
        ...place,
        template: readJson<Template>(directory, properties.templateFile),
        files: {
          ...legacy.files,
          ...Object.fromEntries(manifests.flatMap((manifest) => filesOf(manifest, directory))),
        },
        images: {
          ...legacy.images,
          ...Object.fromEntries(manifests.flatMap((manifest) => imagesOf(manifest, directory))),
        },
        parameters: { ...legacy.parameters, ...properties.parameters },
      },
    ];
  });
}

/** The account and Region of a stack; for an environment-agnostic stack, those of the run. */
function environmentOf(
  environment = '',
  { account = '000000000000', region: ofRun = 'us-east-1' }: AssemblyOptions,
): { accountId: string; region: string } {
  const [, accountId = '', region = ''] = environment.match(/^aws:\/\/([^/]+)\/(.+)$/) ?? [];
  return {
    accountId: /^\d{12}$/.test(accountId) ? accountId : account,
    region: region === '' || region === 'unknown-region' ? ofRun : region,
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
              {
                directory: resolve(directory, source.directory),
                dockerFile: source.dockerFile ?? 'Dockerfile',
                buildArgs: source.dockerBuildArgs ?? {},
                ...(source.dockerBuildTarget !== undefined && { target: source.dockerBuildTarget }),
              },
            ],
          ],
    ),
  );
}

/** @returns the template in an asset; undefined if it is not JSON */
export function readTemplate(path: string): Template | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function readJson<T>(directory: string, file: string): T {
  try {
    return JSON.parse(readFileSync(join(directory, file), 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (file === MANIFEST && (code === 'ENOENT' || code === 'ENOTDIR')) {
      throw new UserError(
        `There is no cloud assembly in "${directory}": it has no ${MANIFEST}. Fix: run cdk synth, and use the folder that it writes, which is cdk.out by default.`,
      );
    }
    const reason = error instanceof SyntaxError ? `is not JSON (${error.message})` : `cannot be read (${code})`;
    throw new AssemblyError(directory, [
      { logicalId: '', path: '', message: `${file} ${reason}. Fix: run cdk synth again` },
    ]);
  }
}
