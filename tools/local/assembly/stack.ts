import { readTemplate, type StackArtifact } from './cloud-assembly';
import { fixFor, type GivenValues } from '../given-values';
import { type Identity, identityOf } from './identities';
import { evaluate, holds, NO_VALUE, type Scope, Unresolved } from './intrinsics';
import { typedValue, typeInParameterStore } from './parameters';
import type { ResourceDeclaration } from './template';
import { partitionOf } from '../partition';

/** Region and account of the stack that has a reference. */
export type Place = Pick<StackArtifact, 'region' | 'accountId'>;

/** Values that a stack receives from other stacks, from Parameter Store and from Secrets Manager. Each throws {@link Unresolved}. */
export interface Surroundings {
  readonly given: GivenValues;
  imported(exportName: string, place: Place): unknown;
  output(stackName: string, outputName: string, place: Place): unknown;
  dynamic(reference: string, place: Place): string;
  /** The value of a parameter of Systems Manager. */
  ssmParameter(name: string, place: Place): string;
}

/** The stack that contains a nested stack, and its resource there. */
interface Parent {
  readonly stack: Stack;
  readonly logicalId: string;
}

/** A stack as the scope of its expressions. */
export class Stack implements Scope {
  private readonly identities = new Map<string, Identity>();
  private readonly nestedStacks = new Map<string, Stack | undefined>();

  /** @param parent - @default - it is not nested */
  constructor(
    readonly artifact: StackArtifact,
    private readonly surroundings: Surroundings,
    private readonly parent?: Parent,
  ) {}

  get isNested(): boolean {
    return this.parent !== undefined;
  }

  /** Names of the template parameters. */
  get parameterNames(): readonly string[] {
    return Object.keys(this.artifact.template.Parameters ?? {});
  }

  /** The stacks that are nested in it, at any depth. Those without a template in the assembly are left out. */
  get nested(): readonly Stack[] {
    return this.resources
      .filter(([, { Type }]) => Type === NESTED_STACK)
      .flatMap(([logicalId]) => this.nestedStack(logicalId) ?? [])
      .flatMap((stack) => [stack, ...stack.nested]);
  }

  /** @returns the stack of a resource `AWS::CloudFormation::Stack`; undefined if its template is not in the assembly as JSON */
  nestedStack(logicalId: string): Stack | undefined {
    if (!this.nestedStacks.has(logicalId)) this.nestedStacks.set(logicalId, this.readNestedStack(logicalId));
    return this.nestedStacks.get(logicalId);
  }

  /** The resources whose conditions hold, by logical id. */
  get resources(): readonly (readonly [string, ResourceDeclaration])[] {
    return Object.entries(this.artifact.template.Resources ?? {}).filter(([, { Condition }]) => this.exists(Condition));
  }

  /** @returns the names of the resource. Throws {@link Unresolved} if its own name is not known */
  identity(logicalId: string): Identity {
    const known = this.identities.get(logicalId);
    if (known) return known;
    const { Type: type, Properties = {} } = this.declaration(logicalId);
    const { name: stackName, region, accountId } = this.artifact;
    const text = (property: string): string | undefined => {
      const value = evaluate(Properties[property], this);
      return value === undefined || value === NO_VALUE ? undefined : String(value);
    };
    const identity = identityOf({ type, logicalId, stackName, region, accountId, text });
    this.identities.set(logicalId, identity);
    return identity;
  }

  reference(logicalId: string): unknown {
    const pseudo = this.pseudoParameters[logicalId];
    if (pseudo !== undefined) return pseudo;
    const parameter = this.artifact.template.Parameters?.[logicalId];
    if (!parameter) return this.identity(logicalId).ref;
    const text = this.parameterText(logicalId);
    if (text === undefined) throw new Unresolved(this.missing(logicalId));
    const inParameterStore = typeInParameterStore(parameter);
    return inParameterStore === undefined
      ? typedValue(parameter.Type, text)
      : typedValue(inParameterStore, this.surroundings.ssmParameter(text, this.artifact));
  }

  /**
   * @returns the value of a template parameter as a text: of the options, of the parent, of the CDK, or the default; undefined without
   *   any. Throws {@link Unresolved} if the parent's value is not known
   */
  parameterText(name: string): string | undefined {
    const value = this.passed(name) ?? this.artifact.template.Parameters?.[name]?.Default;
    return value === undefined ? undefined : [value].flat().join(',');
  }

