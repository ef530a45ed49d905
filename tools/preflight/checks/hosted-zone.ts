import { GetHostedZoneCommand } from '@aws-sdk/client-route-53';
import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Aws } from '../aws';
import { type Delegation, hostName, reasonOfDns } from '../../aws-checks/dns';
import { type Existing, ifItExists } from '../if-it-exists';
import type { Outside } from '../outside';
import type { PlannedStack } from '../planned-stack';
import { recordsOf, unique } from '../resources';

interface Zone {
  readonly name: string;
  readonly isPrivate: boolean;
  /** Host names of its name servers; a private zone has none. */
  readonly servers: readonly string[];
}

/** Checks the hosted zones of the records: CloudFormation also validates the certificate with them. */
export function hostedZoneChecks(
  planned: PlannedStack,
  aws: Aws,
  { nameServers }: Pick<Outside, 'nameServers'>,
): Check[] {
  const records = recordsOf(planned);
  return unique(records.map(({ zone }) => zone)).flatMap((id) => {
    const hosts = unique(records.filter(({ zone }) => zone === id).map(({ host }) => host));
    const zone = zoneQuery(id, planned, aws);
    return [
      check(`The hosted zone ${id} is public and contains ${hosts.join(' and ')}`, [zone], ({ existing }) =>
        suits(existing, hosts),
      ),
      ...hosts.map((host) => delegated(host, id, zone, nameServers)),
    ];
  });
}

function zoneQuery(id: string, { partition }: PlannedStack, aws: Aws): Query<Existing<Zone>> {
  return {
    action: 'route53:GetHostedZone',
    arn: `arn:${partition}:route53:::hostedzone/${id}`,
    subject: `the hosted zone ${id}`,
    run: () =>
      ifItExists(async () => {
        const { HostedZone, DelegationSet } = await aws.route53.send(new GetHostedZoneCommand({ Id: id }));
        return (
          HostedZone && {
            name: hostName(HostedZone.Name ?? ''),
            isPrivate: HostedZone.Config?.PrivateZone === true,
            servers: (DelegationSet?.NameServers ?? []).map(hostName),
          }
        );
      }),
  };
}

const FIX_ZONE = 'Fix: set hostedZone to the public hosted zone of the hosts.';

function suits(zone: Zone | undefined, hosts: readonly string[]) {
  if (!zone) {
    return { passed: false, found: `no such hosted zone in the account. ${FIX_ZONE}` };
  }
  const found = `${zone.isPrivate ? 'private' : 'public'}, for ${zone.name}`;
  const contains = hosts.every((host) => host === zone.name || host.endsWith(`.${zone.name}`));
  const passed = contains && !zone.isPrivate;
  return { passed, found: passed ? found : `${found}. ${FIX_ZONE}` };
}

/** Without it, the certificate stays in validation until the deployment times out. */
function delegated(host: string, id: string, zone: Query<Existing<Zone>>, nameServers: Outside['nameServers']): Check {
  const delegation: Query<{ delegation?: Delegation }> = {
    subject: `the name servers of ${host}`,
    reason: reasonOfDns,
    run: async () => ({ delegation: await nameServers(host) }),
  };
  return check(
    `DNS uses the name servers of ${id} for ${host}`,
    [zone, delegation],
    ({ existing }, { delegation: actual }) => {
      const expected = existing?.servers ?? [];
      const passed = actual !== undefined && actual.servers.every((server) => expected.includes(server));
      const found = actual ? `${actual.zone} is served by ${actual.servers.join(', ')}` : 'no name servers';
      const fix = `Fix: delegate the domain to ${expected.join(', ') || 'the name servers of the hosted zone'}.`;
      return { passed, found: passed ? found : `${found}. ${fix}` };
    },
  );
}
