import type { Group } from '../aws-checks/check';
import type { Aws } from './aws';
import { accountChecks } from './checks/account';
import { availabilityZoneChecks } from './checks/availability-zones';
import { certificateChecks } from './checks/certificates';
import { customDomainChecks } from './checks/custom-domains';
import { dockerChecks } from './checks/docker';
import { hostedZoneChecks } from './checks/hosted-zone';
import { quotaChecks } from './checks/quotas';
import { recordChecks } from './checks/records';
import { roleChecks } from './checks/roles';
import { stackChecks } from './checks/stack';
import { vpcOriginChecks } from './checks/vpc-origins';
import { webAclChecks } from './checks/web-acls';
import { deployedStack } from './deployed-stack';
import type { Outside } from './outside';
import type { PlannedStack } from './planned-stack';

/** All checks before the deployment of a stack. Runs no query yet. */
export function checkGroups(
  planned: PlannedStack,
  aws: Aws,
  outside: Pick<Outside, 'docker' | 'nameServers'>,
): Group[] {
  const deployed = deployedStack(planned, aws);
  return [
    { name: 'Account', checks: accountChecks(planned, aws) },
    { name: 'Stack', checks: stackChecks(planned, deployed) },
    { name: 'Roles', checks: roleChecks(planned, aws) },
    {
      name: 'Names',
      checks: [
        ...hostedZoneChecks(planned, aws, outside),
        ...recordChecks(planned, aws, deployed),
        ...customDomainChecks(planned, aws, deployed),
      ],
    },
    { name: 'Certificates', checks: certificateChecks(planned, aws) },
    { name: 'Gateway', checks: [...webAclChecks(planned, aws), ...vpcOriginChecks(planned, aws)] },
    { name: 'Availability Zones', checks: availabilityZoneChecks(planned, aws) },
    { name: 'Quotas', checks: quotaChecks(planned, aws, deployed) },
    { name: 'This machine', checks: dockerChecks(planned, outside) },
  ];
}
