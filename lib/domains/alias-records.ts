import { AaaaRecord, ARecord, type IAliasRecordTarget, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { LaneDomain } from './lane-domain';

export interface AliasRecordsProps {
  readonly domain: LaneDomain;
  readonly target: IAliasRecordTarget;
}

/** The A and the AAAA record of a host: a client whose one address family is dead reaches it by the other. */
export class AliasRecords extends Construct {
  constructor(scope: Construct, id: string, { domain, target }: AliasRecordsProps) {
    super(scope, id);
    const record = {
      zone: domain.hostedZone,
      // The dot makes the name absolute: without it a name outside the zone would get the zone's name appended.
      recordName: `${domain.hostName}.`,
      target: RecordTarget.fromAlias(target),
    };
    new ARecord(this, 'A', record);
    new AaaaRecord(this, 'Aaaa', record);
  }
}
