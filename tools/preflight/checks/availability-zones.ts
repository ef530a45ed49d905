import { type AvailabilityZone, DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Aws } from '../aws';
import type { PlannedStack } from '../planned-stack';
import { literal, ofType, unique } from '../resources';

/** Checks the Availability Zones of new subnets. A name such as us-east-1a exists only in some accounts. */
export function availabilityZoneChecks(planned: PlannedStack, aws: Aws): Check[] {
  const zones = unique(
    ofType(planned, 'AWS::EC2::Subnet').flatMap(({ properties }) => literal(properties.AvailabilityZone) ?? []),
  );
  if (zones.length === 0) {
    return [];
  }
  const query: Query<AvailabilityZone[]> = {
    action: 'ec2:DescribeAvailabilityZones',
    arn: '*',
    subject: `the Availability Zones of ${planned.region}`,
    run: async () => (await aws.ec2.send(new DescribeAvailabilityZonesCommand())).AvailabilityZones ?? [],
  };
  return [
    check(`The account has the Availability Zones ${zones.join(', ')}`, [query], (found) => {
      const usable = found
        .filter(({ State, ZoneType }) => State === 'available' && ZoneType === 'availability-zone')
        .map(({ ZoneName = '' }) => ZoneName);
      const absent = zones.filter((zone) => !usable.includes(zone));
      return {
        passed: absent.length === 0,
        found:
          absent.length === 0
            ? 'all are available'
            : `not available: ${absent.join(', ')}. Fix: use Availability Zones of ${usable.join(', ') || 'another Region'}.`,
      };
    }),
  ];
}
