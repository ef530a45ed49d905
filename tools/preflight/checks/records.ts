import { ListResourceRecordSetsCommand, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import { type Check, check } from '../../aws-checks/check';
import { hostName } from '../../aws-checks/dns';
import type { Query } from '../../aws-checks/query';
import type { Aws } from '../aws';
import type { DeployedStack } from '../deployed-stack';
import { ifItExists } from '../if-it-exists';
import type { PlannedStack } from '../planned-stack';
import { recordsOf, unique } from '../resources';

/** Checks that no other record has the name and type of a new one. A CNAME record excludes every other record of its name. */
export function recordChecks(planned: PlannedStack, aws: Aws, { own }: DeployedStack): Check[] {
  const records = recordsOf(planned);
  return unique(records.map(({ host }) => host)).map((host) => {
    const plannedHere = records.filter((record) => record.host === host);
    const zone = plannedHere[0]?.zone ?? '';
    return check(
      `${host} has no records that the stack would have to replace`,
      [recordSets(host, zone, planned, aws), own],
      (existing, resources) => {
        const types = plannedHere.filter(({ id }) => !resources.has(id)).map(({ type }) => type);
        const conflicts = existing.filter(
          ({ Type = '' }) => types.includes(Type) || (types.length > 0 && Type === 'CNAME'),
        );
        const found = conflicts.map((record) => `${record.Type} ${targetOf(record)}`).join(', ');
        return {
          passed: conflicts.length === 0,
          found: found ? `${found}. Fix: delete these records, or use another host.` : 'none',
        };
      },
    );
  });
}

function recordSets(host: string, zone: string, { partition }: PlannedStack, aws: Aws): Query<ResourceRecordSet[]> {
  return {
    action: 'route53:ListResourceRecordSets',
    arn: `arn:${partition}:route53:::hostedzone/${zone}`,
    subject: `the hosted zone ${zone}`,
    run: async () => {
      const command = new ListResourceRecordSetsCommand({ HostedZoneId: zone, StartRecordName: host });
      // A zone that does not exist has no records. The check of the zone reports it.
      const { existing } = await ifItExists(() => aws.route53.send(command));
      // The list starts at this name and continues with later names of the zone.
      return (existing?.ResourceRecordSets ?? []).filter(({ Name = '' }) => hostName(Name) === host);
    },
  };
}

function targetOf({ AliasTarget, ResourceRecords = [] }: ResourceRecordSet): string {
  return AliasTarget ? hostName(AliasTarget.DNSName ?? '') : ResourceRecords.map(({ Value }) => Value).join(' ');
}
