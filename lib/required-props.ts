import type { IConstruct } from 'constructs';

/** Props without a default, and hostedZone, each with a value to use. A list or a text in it is the type that the prop must have. */
const EXAMPLES = {
  admission: "new Admission(this, 'Admission')",
  allowedOrigins: "['https://app.example.com']",
  availabilityZones: "['us-east-1a', 'us-east-1b']",
  domain: 'the domain of the lane: { hostName, certificate, hostedZone }',
  hostedZone: "HostedZone.fromLookup(this, 'Zone', { domainName: 'example.com' })",
  hostName: "'app.example.com'",
  httpHostName: "'api.example.com'",
  messageLog: "new MessageLog(this, 'MessageLog')",
  network: 'LaneNetwork.create({ availabilityZones }) or LaneNetwork.fromVpc(vpc)',
  vpc: "Vpc.fromLookup(this, 'Vpc', { vpcName: 'shared' })",
  webSocketHostName: "'ws.example.com'",
};

/** Props that are missing or have another type. */
export class PropsError extends Error {}

/**
 * Refuses props that are missing or have another type, all at once. Loaders such as tsx check no types, and nothing can be
 * created without them.
 *
 * @throws PropsError with a line for each of these props
 */
export function requireProps<Name extends keyof typeof EXAMPLES>(
  scope: IConstruct,
  props: { readonly [name in Name]?: unknown },
  names: readonly Name[],
): void {
  const problems = names.flatMap((name) => {
    const rule = ruleOf(EXAMPLES[name], props[name]);
    return rule ? [`[${scope.node.path}] ${name} ${rule}, got ${shown(props[name])}. Fix: use ${EXAMPLES[name]}`] : [];
  });
  if (problems.length > 0) {
    throw new PropsError(problems.join('\n'));
  }
}

function ruleOf(example: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return 'is required';
  if (example.startsWith('[')) return Array.isArray(value) ? undefined : 'must be a list';
  if (example.startsWith("'")) return typeof value === 'string' ? undefined : 'must be a text';
  return typeof value === 'object' ? undefined : 'must be an object';
}

function shown(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value)
    : typeof value === 'object' && value
      ? 'an object'
      : `${value as number}`;
}
