import { type ResourceDifference, ResourceImpact, fullDiff } from '@aws-cdk/cloudformation-diff';
import { identitiesIn, identitiesOf } from './identities';
import type { CfnResource, CfnTemplate } from './template';

/** Types that store data or an identity of users: a new resource is empty. */
const STATEFUL = [
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::DynamoDB::Table',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  // Its subscriptions are lost.
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
];

/** Effects of an update on the resources of a stack. */
export interface Update {
  /** Types of resources that CloudFormation replaces, or possibly replaces. */
  readonly replaces: readonly string[];
  /** Types of resources that it deletes. */
  readonly deletes: readonly string[];
  /** Types of resources that leave the stack and are kept. */
  readonly keeps: readonly string[];
  /** Parts that lose data, or make the update fail. */
  readonly hazards: readonly Hazard[];
}

/** A part of an update that loses data or fails. */
export interface Hazard {
  /** `deletes UserPool` */
  readonly what: string;
  /** Logical id of the resource, and the identity that AWS refuses. */
  readonly where: string;
}

/** @returns what CloudFormation does when it updates a stack from one template to another, by its replacement rules */
export function updateOf(before: CfnTemplate, after: CfnTemplate): Update {
  const changes = Object.entries(fullDiff(before, after).resources.changes);
  const replaced = changes.filter(([, { changeImpact }]) => isReplacement(changeImpact));
  const removed = changes.filter(([, { isRemoval }]) => isRemoval);
  const kept = ([id]: readonly [string, ResourceDifference]) =>
    before.Resources[id]?.DeletionPolicy?.startsWith('Retain') === true;
  return {
    replaces: typesOf(replaced),
    deletes: typesOf(removed.filter((change) => !kept(change))),
    keeps: typesOf(removed.filter(kept)),
    hazards: [
      ...lossesIn(before, replaced, removed),
      ...collisionsIn(
        before,
        after,
        replaced.map(([id]) => id),
      ),
      ...changedExports(before, after),
      ...restartedStreams(before, after),
      ...movedLoadBalancers(before, after),
      ...sharedTargetGroups(
        before,
        after,
        replaced.map(([id]) => id),
      ),
      ...changedVpcOrigins(
        before,
        after,
        replaced.map(([id]) => id),
      ),
    ],
  };
}

/** @returns the reasons why a stack whose first deployment fails cannot be rolled back, or not be deployed again */
export function retryHazardsOf({ Resources }: CfnTemplate): Hazard[] {
  return Object.entries(Resources).flatMap(([id, resource]) => {
    const type = shortType(resource.Type);
    const kept = resource.DeletionPolicy === 'Retain';
    const fixed = identitiesOf(resource).filter(
      (identity) => !Object.keys(Resources).some((other) => refersTo(identity, other)),
    );
    return [
      ...(kept
        ? fixed.map((identity) => ({ what: `keeps ${type} with a fixed name`, where: `${id}: ${identity}` }))
        : []),
      ...(!kept && isProtected(resource) ? [{ what: `cannot delete the protected ${type}`, where: id }] : []),
      ...(!kept && isFilledByAws(id, resource, Resources)
        ? [{ what: `cannot delete the filled ${type}`, where: id }]
        : []),
    ];
  });
}

function isReplacement(impact: ResourceImpact): boolean {
  return impact === ResourceImpact.WILL_REPLACE || impact === ResourceImpact.MAY_REPLACE;
}

function typesOf(changes: readonly (readonly [string, ResourceDifference])[]): string[] {
  const types = changes.map(([, { oldResourceType = '' }]) => shortType(oldResourceType));
  return [...new Set(types)].sort();
}

/** @returns `Table` for `AWS::DynamoDB::Table` */
function shortType(type: string): string {
  return type.replace(/^.*::/, '');
}