  attribute(logicalId: string, attribute: string): unknown {
    const { Type } = this.declaration(logicalId);
    const name = `${logicalId}.${attribute}`;
    const given = this.surroundings.given.ofTemplate(this.artifact.name, name);
    if (given !== undefined) return given;
    const [, outputName] = /^Outputs\.(.+)$/.exec(attribute) ?? [];
    const nested = outputName !== undefined && this.nestedStack(logicalId);
    if (nested) return nested.ownOutput(outputName);
    const { arn, attributes } = this.identity(logicalId);
    if (attribute === 'Arn') return arn;
    const value = attributes[attribute];
    if (value === undefined) {
      throw new Unresolved(`${attribute} of ${logicalId} (${Type}) has a value only in AWS. ${fixFor(name)}`);
    }
    return value;
  }

  condition(name: string): boolean {
    const condition = this.artifact.template.Conditions?.[name];
    if (condition === undefined) throw new Unresolved(`there is no condition ${name}`);
    return holds(condition, this);
  }

  mapped(map: string, topLevelKey: string, secondLevelKey: string): unknown {
    const value = this.artifact.template.Mappings?.[map]?.[topLevelKey]?.[secondLevelKey];
    if (value === undefined) throw new Unresolved(`the mapping ${map} has no ${topLevelKey}.${secondLevelKey}`);
    return value;
  }

  imported(exportName: string): unknown {
    return this.surroundings.imported(exportName, this.artifact);
  }

  output(stackName: string, outputName: string): unknown {
    return this.surroundings.output(stackName, outputName, this.artifact);
  }

  dynamic(reference: string): string {
    return this.surroundings.dynamic(reference, this.artifact);
  }

  /** The stack's own outputs: name, value and name of the export, evaluated when they are read. */
  get outputs(): readonly { name: string; value: () => unknown; exportName: () => unknown }[] {
    return Object.entries(this.artifact.template.Outputs ?? {})
      .filter(([, { Condition }]) => this.exists(Condition))
      .map(([name, { Value, Export }]) => ({
        name,
        value: () => evaluate(Value, this),
        exportName: () => Export && evaluate(Export.Name, this),
      }));
  }

  /** The value of an output of this stack. */
  ownOutput(name: string): unknown {
    const output = this.outputs.find((one) => one.name === name);
    if (!output) throw new Unresolved(`the stack ${this.artifact.name} has no output ${name}`);
    return output.value();
  }

  /** The value that the options, the parent or the CDK pass for a parameter. */
  private passed(name: string): unknown {
    if (!this.parent) {
      return this.surroundings.given.ofTemplate(this.artifact.name, name) ?? this.artifact.parameters[name];
    }
    const { stack, logicalId } = this.parent;
    const { Properties = {} } = stack.declaration(logicalId);
    const parameters = evaluate(ownObject(Properties.Parameters)[name], stack);
    return parameters === NO_VALUE ? undefined : parameters;
  }

  private missing(parameter: string): string {
    return this.parent
      ? `the parameter ${parameter} has no value: ${this.parent.logicalId} does not pass it`
      : `the parameter ${parameter} has no value. ${fixFor(parameter)}`;
  }

  private readNestedStack(logicalId: string): Stack | undefined {
    const { Type, Properties = {} } = this.declaration(logicalId);
    if (Type !== NESTED_STACK) return undefined;
    // The CDK gives the template of a nested stack as an asset of the stack that contains it.
    const url = String(evaluate(Properties.TemplateURL, this));
    const [, asset] = Object.entries(this.artifact.files).find(([key]) => url.endsWith(`/${key}`)) ?? [];
    const template = asset && readTemplate(asset.path);
    if (!template) return undefined;
    const { name } = this.identity(logicalId);
    return new Stack({ ...this.artifact, name, label: name, template }, this.surroundings, { stack: this, logicalId });
  }

  private declaration(logicalId: string): ResourceDeclaration {
    const declaration = this.artifact.template.Resources?.[logicalId];
    if (!declaration || !this.exists(declaration.Condition)) {
      throw new Unresolved(`there is no resource or parameter ${logicalId}`);
    }
    return declaration;
  }

  private exists(condition: string | undefined): boolean {
    return condition === undefined || this.condition(condition);
  }

  private get pseudoParameters(): Readonly<Record<string, unknown>> {
    const { name, region, accountId } = this.artifact;
    const partition = partitionOf(region);
    return {
      'AWS::AccountId': accountId,
      'AWS::NoValue': NO_VALUE,
      'AWS::NotificationARNs': [],
      'AWS::Partition': partition.name,
      'AWS::Region': region,
      'AWS::StackId': `arn:${partition.name}:cloudformation:${region}:${accountId}:stack/${name}/local`,
      'AWS::StackName': name,
      'AWS::URLSuffix': partition.domain,
    };
  }
}

const NESTED_STACK = 'AWS::CloudFormation::Stack';

function ownObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
