import type { Problem } from './assembly-error';
import { readCloudAssembly } from './cloud-assembly';
import { Unresolved } from './intrinsics';
import { Resource } from './resource';
import { secretReferenceOf, valueOfSecret } from './secrets';
import { type OtherStacks, Stack } from './stack';

const ENTRY_POINTS = ['AWS::ApiGatewayV2::Api', 'AWS::ElasticLoadBalancingV2::LoadBalancer'];

/** All stacks of a cloud assembly, and the problems found while they were read. */
export class Assembly implements OtherStacks {
  readonly problems: Problem[] = [];
  private readonly stacks: readonly Stack[];

  constructor(directory: string) {
    this.stacks = readCloudAssembly(directory).map((artifact) => new Stack(artifact, this));
  }

  /**
   * @returns the Region and account of the first stack with an entry point, because other stacks, such as one for a
   * certificate, can be in another Region; of the first stack if none has an entry point.
   */
  get environment(): { region: string; accountId: string } {
    const stack = this.declared().find(({ type }) => ENTRY_POINTS.includes(type))?.stack ?? this.stacks[0];
    const { region = 'us-east-1', accountId = '000000000000' } = stack?.artifact ?? {};
    return { region, accountId };
  }

  /** The resources of the types, in the order of the templates. */
  ofType(...types: string[]): Resource[] {
    return this.declared()
      .filter(({ type }) => types.includes(type))
      .map(({ stack, declaredId, logicalId, type }) => {
        const { Properties = {} } = stack.artifact.template.Resources?.[declaredId] ?? {};
        return new Resource(logicalId, declaredId, type, stack, Properties, this.problems);
      });
  }

  /** The logical id, unique in the assembly, and the type of every resource. */
  declared(): { logicalId: string; type: string; declaredId: string; stack: Stack }[] {
    return this.stacks.flatMap((stack) =>
      this.resourcesOf(stack).map(([declaredId, type]) => ({
        logicalId: this.isShared(declaredId) ? `${stack.artifact.name}.${declaredId}` : declaredId,
        type,
        declaredId,
        stack,
      })),
    );
  }

  imported(exportName: string): unknown {
    const output = this.stacks.flatMap(({ outputs }) => outputs).find((output) => output.exportName() === exportName);
    if (!output) throw new Unresolved(`no stack of the assembly exports ${exportName}`);
    return output.value();
  }

  output(stackName: string, outputName: string): unknown {
    const stack = this.stacks.find(({ artifact }) => artifact.name === stackName);
    const output = stack?.outputs.find(({ name }) => name === outputName);
    if (!output) throw new Unresolved(`the assembly has no output ${outputName} of a stack ${stackName}`);
    return output.value();
  }

  dynamic(reference: string): string {
    const { secretId, jsonKey } = secretReferenceOf(reference);
    const secret = this.ofType('AWS::SecretsManager::Secret').find(
      ({ identity }) => identity.arn === secretId || identity.name === secretId,
    );
    if (!secret) throw new Unresolved(`the dynamic reference ${reference} has a value only in AWS`);
    return valueOfSecret(secret, jsonKey);
  }

  private resourcesOf(stack: Stack): [logicalId: string, type: string][] {
    try {
      return stack.resources.map(([logicalId, { Type }]) => [logicalId, Type]);
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      this.problems.push({ logicalId: stack.artifact.name, path: 'Conditions', message: error.message });
      return [];
    }
  }

  /** Singletons of the CDK have the same logical id in each stack. */
  private isShared(logicalId: string): boolean {
    return this.stacks.filter(({ artifact }) => logicalId in (artifact.template.Resources ?? {})).length > 1;
  }
}