/** Stateful resources that are replaced, or deleted with their data. */
function* lossesIn(
  before: CfnTemplate,
  replaced: readonly [string, ResourceDifference][],
  removed: readonly [string, ResourceDifference][],
): Iterable<Hazard> {
  for (const [id, { oldResourceType = '' }] of replaced) {
    if (STATEFUL.includes(oldResourceType)) {
      yield { what: `replaces ${shortType(oldResourceType)}`, where: id };
    }
  }
  for (const [id, { oldResourceType = '' }] of removed) {
    const { DeletionPolicy = 'Delete' } = before.Resources[id] ?? {};
    if (STATEFUL.includes(oldResourceType) && DeletionPolicy === 'Delete') {
      yield { what: `deletes ${shortType(oldResourceType)}`, where: id };
    }
  }
}

/**
 * CloudFormation creates before it deletes, so an identity must not move to another logical id, and a resource that is
 * replaced must not keep its identity. An identity that refers to a replaced resource is a new one.
 */
function* collisionsIn(before: CfnTemplate, after: CfnTemplate, replaced: readonly string[]): Iterable<Hazard> {
  const old = identitiesIn(before);
  for (const [identity, id] of identitiesIn(after)) {
    const holder = old.get(identity);
    const renewed = replaced.some((other) => other !== id && refersTo(identity, other));
    if (holder !== undefined && !renewed && (holder !== id || replaced.includes(id))) {
      const type = shortType(after.Resources[id]?.Type ?? '');
      yield holder === id
        ? { what: `replaces ${type} by one of the same name`, where: `${id}: ${identity}` }
        : { what: `moves the name of ${type}`, where: `${holder} -> ${id}: ${identity}` };
    }
  }
}

/** Exports that another stack can use: CloudFormation refuses to change or remove one that is in use. */
function* changedExports(before: CfnTemplate, after: CfnTemplate): Iterable<Hazard> {
  const exportsOf = ({ Outputs = {} }: CfnTemplate) =>
    new Map(
      Object.values(Outputs)
        .filter(({ Export }) => Export)
        .map(({ Export, Value }) => [JSON.stringify(Export?.Name), JSON.stringify(Value)]),
    );
  const now = exportsOf(after);
  for (const [name, value] of exportsOf(before)) {
    if (now.get(name) !== value) {
      yield { what: 'changes an export', where: name };
    }
  }
}

/** Mappings of a stream that are created anew: each begins at the start of the stream, and processes its records again. */
function* restartedStreams(before: CfnTemplate, after: CfnTemplate): Iterable<Hazard> {
  const streamsOf = ({ Resources }: CfnTemplate) =>
    Object.entries(Resources).filter(([, { Type, Properties }]) => isMapping(Type) && Properties?.StartingPosition);
  const read = new Map(
    streamsOf(before).map(([id, { Properties }]) => [JSON.stringify(Properties?.EventSourceArn), id]),
  );
  for (const [id, { Properties }] of streamsOf(after)) {
    const reader = read.get(JSON.stringify(Properties?.EventSourceArn));
    if (reader !== undefined && reader !== id) {
      yield { what: 'reads a stream again', where: `${reader} -> ${id}` };
    }
  }
}

function isMapping(type: string): boolean {
  return type === 'AWS::Lambda::EventSourceMapping';
}

/** Load balancers whose target groups move to another VPC. CloudFormation tries to move them, too, and EC2 refuses that. */
function* movedLoadBalancers(before: CfnTemplate, after: CfnTemplate): Iterable<Hazard> {
  const vpcsOf = ({ Resources }: CfnTemplate) =>
    JSON.stringify(
      Object.values(Resources)
        .filter(({ Type }) => Type === 'AWS::EC2::SecurityGroup')
        .map(({ Properties }) => Properties?.VpcId)
        .slice(0, 1),
    );
  for (const [id, { Type }] of Object.entries(before.Resources)) {
    if (
      Type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' &&
      id in after.Resources &&
      vpcsOf(before) !== vpcsOf(after)
    ) {
      yield { what: 'moves LoadBalancer to another VPC', where: id };
    }
  }
}

/**
 * Target groups that stay while their load balancer is replaced. CloudFormation creates the new listener before it deletes the old one, and
 * a target group can be used by only one load balancer.
 */
