import type { RoleBlueprint } from '../blueprint';
import { isKnown } from '../identity/managed-policies';
import type { Assembly } from './assembly';
import type { NotEmulated } from './not-emulated';
import type { Property } from './property';
import type { Resource } from './resource';

type Policy = RoleBlueprint['policies'][number];

/**
 * Reads each `AWS::IAM::Role` with its policies: inline, by `AWS::IAM::Policy` or `RolePolicy`, by
 * `AWS::IAM::ManagedPolicy`. Adds the used roles that the assembly does not create, with the policies that it attaches.
 *
 * @param used - ARNs of the roles of functions and tasks
 */
export function rolesOf(assembly: Assembly, used: readonly string[], notEmulated: NotEmulated): RoleBlueprint[] {
  const attached = attachedPolicies(assembly);
  const managed = customerManagedPolicies(assembly);
  const roles = assembly.ofType('AWS::IAM::Role').map((resource) => {
    const managedArns = resource
      .property('ManagedPolicyArns')
      .items()
      .map((arn) => arn.text());
    for (const arn of managedArns.filter((arn) => !managed.has(arn) && !isKnown(arn))) {
      notEmulated.add(
        arn,
        resource.logicalId,
        'Its statements are not known here. Calls that only this policy allows are denied.',
      );
    }
    if (resource.property('PermissionsBoundary').exists) {
      notEmulated.add('Permissions boundaries', resource.logicalId, 'They are not evaluated: they deny nothing here.');
    }
    return {
      ...resource.named,
      policies: [
        ...resource.property('Policies').items().map(policyOf),
        ...(attached.get(keyOf(resource.regional.accountId, resource.identity.name)) ?? []),
        ...managedArns.flatMap((arn) => managed.get(arn) ?? []),
      ],
      managedPolicyArns: managedArns.filter((arn) => !managed.has(arn)),
      trustPolicy: documentOf(resource.property('AssumeRolePolicyDocument')),
    };
  });

  const made = new Set(roles.map(({ arn }) => arn));
  const imported = [...new Set(used)].filter((arn) => !made.has(arn) && arn !== '');
  return [
    ...roles,
    ...imported.map((arn) => {
      const name = arn.split('/').at(-1) ?? '';
      notEmulated.add(
        arn,
        name,
        'The assembly does not create this role: only the policies that it attaches to the role apply.',
      );
      return {
        logicalId: name,
        name,
        arn,
        policies: attached.get(keyOf(arn.split(':')[4] ?? '', name)) ?? [],
        managedPolicyArns: [],
      };
    }),
  ];
}

/** Policies that list the roles they are attached to, by {@link keyOf} of the role. */
function attachedPolicies(assembly: Assembly): Map<string, Policy[]> {
  const attached = new Map<string, Policy[]>();
  const attach = ({ regional }: Resource, role: string, policy: Policy): void => {
    const key = keyOf(regional.accountId, role);
    attached.set(key, [...(attached.get(key) ?? []), policy]);
  };
  for (const resource of assembly.ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')) {
    const name = resource.property('PolicyName').optionalText() ?? resource.identity.name;
    const policy = { name, document: documentOf(resource.property('PolicyDocument')) };
    for (const role of resource.property('Roles').items()) attach(resource, role.text(), policy);
  }
  for (const resource of assembly.ofType('AWS::IAM::RolePolicy')) {
    const name = resource.property('PolicyName').text();
    attach(resource, resource.property('RoleName').text(), {
      name,
      document: documentOf(resource.property('PolicyDocument')),
    });
  }
  return attached;
}

/** Roles of one name can be in several accounts. */
function keyOf(accountId: string, role: string): string {
  return `${accountId}/${role}`;
}

/** Customer managed policies by ARN. */
function customerManagedPolicies(assembly: Assembly): Map<string, Policy> {
  return new Map(
    assembly
      .ofType('AWS::IAM::ManagedPolicy')
      .map((resource) => [
        resource.identity.arn,
        { name: resource.identity.name, document: documentOf(resource.property('PolicyDocument')) },
      ]),
  );
}

function policyOf(policy: Property): Policy {
  return { name: policy.at('PolicyName').text(), document: documentOf(policy.at('PolicyDocument')) };
}

/**
 * The policy document. A reference in it that cannot be resolved is to a resource that does not run here: the statement
 * then applies to an ARN that does not exist.
 */
function documentOf(document: Property): object {
  return document.or('arn:aws:not-emulated:::unknown').value() as object;
}
