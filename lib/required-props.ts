import type { IConstruct } from 'constructs';

/** Props without a default, each with a value to use. */
const EXAMPLES = {
  admission: "new Admission(this, 'Admission')",
  allowedOrigins: "['https://app.example.com']",
  availabilityZones: "['us-east-1a', 'us-east-1b']",
  domain: 'the domain of the lane: { hostName, certificate, hostedZone }',
  hostedZone: "HostedZone.fromLookup(this, 'Zone', { domainName: 'example.com' })",
  httpHostName: "'api.example.com'",
  messageLog: "new MessageLog(this, 'MessageLog')",
  network: 'LaneNetwork.create({ availabilityZones }) or LaneNetwork.fromVpc(vpc)',
  vpc: "Vpc.fromLookup(this, 'Vpc', { vpcName: 'shared' })",
  webSocketHostName: "'ws.example.com'",
};

/**
 * Refuses props that are missing, all at once. Loaders such as tsx check no types, and nothing can be created without them.
 *
 * @throws Error with a line for each missing prop
 */
export function requireProps<Name extends keyof typeof EXAMPLES>(
  scope: IConstruct,
  props: { readonly [name in Name]: unknown },
  names: readonly Name[],
): void {
  const missing = names
    .filter((name) => props[name] === undefined || props[name] === null)
    .map((name) => `[${scope.node.path}] ${name} is required, got ${props[name]}. Fix: use ${EXAMPLES[name]}`);
  if (missing.length > 0) {
    throw new Error(missing.join('\n'));
  }
}