function* sharedTargetGroups(before: CfnTemplate, after: CfnTemplate, replaced: readonly string[]): Iterable<Hazard> {
  const old = loadBalancersOf(before);
  for (const [group, balancer] of loadBalancersOf(after)) {
    const holder = old.get(group);
    const isOther = holder !== undefined && (holder !== balancer || replaced.includes(balancer));
    if (isOther && !replaced.includes(group)) {
      yield { what: 'attaches TargetGroup to a second LoadBalancer', where: `${group}: ${holder} -> ${balancer}` };
    }
  }
}

/** @returns target group → its load balancer, from the actions of listeners and their rules */
function loadBalancersOf({ Resources }: CfnTemplate): Map<string, string> {
  const all = Object.entries(Resources);
  const targetGroups = all.flatMap(([id, { Type }]) => (shortType(Type) === 'TargetGroup' ? [id] : []));
  return new Map(
    all.flatMap(([, { Type, Properties = {} }]) => {
      const listener = Type.endsWith('::ListenerRule')
        ? Resources[refOf(Properties.ListenerArn)]?.Properties
        : Properties;
      const actions = JSON.stringify(Properties.Actions ?? Properties.DefaultActions ?? []);
      return targetGroups
        .filter((id) => actions.includes(`{"Ref":"${id}"}`))
        .map((id): [string, string] => [id, refOf(listener?.LoadBalancerArn)]);
    }),
  );
}

function refOf(value: unknown): string {
  return (value as { Ref?: string } | undefined)?.Ref ?? JSON.stringify(value);
}

/** VPC origins that change, or whose load balancer is replaced, while the distribution uses them: CloudFront refuses that. */
function* changedVpcOrigins(before: CfnTemplate, after: CfnTemplate, replaced: readonly string[]): Iterable<Hazard> {
  for (const [id, { Type, Properties }] of Object.entries(after.Resources)) {
    const old = before.Resources[id];
    if (Type !== 'AWS::CloudFront::VpcOrigin' || !old || replaced.includes(id)) {
      continue;
    }
    const changed = JSON.stringify(old.Properties) !== JSON.stringify(Properties);
    if (changed || replaced.some((other) => refersTo(JSON.stringify(Properties), other))) {
      yield { what: 'changes VpcOrigin in use', where: id };
    }
  }
}

/** @returns whether an identity contains a reference to a resource, whose physical id is new in each creation. */
function refersTo(identity: string, id: string): boolean {
  return identity.includes(`{"Ref":"${id}"}`) || identity.includes(`{"Fn::GetAtt":["${id}",`);
}

/**
 * @returns true for a bucket that receives a load balancer's logs. The load balancer writes a test object at once. False for a bucket whose
 *   files a custom resource copies, and deletes with itself
 */
function isFilledByAws(
  id: string,
  { Type, DeletionPolicy }: CfnResource,
  resources: CfnTemplate['Resources'],
): boolean {
  const emptied = Object.values(resources).some(
    (other) =>
      other.Type === 'Custom::CDKBucketDeployment' &&
      other.Properties?.RetainOnDelete === false &&
      refOf(other.Properties.DestinationBucketName) === id,
  );
  return (
    Type === 'AWS::S3::Bucket' &&
    !emptied &&
    (DeletionPolicy !== 'Delete' ||
      !Object.values(resources).some((other) => other.Type === 'Custom::S3AutoDeleteObjects'))
  );
}

function isProtected({ Properties = {} }: CfnResource): boolean {
  const { DeletionProtectionEnabled, DeletionProtection, LoadBalancerAttributes } = Properties;
  const attributes = (LoadBalancerAttributes ?? []) as readonly { Key: string; Value: string }[];
  return (
    DeletionProtectionEnabled === true ||
    DeletionProtection === 'ACTIVE' ||
    attributes.some(({ Key, Value }) => Key === 'deletion_protection.enabled' && Value === 'true')
  );
}
