import { existsSync, statSync } from 'node:fs';
import type { Blueprint, FunctionBlueprint } from '../blueprint';
import { partitionOf } from '../partition';
import { unpackedArchive } from './archive';
import type { Assembly } from './assembly';
import type { FileAsset } from './assets';
import { Layers } from './layers';
import type { NotEmulated } from './not-emulated';
import type { Property } from './property';
import type { FindPython, Python } from './python';
import type { Resource } from './resource';
import { addMissingSdk } from './runtime-sdk';

export interface FunctionsOptions {
  /** Folders from which functions find the SDK of the managed runtime. */
  readonly sdkFolders: readonly string[];
  readonly findPython: FindPython;
  /** ARNs of functions that only custom resources invoke. */
  readonly ofCustomResources: ReadonlySet<string>;
}

/** The functions of an assembly, and those that cannot run here, with the reason. */
type Functions = Pick<Blueprint, 'functions' | 'functionsThatDoNotRun'>;

/** Reads each `AWS::Lambda::Function`. Numbers that the template omits are Lambda's defaults. */
export function functionsOf(assembly: Assembly, options: FunctionsOptions, notEmulated: NotEmulated): Functions {
  // The runner reads the files of bucket deployments itself.
  const deployments = assembly.ofType('Custom::CDKBucketDeployment');
  const uploads = new Set(deployments.map((deployment) => deployment.property('ServiceToken').text()));
  const layers = new Layers(assembly, notEmulated);
  const pythons = new Map<string, Python | undefined>();
  const functions: FunctionBlueprint[] = [];
  const functionsThatDoNotRun: Record<string, string> = {};
  for (const resource of assembly.ofType('AWS::Lambda::Function')) {
    const { arn } = resource.identity;
    if (uploads.has(arn)) continue;
    const runtime = runtimeOf(resource);
    const [, version] = /^python(3\.\d+)$/.exec(runtime) ?? [];
    if (version && !pythons.has(version) && !options.ofCustomResources.has(arn)) {
      pythons.set(version, options.findPython(version));
    }
    const python = version ? pythons.get(version) : undefined;
    const obstacle = obstacleOf(resource, runtime, python);
    if (obstacle) {
      functionsThatDoNotRun[arn] = `${resource.logicalId} is ${obstacle}`;
      if (!options.ofCustomResources.has(arn)) {
        const type = `AWS::Lambda::Function (${resource.logicalId})`;
        notEmulated.add(type, resource.logicalId, `${resource.logicalId} is ${obstacle} Its invocations fail.`);
      }
      continue;
    }
    const layersFolder = layers.folderOf(resource);
    functions.push({
      ...blueprintOf(resource, runtime, options),
      ...(layersFolder && { layersFolder }),
      ...(python && { interpreter: python.path }),
    });
  }
  addMissingSdk(
    functions.filter(({ arn }) => !options.ofCustomResources.has(arn)),
    (path) => [...pythons.values()].some((python) => python?.path === path && python.hasSdk),
    notEmulated,
  );
  return { functions, functionsThatDoNotRun };
}

function blueprintOf(resource: Resource, runtime: string, { sdkFolders }: FunctionsOptions): FunctionBlueprint {
  const deadLetterArn = resource.property('DeadLetterConfig').at('TargetArn').optionalText();
  const reservedConcurrency = resource.property('ReservedConcurrentExecutions').optionalNumber();
  return {
    ...resource.regional,
    handler: resource.property('Handler').text(),
    runtime,
    code: codeOf(resource),
    environment: resource.property('Environment').at('Variables').texts(),
    timeoutSeconds: resource.property('Timeout').number(3),
    memoryMiB: resource.property('MemorySize').number(128),
    roleArn: resource.property('Role').text(),
    sdkFolders,
    ...(deadLetterArn !== undefined && { deadLetterArn }),
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
  };
}

function runtimeOf(resource: Resource): string {
  const isImage = resource.property('PackageType').optionalText() === 'Image';
  return isImage ? 'a container image' : resource.property('Runtime').text();
}

/** @returns the reason why a function cannot run here; undefined if it can */
function obstacleOf(resource: Resource, runtime: string, python: Python | undefined): string | undefined {
  if (runtime.startsWith('nodejs') || python) {
    const code = resource.property('Code');
    const key = code.at('ZipFile').exists ? undefined : code.at('S3Key').text();
    return key === undefined || assetOf(resource, key)
      ? undefined
      : `${runtime}, and no asset of the assembly is uploaded as its code, ${key}.`;
  }
  return runtime.startsWith('python3')
    ? `${runtime}, and no Python ${runtime.slice(6)} is installed on this machine. Fix: install it, and start again.`
    : `${runtime}: only Node.js and Python functions run here.`;
}

function codeOf(resource: Resource): FunctionBlueprint['code'] {
  const code = resource.property('Code');
  const inline = code.at('ZipFile').optionalText();
  if (inline !== undefined) return { inline };

  const asset = assetOf(resource, code.at('S3Key').text());
  const directory = asset && folderOf(asset, code);
  return directory === undefined ? { inline: '' } : { directory };
}

function assetOf({ artifact }: Resource, key: string): FileAsset | undefined {
  return artifact.files[key];
}

/** @returns the folder of an asset. An archive is unpacked. If that fails, or the asset does not exist, the problem is reported */
function folderOf({ path }: FileAsset, property: Property): string | undefined {
  if (!existsSync(path)) {
    property.fail(`its asset ${path} does not exist. Fix: run cdk synth again`);
    return undefined;
  }
  try {
    return statSync(path).isFile() ? unpackedArchive(path) : path;
  } catch (error) {
    property.fail((error as Error).message);
    return undefined;
  }
}

/**
 * Finds functions by any reference to them: name, ARN, partial ARN, either with a version or an alias, URI of an integration.
 */
export class FunctionArns {
  private readonly arns: ReadonlySet<string>;

  constructor(private readonly functions: Functions) {
    this.arns = new Set([
      ...functions.functions.map(({ arn }) => arn),
      ...Object.keys(functions.functionsThatDoNotRun),
    ]);
  }

  /**
   * @param resource - the resource that has the reference: a name means a function of its account and Region, a partial ARN one of its
   *   Region
   * @returns the function's ARN without version and alias, or undefined if the assembly does not have it
   */
  find(reference: string, resource: Resource): string | undefined {
    const arn = arnOf(reference, resource.regional);
    return this.arns.has(arn) ? arn : undefined;
  }

  /** @returns true if the function can run here. The invocations of others fail with the reason */
  runs(arn: string): boolean {
    return !(arn in this.functions.functionsThatDoNotRun);
  }
}

function arnOf(reference: string, { region, accountId }: Resource['regional']): string {
  const [full] = /arn:[^:/]+:lambda:[^:/]+:\d{12}:function:[^:/]+/.exec(reference) ?? [];
  if (full) return full;
  const [, account = accountId, name = ''] = /^(?:(\d{12}):)?(?:function:)?([^:/]+)/.exec(reference) ?? [];
  return `arn:${partitionOf(region).name}:lambda:${region}:${account}:function:${name}`;
}
