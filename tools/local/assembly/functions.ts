import type { FunctionBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { NotEmulated } from './not-emulated';
import type { Resource } from './resource';

/** Reads each `AWS::Lambda::Function` on a Node.js runtime. Numbers that the template omits are Lambda's defaults. */
export function functionsOf(assembly: Assembly, notEmulated: NotEmulated): FunctionBlueprint[] {
  // The runner reads the files of bucket deployments itself.
  const deployments = assembly.ofType('Custom::CDKBucketDeployment');
  const uploads = new Set(deployments.map((deployment) => deployment.property('ServiceToken').text()));
  return assembly.ofType('AWS::Lambda::Function').flatMap((resource) => {
    const runtime = resource.property('PackageType').optionalText() === 'Image' ? 'image' : runtimeOf(resource);
    if (uploads.has(resource.identity.arn)) {
      return [];
    }
    if (!runtime.startsWith('nodejs')) {
      notEmulated.add(`AWS::Lambda::Function (${runtime})`, resource.logicalId, 'Only functions on Node.js run here.');
      return [];
    }
    const reservedConcurrency = resource.property('ReservedConcurrentExecutions').optionalNumber();
    return [
      {
        ...resource.named,
        handler: resource.property('Handler').text(),
        runtime,
        code: codeOf(resource),
        environment: resource.property('Environment').at('Variables').texts(),
        timeoutSeconds: resource.property('Timeout').number(3),
        memoryMiB: resource.property('MemorySize').number(128),
        roleArn: resource.property('Role').text(),
        ...(reservedConcurrency !== undefined && { reservedConcurrency }),
      },
    ];
  });
}

function runtimeOf(resource: Resource): string {
  return resource.property('Runtime').text();
}

function codeOf(resource: Resource): FunctionBlueprint['code'] {
  const code = resource.property('Code');
  const inline = code.at('ZipFile').optionalText();
  if (inline !== undefined) return { inline };

  const key = code.at('S3Key').text();
  const asset = resource.artifact.files[key];
  if (asset?.packaging === 'zip') return { directory: asset.path };
  code.fail(
    asset
      ? `${asset.path} is an archive: give the CDK the folder, so that it can run as it is`
      : `no asset of the assembly is uploaded as ${key}`,
  );
  return { inline: '' };
}

/**
 * Finds functions by any reference to them: name, ARN, ARN of a version or an alias, URI of an integration.
 */
export class FunctionNames {
  private readonly names: ReadonlySet<string>;

  constructor(functions: readonly FunctionBlueprint[]) {
    this.names = new Set(functions.map(({ name }) => name));
  }

  /** @returns the function's name, or undefined if it does not run here */
  find(reference: string): string | undefined {
    const name = reference.match(/:function:([^:/]+)/)?.[1] ?? reference.split(':')[0] ?? '';
    return this.names.has(name) ? name : undefined;
  }
}
