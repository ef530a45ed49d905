import type { StackArtifact } from './cloud-assembly';
import { type Identity, identityOf } from './identities';
import { evaluate, holds, NO_VALUE, type Scope, Unresolved } from './intrinsics';
import type { ResourceDeclaration } from './template';
import { partitionOf } from '../partition';

/** Values that a stack receives from other stacks. */
export type OtherStacks = Pick<Scope, 'imported' | 'output' | 'dynamic'>;

/** A stack as the scope of its expressions. */
export class Stack implements Scope {
  private readonly identities = new Map<string, Identity>();

  constructor(
    readonly artifact: StackArtifact,
    private readonly otherStacks: OtherStacks,
  ) {}

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
    if (parameter.Default === undefined) throw new Unresolved(`the parameter ${logicalId} has no default`);
    if (parameter.Type.startsWith('AWS::SSM::')) {
      throw new Unresolved(`the parameter ${logicalId} has a value only in AWS Systems Manager`);
    }
    const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type.startsWith('List<');
    return isList ? String(parameter.Default).split(',') : parameter.Default;
  }

  attribute(logicalId: string, attribute: string): unknown {
    const { arn, attributes } = this.identity(logicalId);
    if (attribute === 'Arn') return arn;
    const value = attributes[attribute];
    if (value === undefined) {
      const { Type } = this.declaration(logicalId);
      throw new Unresolved(`${attribute} of ${logicalId} (${Type}) has a value only in AWS`);
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
    return this.otherStacks.imported(exportName);
  }

  output(stackName: string, outputName: string): unknown {
    return this.otherStacks.output(stackName, outputName);
  }

  dynamic(reference: string): string {
    return this.otherStacks.dynamic(reference);
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
