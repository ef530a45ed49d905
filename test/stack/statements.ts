import { CfnElement, type Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { actionReason, wildcardReason } from '../../lib/compliance/wildcard';

/** One statement of one role in readable form. */
export interface Statement {
  /** Path of the role. */
  readonly role: string;
  /** True if the statement denies the actions. */
  readonly denies: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** `operator key: values`, or empty. */
  readonly condition: string;
  /** Wildcards in the statement, each with the reason that its construct records, if any. */
  readonly wildcards: readonly { readonly text: string; readonly reason: string | undefined }[];
}

interface PolicyStatement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- a template's properties have any shape
type Properties = any;

/** @returns every statement of the stack's roles: of attached policies, inline policies and AWS managed policies. */
export function statementsOfRoles(stack: Stack, template: Record<string, Properties>): Statement[] {
  const resources = Object.entries<Properties>(template.Resources);
  const roles = resources.filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  const constructs = new Map<string, IConstruct>(
    stack.node
      .findAll()
      .flatMap((child) => (CfnElement.isCfnElement(child) ? [[stack.resolve(child.logicalId), child] as const] : [])),
  );
  const reader = new Reader(constructs);
  return roles.flatMap(([id, { Properties: role }]) => {
    const attached = resources
      .filter(([, { Type, Properties }]) => /^AWS::IAM::(Managed)?Policy$/.test(Type) && names(Properties, id))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    const inline = (role.Policies ?? []).flatMap(({ PolicyDocument }: Properties) => PolicyDocument.Statement);
    return [
      ...(role.ManagedPolicyArns ?? []).map((arn: unknown) => reader.managed(id, arn)),
      ...[...inline, ...attached].map((statement) => reader.statement(id, statement)),
    ];
  });
}

function names({ Roles }: { Roles?: unknown[] }, role: string): boolean {
  return JSON.stringify(Roles ?? []).includes(`{"Ref":"${role}"}`);
}

class Reader {
  constructor(private readonly constructs: ReadonlyMap<string, IConstruct>) {}

  statement(role: string, statement: PolicyStatement): Statement {
    const { Effect, Action, Resource, Condition = {}, ...rest } = statement;
    if (!['Allow', 'Deny'].includes(Effect) || !Action || !Resource || 'NotAction' in rest || 'NotResource' in rest) {
      throw new Error(`a statement that cannot be listed: ${JSON.stringify(statement)}`);
    }
    const actions = [Action].flat();
    const denies = Effect === 'Deny';
    const wide = [Resource].flat().filter((resource) => !denies && /[*?]/.test(this.text(resource)));
    return {
      role: this.path(role),
      denies,
      actions,
      resources: [Resource].flat().map((resource) => this.text(resource)),
      condition: Object.entries(Condition)
        .flatMap(([operator, keys]) =>
          Object.entries(keys).map(
            ([key, values]) =>
              `${operator} ${key}: ${[values]
                .flat()
                .map((value) => this.text(value))
                .join(', ')}`,
          ),
        )
        .join('; '),
      wildcards: [
        ...actions
          .filter((action) => !denies && /[*?]/.test(action))
          .map((text) => ({ text, reason: this.actionReason(role, text) })),
        ...wide.map((resource) => ({ text: this.text(resource), reason: this.reason(role, resource) })),
      ],
    };
  }

  /** An AWS managed policy. Its contents are unknown here, so it counts as a wildcard. */
  managed(role: string, arn: unknown): Statement {
    const text = this.text(arn).replace(/^.*:policy\//, '');
    return {
      role: this.path(role),
      denies: false,
      actions: [],
      resources: [`AWS’s ${text}`],
      condition: '',
      wildcards: [{ text, reason: undefined }],
    };
  }

  private actionReason(role: string, action: string): string | undefined {
    const construct = this.constructs.get(role);
    return construct && actionReason(construct, action);
  }

  private reason(role: string, resource: unknown): string | undefined {
    const construct = this.constructs.get(role);
    return construct && wildcardReason(construct, resource);
  }

  /** A resource as text, in which constructs are paths in angle brackets. If the resource is a single ARN, the brackets are omitted. */
  private text(expression: unknown): string {
    if (typeof expression === 'string') {
      return expression;
    }
    const [name, argument] = Object.entries(expression as Record<string, Properties>)[0] ?? [];
    switch (name) {
      case 'Ref':
        return `<${this.path(argument)}>`;
      case 'Fn::GetAtt':
        return argument[1] === 'Arn' ? this.path(argument[0]) : `${this.path(argument[0])} ${argument[1]}`;
      case 'Fn::Join':
        return argument[1].map((part: unknown) => this.text(part)).join(argument[0]);
      case 'Fn::Sub':
        return argument.replace(/\$\{([^}]+)\}/g, '<$1>');
      default:
        throw new Error(`an expression that cannot be listed: ${JSON.stringify(expression)}`);
    }
  }

  /** @returns the path of a construct without the common parts of all paths, or the name if it is not a construct. */
  private path(logicalId: string): string {
    return (this.constructs.get(logicalId)?.node.path ?? logicalId)
      .replace(/^[^/]+\/(TwinLane\/)?/, '')
      .replace(/\/Resource$/, '');
  }
}
