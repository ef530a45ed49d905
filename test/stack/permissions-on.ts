import type { Resources } from './lanes-of';

interface PolicyStatement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly Resource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/**
 * Permissions of the roles of a lane on a resource, and those that the resource's own policy grants to anyone: `action`, or
 * `action on prefixes of keys`. A statement with a wildcard in its resource counts if its action is of the service.
 *
 * @param service - prefix of the actions of the resource: `sqs`
 */
export function permissionsOn(id: string, service: string, resources: Resources, lane: ReadonlySet<string>): string[] {
  const permissions = Object.entries(resources)
    .filter(([policy, { Type }]) => (isOfRole(Type) && lane.has(policy)) || isOfResource(Type))
    .flatMap(([, { Properties }]) => statementsIn(Properties))
    .filter(({ Effect, Resource }) => Effect === 'Allow' && [Resource].flat().some((each) => covers(each, id)))
    .flatMap(({ Action = '*', Condition }) => {
      const keys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
      return [Action]
        .flat()
        .filter((action) => action === '*' || action.startsWith(`${service}:`))
        .map((action) => (keys === undefined ? action : `${action} on ${[keys].flat().join(', ')}`));
    });
  return [...new Set(permissions)].sort();
}

const isOfRole = (type: string): boolean => /^AWS::IAM::(Role|Policy|ManagedPolicy)$/.test(type);
const isOfResource = (type: string): boolean => type === 'AWS::SQS::QueuePolicy';

/** @returns the statements of an attached policy, of a role's inline policies, or of a resource's policy */
function statementsIn(properties: Resources[string]['Properties']): PolicyStatement[] {
  return [properties, ...(properties.Policies ?? [])].flatMap(({ PolicyDocument }) => PolicyDocument?.Statement ?? []);
}

/** True if a statement about `resource` is about the resource with this id, or can be, because it contains a wildcard. */
function covers(resource: unknown, id: string): boolean {
  const text = JSON.stringify(resource ?? '*');
  return text.includes(`"${id}"`) || text.includes('*');
}
