import { extname, resolve } from 'node:path';
import { partitionOf } from '../partition';
import type { ImageAsset } from './assets';

/** Metadata of a stack, by path of the construct. */
export type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

/** Asset of the legacy synthesizer, which CDK v1 uses by default: the CLI passes its place in template parameters. */
interface LegacyAsset {
  readonly packaging: 'zip' | 'file' | 'container-image';
  /** Folder or file in the assembly. */
  readonly path: string;
  readonly sourceHash: string;
  readonly s3BucketParameter?: string;
  readonly s3KeyParameter?: string;
  readonly artifactHashParameter?: string;
  /** Parameter with the image's URI. @default - the template has repository and tag */
  readonly imageNameParameter?: string;
  /** @default - the hash */
  readonly imageTag?: string;
  /** @default 'aws-cdk/assets' */
  readonly repositoryName?: string;
  /** Dockerfile in the folder. @default 'Dockerfile' */
  readonly file?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Stage to build. @default - the last one */
  readonly target?: string;
}

interface Place {
  readonly region: string;
  readonly accountId: string;
  /** Folder of the assembly. */
  readonly directory: string;
}

interface LegacyAssets {
  /** By the key of their object in the bucket. `zip`: the path is a folder. */
  readonly files: Readonly<Record<string, { readonly path: string; readonly packaging: 'zip' | 'file' }>>;
  /** By tag. */
  readonly images: Readonly<Record<string, ImageAsset>>;
  /** Values of template parameters. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Reads the assets in the metadata of a stack: their files and images, and the values of their parameters. */
export function legacyAssets(metadata: readonly Metadata[], place: Place): LegacyAssets {
  const assets = metadata
    .flatMap((one) => Object.values(one).flat())
    .filter(({ type }) => type === 'aws:cdk:asset')
    .map(({ data }) => data as LegacyAsset);
  const images = assets.filter(({ packaging }) => packaging === 'container-image');
  const files = assets.filter(({ packaging }) => packaging !== 'container-image');
  return {
    files: Object.fromEntries(
      files.map((asset) => [
        keyOf(asset).join(''),
        { path: resolve(place.directory, asset.path), packaging: asset.packaging === 'zip' ? 'zip' : 'file' },
      ]),
    ),
    images: Object.fromEntries(
      images.map((asset) => [
        tagOf(asset),
        {
          directory: resolve(place.directory, asset.path),
          dockerFile: asset.file ?? 'Dockerfile',
          buildArgs: asset.buildArgs ?? {},
          ...(asset.target !== undefined && { target: asset.target }),
        },
      ]),
    ),
    parameters: Object.fromEntries([...files.flatMap(ofFile), ...images.flatMap((asset) => ofImage(asset, place))]),
  };
}

/** Prefix and name of the object. The template splits the value of the parameter at `||`. */
function keyOf({ sourceHash, path, packaging }: LegacyAsset): [prefix: string, name: string] {
  return ['assets/', `${sourceHash}${packaging === 'zip' ? '.zip' : extname(path)}`];
}

function ofFile(asset: LegacyAsset): [string, string][] {
  return named([
    [asset.s3BucketParameter, 'cdk-assets'],
    [asset.s3KeyParameter, keyOf(asset).join('||')],
    [asset.artifactHashParameter, asset.sourceHash],
  ]);
}

function tagOf({ imageTag, sourceHash }: LegacyAsset): string {
  return imageTag ?? sourceHash;
}

function ofImage(asset: LegacyAsset, { region, accountId }: Place): [string, string][] {
  const registry = `${accountId}.dkr.ecr.${region}.${partitionOf(region).domain}`;
  const repository = `${registry}/${asset.repositoryName ?? 'aws-cdk/assets'}`;
  // Templates split it at this text, or use it unchanged.
  return named([[asset.imageNameParameter, `${repository}@sha256:${tagOf(asset)}`]]);
}

function named(values: readonly [string | undefined, string][]): [string, string][] {
  return values.filter((entry): entry is [string, string] => entry[0] !== undefined);
}
