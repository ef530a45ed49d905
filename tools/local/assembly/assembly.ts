import type { Problem } from './assembly-error';
import type { AssemblyOptions } from './assembly-options';
import { readCloudAssembly } from './cloud-assembly';
import { Unresolved } from './intrinsics';
import { Resource } from './resource';
import { identifies, secretOfId } from '../secret-id';
import { fixFor, GivenValues, optionOfSecret, optionOfSsm } from '../given-values';
import { type Secret, type SecretReference, secretReferenceOf, secretsOf, valueOfSecret } from './secrets';
import { type Place, Stack, type Surroundings } from './stack';

const ENTRY_POINTS = ['AWS::ApiGatewayV2::Api', 'AWS::ElasticLoadBalancingV2::LoadBalancer'];

/** All stacks of a cloud assembly, and the problems found while they were read. */
export class Assembly implements Surroundings {
  readonly problems: Problem[] = [];
  readonly given: GivenValues;
  /** Stacks, each followed by those that are nested in it. */
  readonly stacks: readonly Stack[];

  constructor(directory: string, options: AssemblyOptions = {}) {
    this.given = new GivenValues(options.values ?? {});
    const stacks = readCloudAssembly(directory, options).map((artifact) => new Stack(artifact, this));
    this.stacks = stacks;
    this.stacks = stacks.flatMap((stack) => [stack, ...this.nestedIn(stack)]);
  }

  /** The account of the first stack with an entry point; of the first stack if none has an entry point. */
  get accountId(): string {
    const stack = this.declared().find(({ type }) => ENTRY_POINTS.includes(type))?.stack ?? this.stacks[0];
    return stack?.artifact.accountId ?? '000000000000';
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
        logicalId: this.isShared(declaredId) ? `${stack.artifact.label}.${declaredId}` : declaredId,
        type,
        declaredId,
        stack,
      })),
    );
  }

  /** Reports a problem with the assembly as a whole. */
  report(message: string): void {
    this.problems.push({ logicalId: '', path: '', message });
  }

  imported(exportName: string, place: Place): unknown {
    const given = this.given.imported(exportName);
    if (given !== undefined) return given;
    const exporting = (stacks: readonly Stack[]) =>
      stacks.flatMap(({ outputs }) => outputs).find((one) => one.exportName() === exportName);
    const output = exporting(this.stacks.filter(({ artifact }) => isAt(artifact, place)));
    if (output) return output.value();
    const elsewhere = this.stacks.find((stack) => exporting([stack]))?.artifact;
    throw new Unresolved(
      elsewhere
        ? `${elsewhere.label} exports ${exportName} in ${elsewhere.accountId}/${elsewhere.region}, and exports can be imported ` +
            `only there, not in ${place.accountId}/${place.region}`
        : `no stack of the assembly exports ${exportName}. ${fixFor(`import:${exportName}`)}`,
    );
  }

  output(stackName: string, outputName: string, place: Place): unknown {
    const given = this.given.output(stackName, outputName);
    if (given !== undefined) return given;
    const named = this.stacks.filter(({ artifact }) => artifact.name === stackName);
    const stack = named.find(({ artifact }) => isAt(artifact, place)) ?? named[0];
    if (!stack) {
      throw new Unresolved(`the assembly has no stack ${stackName}. ${fixFor(`output:${stackName}:${outputName}`)}`);
    }
    return stack.ownOutput(outputName);
  }

  dynamic(reference: string, place: Place): string {
    const [, service, id = ''] = /^\{\{resolve:([^:]+):(.+)\}\}$/.exec(reference) ?? [];
    switch (service) {
      case 'ssm':
        // The options have one value for all versions.
        return this.ssmParameter(id.replace(/:\d+$/, ''), place);
      case 'secretsmanager':
        return this.secretText(secretReferenceOf(id), place);
      case 'ssm-secure':
        throw new Unresolved(
          `CloudFormation does not resolve ${reference} in this property. Fix: read the parameter when the code runs, or use a secret of Secrets Manager.`,
        );
      default:
        throw new Unresolved(`the dynamic reference ${reference} has a value only in AWS`);
    }
  }

  /** @param otherName - another name that the parameter can have */
  ssmParameter(name: string, place: Place, otherName = name): string {
    const names = [name, otherName];
    const given = this.given.ssmParameters.findLast((parameter) => names.includes(parameter.name));
    if (given) return given.value;
    const parameter = this.ofType('AWS::SSM::Parameter').find(
      ({ identity, artifact }) => names.includes(identity.name) && isAt(artifact, place),
    );
    const value = parameter?.identity.attributes.Value;
    if (value === undefined) {
      throw new Unresolved(
        `the parameter ${otherName} of Systems Manager has a value only in AWS. ${fixFor(optionOfSsm(otherName))}`,
      );
    }
    return value;
  }

  /** Secrets of the templates and of the options. */
  get secrets(): readonly Secret[] {
    return secretsOf(this.ofType('AWS::SecretsManager::Secret'), this.given.secrets);
  }

  /** @returns the value of a secret, or one key of it. Throws {@link Unresolved} if it is not known */
  secretText({ secretId, jsonKey }: SecretReference, place: Place): string {
    const secret = this.secrets.find((one) => identifies(secretId, one, place));
    if (!secret) {
      throw new Unresolved(
        `the secret ${secretId} has a value only in AWS. ${fixFor(optionOfSecret(secretOfId(secretId).name, jsonKey))}`,
      );
    }
    return valueOfSecret(secret, jsonKey);
  }

  private nestedIn(stack: Stack): readonly Stack[] {
    try {
      return stack.nested;
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      // A condition of the stack has no value, which is reported when its resources are read.
      return [];
    }
  }

  private resourcesOf(stack: Stack): [logicalId: string, type: string][] {
    try {
      return stack.resources.map(([logicalId, { Type }]) => [logicalId, Type]);
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      this.problems.push({ logicalId: stack.artifact.label, path: 'Conditions', message: error.message });
      return [];
    }
  }

  /** Singletons of the CDK have the same logical id in each stack. */
  private isShared(logicalId: string): boolean {
    return this.stacks.filter(({ artifact }) => logicalId in (artifact.template.Resources ?? {})).length > 1;
  }
}

function isAt({ region, accountId }: Place, place: Place): boolean {
  return region === place.region && accountId === place.accountId;
}
