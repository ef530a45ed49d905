/** Resources of a template. */
export type Resources = Readonly<Record<string, Resource>>;

export interface Resource {
  readonly Type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a template's properties have any shape
  readonly Properties?: any;
}

type Call = Readonly<Record<string, unknown>>;

/**
 * Replaces the intrinsic functions of a value by texts that have the shape of AWS's, so that equal texts name the same resource. The
 * text of an attribute of most resources is `LOGICALID.Attribute`, and that of `Ref` is the logical id.
 *
 * @throws Error for an intrinsic function that it does not know
 */
export function concrete(value: unknown, resources: Resources): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => concrete(item, resources));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const [name = '', ...others] = Object.keys(value);
  if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) {
    return called(name, (value as Call)[name], resources);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, concrete(item, resources)]));
}

function called(name: string, argument: unknown, resources: Resources): unknown {
  if (name === 'Ref') {
    return referenceTo(`${argument}`, resources);
  }
  if (name === 'Fn::GetAtt') {
    const [id = '', attribute = ''] = argument as string[];
    return attributeOf(id, attribute, resources);
  }
  const [first, second] = concrete(argument, resources) as [string, string & string[]];
  switch (name) {
    case 'Fn::Join':
      return second.join(first);
    case 'Fn::Select':
      return second[Number(first)];
    case 'Fn::Split':
      return second.split(first);
    default:
      throw new Error(`unknown intrinsic function: ${name}`);
  }
}

function referenceTo(id: string, resources: Resources): string {
  switch (resources[id]?.Type) {
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
      return `arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/${id}/0`;
    case 'AWS::ElasticLoadBalancingV2::Listener': {
      const balancer = resources[id].Properties.LoadBalancerArn.Ref;
      return `arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener/app/${balancer}/0/${id}`;
    }
    case 'AWS::ElasticLoadBalancingV2::TargetGroup':
      return `arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/${id}/0`;
    case 'AWS::ECS::Service':
      return `arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/${id}.Name`;
    default:
      return id;
  }
}

function attributeOf(id: string, attribute: string, resources: Resources): string {
  switch (attribute) {
    case 'LoadBalancerFullName':
      return `app/${id}/0`;
    case 'TargetGroupFullName':
      return `targetgroup/${id}/0`;
    case 'LoadBalancerArn':
    case 'ListenerArn':
    case 'TargetGroupArn':
      return referenceTo(id, resources);
    default:
      return `${id}.${attribute}`;
  }
}
