import { cpSync, existsSync, readdirSync, statSync } from 'node:fs';
import type { Assembly } from './assembly';
import { unpackedArchive } from './archive';
import { keptFolder } from './kept-folder';
import type { NotEmulated } from './not-emulated';
import type { Property } from './property';
import type { Resource } from './resource';

/** Folders of a layer that functions here find. */
const FOUND = ['nodejs', 'python', 'bin'];

interface Content {
  readonly folder: string;
  /** Key of the asset, which contains a hash of its content. */
  readonly key: string;
}

/** Reads the layers of functions: `AWS::Lambda::LayerVersion`. */
export class Layers {
  private readonly versions: ReadonlyMap<string, Resource>;

  constructor(
    assembly: Assembly,
    private readonly notEmulated: NotEmulated,
  ) {
    const versions = assembly.ofType('AWS::Lambda::LayerVersion');
    this.versions = new Map(versions.map((version) => [version.identity.ref, version]));
  }

  /** @returns the folder with the merged content of the function's layers; undefined if it has none in the assembly */
  folderOf(fn: Resource): string | undefined {
    const contents = fn
      .property('Layers')
      .items()
      .flatMap((layer) => this.contentOf(layer, fn) ?? []);
    const [first, ...others] = contents;
    return others.length === 0 ? first?.folder : merged(contents);
  }

  private contentOf(layer: Property, fn: Resource): Content | undefined {
    const arn = layer.text();
    const version = this.versions.get(arn);
    if (!version) {
      const name = arn.split(':')[6] ?? arn;
      const meaning = 'It is not in the assembly, so its modules and extensions are missing here.';
      this.notEmulated.add(`Lambda layer ${name}`, fn.logicalId, meaning);
      return undefined;
    }
    const content = version.property('Content');
    const key = content.at('S3Key').text();
    const asset = version.artifact.files[key];
    if (!asset || !existsSync(asset.path)) {
      content.fail(`no asset of the assembly is uploaded as ${key}`);
      return undefined;
    }
    try {
      const folder = statSync(asset.path).isFile() ? unpackedArchive(asset.path) : asset.path;
      this.addOtherFiles(version, folder);
      return { folder, key };
    } catch (error) {
      content.fail((error as Error).message);
      return undefined;
    }
  }

  private addOtherFiles({ logicalId }: Resource, folder: string): void {
    const others = readdirSync(folder).filter((name) => !FOUND.includes(name) && !name.startsWith('.'));
    if (others.length === 0) return;
    const meaning = `The folder /opt does not exist here: code that reads ${others.map((name) => `/opt/${name}`).join(', ')} does not find it, and extensions do not run.`;
    this.notEmulated.add(`AWS::Lambda::LayerVersion (${logicalId})`, logicalId, meaning);
  }
}

/** Copies the layers into one folder. Files of later layers replace those of earlier ones, as on Lambda. */
function merged(contents: readonly Content[]): string {
  return keptFolder(JSON.stringify(contents), (folder) => {
    for (const layer of contents) cpSync(layer.folder, folder, { recursive: true, verbatimSymlinks: true });
  });
}
